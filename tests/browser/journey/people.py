"""Everybody of one course, each at a screen of their own, and the folder in which their mail arrives."""

import email
import re
import time
from dataclasses import dataclass, field
from email import policy
from pathlib import Path

from allauth.account.models import EmailAddress
from playwright.sync_api import Browser, Error, Page, Response, expect

from edu_crowd.people.models import User
from tests.browser.visitor import Visitor
from tests.factories import UserFactory

PASSWORD = "a horse, a battery and a staple"
SCREEN = {"width": 1280, "height": 900}
PATIENCE_SECONDS = 15


class Person(Visitor):
    """Somebody who clicks. Pages that fail, scripts that stumble and pages too wide for the screen fail the test."""

    def __init__(
        self,
        browser: Browser,
        server: str,
        person: User | None,
        shots: Path,
        *,
        name: str = "",
        has_pictures: bool = True,
    ) -> None:
        screen = {"viewport": SCREEN, "locale": "en-GB", "timezone_id": "UTC", "accept_downloads": True}
        super().__init__(browser, server, person, shots, **screen)
        self.name = name or (person.display_name if person else "")
        self.email = person.email if person else ""
        self.number = 0
        self.has_pictures = has_pictures
        self.page.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page.on("response", self.judge)

    def judge(self, answer: Response) -> None:
        if answer.status >= 500:
            self.complaints.append(f"{answer.status} {answer.url}")

    def press(self, name: str, *, exact: bool = True) -> Page:
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        return self.page

    def follow(self, name: str, *, exact: bool = True) -> Page:
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        return self.page

    def told(self, words: str) -> None:
        """Read what the page says after an act."""
        expect(self.page.locator(".alert-success, .alert-info").first).to_contain_text(words)

    def look(self, name: str) -> None:
        """Keep a picture of the page, numbered in the order of the walk."""
        if not self.has_pictures:
            return
        self.number += 1
        picture = f"{self.name.split()[0].lower()}-{self.number:02}-{name}"
        try:
            self.shoot(picture)
        except Error as problem:  # Chromium on a busy machine now and then gives no picture; the second one it gives
            if "Unable to capture screenshot" not in str(problem):
                raise
            self.shoot(picture)


@dataclass
class Cast:
    """A teacher, six students, three known graders and an administrator. Nobody is enrolled anywhere yet."""

    browser: Browser
    teaching: str  # the server of the teacher and the administrator
    working: str  # the server of students and graders
    folder: Path
    has_pictures: bool = True
    people: dict[str, Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.teacher = self.enter("Tamiko Teacher", self.teaching)
        self.filer = self.enter("Fumi Filer")
        self.latecomer = self.enter("Lars Latecomer")
        self.early = [self.enter("Emi Early"), self.enter("Eva Eager")]
        self.doubter = self.enter("Dora Doubter")
        self.absent = self.enter("Abe Absent")
        self.graders = [self.enter(f"{name} Grader") for name in ("Ada", "Ben", "Cho")]
        self.administrator = self.enter("Aki Administrator", self.teaching, is_staff=True)

    @property
    def everybody(self) -> list[Person]:
        return list(self.people.values())

    def enter(self, name: str, server: str = "", *, is_staff: bool = False) -> Person:
        """Let somebody in who has an account and has proved to own its address."""
        address = f"{name.split()[0].lower()}@example.org"
        account = UserFactory(display_name=name, email=address, is_staff=is_staff, time_zone="Asia/Tokyo")
        EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
        return self.seat(name, server, account)

    def stranger(self, name: str) -> Person:
        """Let somebody in whom nobody knows."""
        person = self.seat(name, "", None)
        person.email = f"{name.split()[0].lower()}@example.org"
        return person

    def seat(self, name: str, server: str, account: User | None) -> Person:
        shots = self.folder / "shots"
        shots.mkdir(exist_ok=True)
        server = server or self.working
        person = Person(self.browser, server, account, shots, name=name, has_pictures=self.has_pictures)
        self.people[name] = person
        return person

    def link_for(self, address: str, *, containing: str) -> str:
        """Return the path of the first link in the newest mail to an address whose text contains these words."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            for body in reversed(self.mails_to(address)):
                if containing in body and (found := re.search(r"https?://[^/\s]+(/\S*)", body)):
                    return found[1]
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} contains {containing!r}")

    def mails_to(self, address: str) -> list[str]:
        mails = []
        for file in sorted((self.folder / "mail").glob("*"), key=lambda one: one.stat().st_mtime_ns):
            for part in file.read_bytes().split(b"-" * 79 + b"\n"):
                mail = email.message_from_bytes(part, policy=policy.default)
                if address in str(mail["To"]):
                    mails.append(str(mail.get_content()))
        return mails

    def check(self) -> None:
        """Nobody met an error on the way."""
        assert {one.name: one.complaints for one in self.everybody if one.complaints} == {}
