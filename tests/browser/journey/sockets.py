"""Somebody's ear at a server: a socket of one person, and all it ever heard."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from django.conf import settings
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from edu_crowd.people.models import User
from tests.support.clients import client_of


class Ear:
    def __init__(self, socket: Any) -> None:
        self.frames: list[dict[str, Any]] = []
        self.socket = socket
        self.thread = Thread(target=self.listen, daemon=True)
        self.thread.start()

    def listen(self) -> None:
        with suppress(ConnectionClosed):
            for frame in self.socket:
                self.frames.append(json.loads(frame))

    @property
    def topics(self) -> set[str]:
        return {frame["topic"] for frame in self.frames}


@contextmanager
def listening(server: str, person: User | None, path: str) -> Iterator[Ear]:
    """Hear what this person may hear there. Raises `InvalidStatus` where the door stays shut."""
    headers = {"Origin": server}
    if person is not None:
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={client_of(person).cookies['sessionid'].value}"
    with connect(server.replace("http", "ws", 1) + path, additional_headers=headers, proxy=None) as socket:
        ear = Ear(socket)
        yield ear
    ear.thread.join(5)


def is_shut(server: str, person: User | None, path: str) -> bool:
    try:
        with listening(server, person, path):
            return False
    except InvalidStatus as answer:
        return answer.response.status_code == 403
