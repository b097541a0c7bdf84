"""One person at a screen of their own."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from edu_crowd.people.models import User
from tests.support.clients import client_of


class Visitor:
    """Whatever a page complains about fails the test."""

    def __init__(self, browser: Browser, server: str, person: User | None, shots: Path, **screen: Any) -> None:
        self.server, self.shots, self.complaints = server, shots, []
        context = browser.new_context(**screen)
        if person is not None:
            session = client_of(person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": server}])
        self.page: Page = context.new_page()
        self.page.on("console", lambda line: line.type == "error" and self.complaints.append(line.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.server + path)
        return self.page

    def shoot(self, name: str) -> None:
        """Keep a picture, and hold the page to its screen's width."""
        self.page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
        assert self.complaints == []
