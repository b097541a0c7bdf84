"""What is typed into a form stays with it through a change of the language and a session that ended."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from assignments.models import Assignment, Question
from assignments.services.assignment import create_assignment
from edu_crowd.people.models import User
from tests.browser.visitor import Visitor
from tests.factories import CourseFactory
from tests.flows.stages import full

pytestmark = pytest.mark.django_db(transaction=True)
BACK = "What you typed is back."


@pytest.fixture
def draft(live_site: str) -> Assignment:
    return create_assignment(course=CourseFactory(), title="Quiz")


def teacher_of(draft: Assignment) -> User:
    person = draft.course.enrolments.get().user
    assert person is not None
    return person


def speak(page: Page, language: str) -> None:
    page.locator(f"button[name=language][value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_change_of_the_language_keeps_a_new_question_and_its_rows(
    browser: Browser, live_site: str, tmp_path: Path, draft: Assignment
) -> None:
    visitor = Visitor(browser, live_site, teacher_of(draft), tmp_path, viewport={"width": 360, "height": 640})
    page = visitor.go(reverse("question_new", args=[draft.pk]) + "?kind=single")
    page.locator("[name=prompt]").fill("Which is $x$?")
    page.locator("[data-add]").click()
    page.locator("[name=option]").last.fill("Nara")
    page.locator("[name=right]").last.check()
    speak(page, "ja")
    expect(page.locator("[name=prompt]")).to_have_value("Which is $x$?")
    expect(page.locator("[name=option]").nth(4)).to_have_value("Nara")
    expect(page.locator("[name=right]").nth(4)).to_be_checked()
    speak(page, "en")
    expect(page.get_by_role("status").filter(has_text=BACK)).to_be_visible()
    visitor.shoot("back")
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("[name=prompt]")).to_have_value("")
    expect(page.locator("[name=prompt]")).to_be_focused()
    page.reload()
    expect(page.locator("[name=prompt]")).to_have_value("")
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_change_of_the_language_keeps_a_new_assignment_and_saving_ends_it(
    browser: Browser, live_site: str, tmp_path: Path, draft: Assignment
) -> None:
    visitor = Visitor(browser, live_site, teacher_of(draft), tmp_path)
    address = reverse("assignment_new", args=[draft.course_id])
    page = visitor.go(address)
    page.locator("[name=title]").fill("Second quiz")
    speak(page, "ja")
    expect(page.locator("[name=title]")).to_have_value("Second quiz")
    speak(page, "en")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    visitor.go(address)
    expect(page.locator("[name=title]")).to_have_value("")
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_change_of_the_language_keeps_the_reason_of_a_total_set_by_hand(
    browser: Browser, live_site: str, tmp_path: Path
) -> None:
    course = full(1)
    visitor = Visitor(browser, live_site, course.world.teacher, tmp_path)
    page = visitor.go(reverse("paper_marks", args=[course.feedback.submission_id]))
    page.locator("[name=reason]").fill("Said in class.")
    speak(page, "ja")
    expect(page.locator("[name=reason]")).to_have_value("Said in class.")


def test_session_that_ended_takes_no_text_along_and_signing_out_clears_it(
    browser: Browser, live_site: str, tmp_path: Path, draft: Assignment
) -> None:
    teacher = teacher_of(draft)
    teacher.set_password("correct horse")
    teacher.save()
    EmailAddress.objects.create(user=teacher, email=teacher.email, verified=True, primary=True)
    visitor = Visitor(browser, live_site, None, tmp_path)
    page = visitor.page

    def sign_in() -> None:
        page.locator("input[name=login]").fill(teacher.email)
        page.locator("input[name=password]").fill("correct horse")
        page.locator("form:has(input[name=password]) button").click()

    visitor.go(reverse("question_new", args=[draft.pk]) + "?kind=long_text")
    sign_in()
    page.locator("[name=prompt]").fill("Say why.")
    page.locator("[name=points]").fill("2")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").last.click()
    sign_in()
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.locator("[name=prompt]")).to_have_value("Say why.")
    assert "correct horse" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Question 1 is saved.")).to_be_visible()
    assert Question.objects.get().prompt == "Say why."

    visitor.go(reverse("question_new", args=[draft.pk]) + "?kind=long_text")
    page.locator("[name=prompt]").fill("For nobody else.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('kept ')).length") == 0


def test_refused_form_shows_what_the_server_drew(
    browser: Browser, live_site: str, tmp_path: Path, draft: Assignment
) -> None:
    visitor = Visitor(browser, live_site, teacher_of(draft), tmp_path)
    page = visitor.go(reverse("question_new", args=[draft.pk]) + "?kind=long_text")
    page.locator("[name=prompt]").fill("Say why.")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("[name=prompt]")).to_have_value("Say why.")
    expect(page.get_by_text(BACK)).to_have_count(0)
    page.locator("[name=prompt]").fill("Say why not.")
    speak(page, "ja")
    expect(page.locator("[name=prompt]")).to_have_value("Say why not.")
