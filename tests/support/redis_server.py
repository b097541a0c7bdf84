"""A Redis for the tests, found in the same order as PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import redis

from tests.support.servers import NotHere, data_folder, free_port, may_start, may_use_running, running

MISSING = "needs Redis: no server answers and there is no redis-server (apt install redis-server)"


@contextmanager
def redis_url(database: int) -> Iterator[str]:
    """Yield the URL of a Redis; on one that was running already, of its database of this number."""
    answering = f"redis://127.0.0.1:6379/{database}"
    if url := os.environ.get("TEST_REDIS_URL") or (may_use_running() and answers(answering) and answering):
        yield url
    elif may_start() and (program := shutil.which("redis-server")):
        url = f"redis://127.0.0.1:{(port := free_port())}/0"
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (
            data_folder("redis", None) as folder,
            running(command, answers=lambda: answers(url), folder=folder, user=None),
        ):
            yield url
    else:
        raise NotHere(MISSING)


def answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
