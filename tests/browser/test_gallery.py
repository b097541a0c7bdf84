"""Every page opened by somebody who may, wide and narrow, in both languages.

The pictures lie in the folder that EDU_CROWD_SHOTS names, for people to look at.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import get_resolver
from django.utils.translation import override, trans_real
from playwright.sync_api import Browser, Response

from edu_crowd.people.models import User
from tests.architecture.test_blind import named_patterns
from tests.browser.gallery import ROOMS, Gallery, refusals
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

# They answer with a file.
FILES = {
    "attachment",
    "case_page",
    "desk_page",
    "export_file",
    "flag_page",
    "paper_file",
    "reference_page",
    "roster_template",
    "rubric_download",
}
# By GET they lead to the page whose form posts to them.
LEAD_ON = {"answer_save", "attachment_remove", "paper_attach", "round_grader"}
# Words of the interface that also stand in the course's own texts.
CONTENT = {"mostly"}
SCREENS = [(language, width) for language in ("en", "ja") for width in (1280, 360)]
LOOK = (Path(__file__).parent / "look.js").read_text(encoding="utf-8")


class Looking(Visitor):
    """Somebody who opens pages, keeps a picture of each, and notes what is wrong with them."""

    def __init__(
        self, browser: Browser, server: str, person: User | None, shots: Path, *, language: str, width: int
    ) -> None:
        screen = {"viewport": {"width": width, "height": 800}, "locale": {"en": "en-GB", "ja": "ja-JP"}[language]}
        super().__init__(browser, server, person, shots, **screen)
        self.language, self.width, self.foreign = language, width, english() - CONTENT
        self.found: list[str] = []

    def open(self, name: str, path: str) -> None:
        self.note(name, self.page.goto(self.server + path), status={200})

    def send(self, name: str, path: str, button: str) -> None:
        """Send a form that the browser itself would not let go."""
        self.page.goto(self.server + path)
        pressed = self.page.locator(button).first
        pressed.evaluate("button => { button.form.noValidate = true }")
        with self.page.expect_navigation() as sent:
            pressed.click()
        self.complaints.clear()  # the browser reports the refusal itself
        self.note(name, sent.value, status={409, 422})

    def answer(self, path: str, body: str) -> None:
        """Put a page in the server's place."""
        self.page.route(self.server + path, lambda route: route.fulfill(body=body, content_type="text/html"))

    def note(self, name: str, answer: Response | None, *, status: set[int]) -> None:
        self.page.screenshot(path=self.shots / f"{name}.{self.language}.{self.width}.png", full_page=True)
        wrong = [*faults(self.page.evaluate(LOOK), self.language, self.foreign), *self.complaints]
        if answer is None or answer.status not in status:
            wrong.append(f"answers {answer and answer.status}")
        self.found += [f"{name}.{self.language}.{self.width}: {one}" for one in wrong]
        self.complaints.clear()


def english() -> set[str]:
    """Return the texts that have another form in Japanese."""
    known: Any = trans_real.translation("ja")
    entries = {key[0] if isinstance(key, tuple) else key: form for key, form in known._catalog._catalogs[0].items()}
    texts = {key.rpartition("\x04")[2]: form for key, form in entries.items()}
    return {text for text, form in texts.items() if text != form and len(text) > 3}


def faults(seen: dict[str, Any], language: str, foreign: set[str]) -> Iterator[str]:
    """Say what is wrong with a page."""
    if seen["language"] != language:
        yield f"its language is {seen['language']}"
    if not seen["title"]:
        yield "no title"
    if seen["headings"] != 1:
        yield f"{seen['headings']} first headings"
    if not seen["fits"]:
        yield "scrolls sideways"
    for field in seen["unnamed"]:
        yield f"field without a label: {field}"
    if language == "ja":
        for text in seen["words"]:
            if (words := re.sub(r"\s+", " ", text).strip()) in foreign:
                yield f"in English: {words}"


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("EDU_CROWD_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_every_page_is_in_the_gallery() -> None:
    """A page is a URL of ours that takes GET and answers without a file."""
    here = Gallery()
    shown = {name.partition("-")[0] for walks in ROOMS.values() for _, pages in walks for name, _ in pages(here)}
    ours = {
        pattern.name
        for pattern in named_patterns(get_resolver().url_patterns)
        if not pattern.callback.__module__.startswith("allauth.") and "GET" in pattern.callback.methods
    }
    assert ours - shown == FILES | LEAD_ON


@pytest.mark.parametrize("room", ROOMS)
def test_room_is_fit_to_be_seen(browser: Browser, live_site: str, shots: Path, room: str) -> None:
    here = Gallery()
    walks = [(getattr(here, who) if who else None, list(pages(here))) for who, pages in ROOMS[room]]
    found = []
    for language, width in SCREENS:
        User.objects.update(locale=language)
        for person, pages in walks:
            visitor = Looking(browser, live_site, person, shots, language=language, width=width)
            for name, path in pages:
                visitor.open(name, path)
            visitor.page.context.close()
            found += visitor.found
    assert not found, "\n".join(found)


def test_refused_forms_are_fit_to_be_seen(browser: Browser, live_site: str, shots: Path) -> None:
    here, found = Gallery(), []
    forms = list(refusals(here))
    for language, width in (("en", 1280), ("ja", 360)):
        User.objects.update(locale=language)
        visitor = Looking(browser, live_site, here.teacher, shots, language=language, width=width)
        for form in forms:
            visitor.send(form.shot, form.path, form.button)
        visitor.page.context.close()
        found += visitor.found
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["bad_request", "failure", "forbidden", "not_allowed", "not_found", "too_large"])
def test_page_for_a_failure_is_fit_to_be_seen(browser: Browser, live_site: str, shots: Path, name: str) -> None:
    found = []
    for language, width in (("en", 1280), ("ja", 360)):
        with override(language):
            body = render_to_string(f"errors/{name}.html")
        visitor = Looking(browser, live_site, None, shots, language=language, width=width)
        visitor.answer("/failing/", body)
        visitor.open(f"errors-{name}", "/failing/")
        visitor.page.context.close()
        found += visitor.found
    assert not found, "\n".join(found)
