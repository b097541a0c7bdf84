"""A browser without a screen that keeps all it receives, and follows every link."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.conf import settings

from edu_crowd.people.models import User
from tests.support.clients import client_of

# Two requests may differ in these alone.
MASKED_HEADERS = ("Date", "Set-Cookie")
LINK = re.compile(r"""(?:href|src|action|formaction|data-[\w-]+)="(/[^"]*)\"""")
NOT_FOLLOWED = ("/static/", "/accounts/", "/language/", "/ws/")


@dataclass(frozen=True, kw_only=True)
class Received:
    """All of one answer."""

    request: str
    status: int
    head: bytes
    body: bytes

    @property
    def everything(self) -> bytes:
        return self.head + b"\n\n" + self.body


class Browser:
    def __init__(self, person: User | None) -> None:
        self.client = client_of(person)
        # What goes wrong is an answer, too.
        self.client.raise_request_exception = False
        self.received: list[Received] = []

    def call(self, method: str, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        answer = getattr(self.client, method.lower())(path, data or {}, headers=headers or None)
        body = b"".join(answer)
        head = "\n".join(f"{name}: {value}" for name, value in sorted(answer.items()) if name not in MASKED_HEADERS)
        cookies = [name for name in answer.cookies if name != settings.SESSION_COOKIE_NAME]
        self.received.append(
            Received(
                request=f"{method} {path}",
                status=answer.status_code,
                head=f"{answer.status_code}\n{head}\n{cookies}".encode(),
                body=body,
            )
        )
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.call("POST", path, data, **headers)

    def crawl(self, *starts: str) -> None:
        """Open these pages and all they lead to."""
        waiting, seen = list(starts), set(starts)
        while waiting:
            self.get(waiting.pop(0))
            for link in LINK.findall(self.received[-1].body.decode(errors="replace")):
                path = unescape(link).split("#")[0]
                if path not in seen and not path.startswith(NOT_FOLLOWED):
                    seen.add(path)
                    waiting.append(path)
