"""What graders do: sign up by the mail's link, accept, mark what comes, ask the teacher."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.journey.people import PASSWORD, Cast, Person
from tests.browser.journey.teaching import QUIZ

# What a grader thinks of an answer: levels by criterion, from 0, and a comment.
Opinion = Callable[[str], tuple[list[int], str]]


def sign_up_by_mail(cast: Cast, grader: Person) -> None:
    """Follow the link of the invitation, prove the address by that of the second mail, accept."""
    page = grader.go(cast.link_for(grader.email, containing="Sign up"))
    page.get_by_label("Name").fill(grader.name)
    page.locator("input[name=email]").fill(grader.email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    grader.look("sign-up")
    page.locator("main form button").last.click()
    grader.go(cast.link_for(grader.email, containing="/accounts/confirm-email/"))
    grader.look("confirm")
    grader.press("Confirm")
    if page.locator("input[name=login]").count():
        page.locator("input[name=login]").fill(grader.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button[type=submit], main form button").first.click()
    grader.go("/")
    expect(page.get_by_text("You are asked to mark:")).to_be_visible()
    grader.look("invitation")
    grader.press(f"Accept: {QUIZ}")
    expect(page.get_by_text("You are asked to mark:")).to_have_count(0)


def take(grader: Person) -> str | None:
    """Take the next paper and return its answer as it is on the desk; None where nothing is left."""
    page = grader.page
    if not re.search(r"/desk/", page.url):
        grader.go("/marking/")
        button = page.get_by_role("button", name=re.compile("Mark the next one|Go on"))
        if not button.count():
            return None
        button.first.click()
    if "/desk/" not in page.url:
        return None
    return str(page.locator(".answer").inner_text()) if not page.locator(".answer img").count() else "(a picture)"


def mark(grader: Person, levels: list[int], comment: str) -> None:
    """Choose a level for each criterion, comment the first, and seal."""
    page = grader.page
    desk = page.url
    criteria = page.locator("#desk fieldset:has(.level)")
    assert criteria.count() == len(levels)
    for number, level in enumerate(levels):
        criteria.nth(number).locator("input[type=radio]").nth(level).check()
    criteria.first.get_by_label("Comment").fill(comment)
    grader.look("desk")
    grader.press("Seal and next")
    expect(page).not_to_have_url(desk)


def mark_everything(grader: Person, opinion: Opinion, *, most: int = 20) -> list[str]:
    """Mark until nothing is left; return the answers that were marked."""
    seen: list[str] = []
    while (text := take(grader)) is not None:
        assert len(seen) < most
        mark(grader, *opinion(text))
        seen.append(text)
    return seen


def ask_teacher(grader: Person, note: str) -> None:
    """Flag what lies on the desk, and stay there."""
    page = grader.page
    page.get_by_text("Ask the teacher to look").click()
    page.get_by_label("What should the teacher look at?").fill(note)
    grader.press("Ask the teacher")
    expect(page.locator("#call")).to_contain_text(note)
    grader.look("asked")
