"""A PostgreSQL for the tests: the one that is named, one that answers, or one started from installed binaries."""

import getpass
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.servers import (
    NotHere,
    as_user,
    data_folder,
    free_port,
    may_start,
    may_use_running,
    running,
    unprivileged_user,
)

MISSING = "PostgreSQL tests were not run: no server and no binaries (apt install postgresql)"
INITIAL = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
MAY_CREATE = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"


@contextmanager
def postgresql_url() -> Iterator[str]:
    """Yield the URL of a server on which databases may be created."""
    if url := os.environ.get("TEST_POSTGRESQL_URL") or (may_use_running() and answering()):
        yield url
    elif may_start() and (binaries := installed()):
        with started(binaries) as url:
            yield url
    else:
        raise NotHere(MISSING)


def answering() -> str | None:
    """A server of this machine that lets us in without a password (or with the usual PG… variables)."""
    users = dict.fromkeys([os.environ.get("PGUSER") or getpass.getuser(), "postgres"])
    for place in ("127.0.0.1", "/var/run/postgresql", "/tmp"):  # noqa: S108  # where Debian and macOS put the socket
        for user in users:
            try:
                with psycopg.connect(host=place, user=user, dbname="postgres", connect_timeout=2) as connection:
                    row = connection.execute(MAY_CREATE).fetchone()
            except psycopg.OperationalError:
                continue
            if row and row[0]:
                return f"postgresql://{user}@{place if place[0] != '/' else '/' + place}/postgres"
    return None


def installed() -> Path | None:
    """The folder of the newest `postgres` beside an `initdb`."""
    folders = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    complete = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(complete, key=lambda folder: [int(n) for n in re.findall(r"\d+", str(folder))], default=None)


@contextmanager
def started(binaries: Path) -> Iterator[str]:
    user = unprivileged_user()
    with data_folder("postgresql", user) as folder:
        made = subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "postgres", *INITIAL],
            capture_output=True,
            text=True,
            **as_user(user, folder),
        )
        if made.returncode:
            raise NotHere(f"PostgreSQL tests were not run: initdb failed: {made.stderr[-500:]}")
        port = free_port()
        command = [binaries / "postgres", "-D", folder / "data", "-p", str(port), "-k", ""]
        # What is lost when the machine stops is a test database.
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off"]
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

        def answers() -> bool:
            try:
                psycopg.connect(url, connect_timeout=2).close()
            except psycopg.OperationalError:
                return False
            return True

        with running(command, answers=answers, folder=folder, user=user):
            yield url
