"""Rows of a form, added and removed in the page; with scripts off the same buttons ask the server."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from assignments.models import Question
from assignments.services.assignment import create_assignment
from tests.browser.visitor import Visitor
from tests.factories import CourseFactory


@pytest.mark.parametrize("scripts", [True, False])
def test_question_is_written_with_rows_added_and_removed(
    browser: Browser, live_site: str, tmp_path: Path, scripts: bool
) -> None:
    course = CourseFactory()
    draft = create_assignment(course=course, title="Quiz")
    owner = course.enrolments.get().user
    visitor = Visitor(
        browser, live_site, owner, tmp_path, viewport={"width": 360, "height": 640}, java_script_enabled=scripts
    )
    page = visitor.go(reverse("question_new", args=[draft.pk]) + "?kind=single")
    rows = page.locator("[data-row]")
    page.get_by_label("Question", exact=False).first.fill("Which is $x$?")
    page.get_by_label("Points").fill("２")
    for number, text in ((1, "Kyoto"), (2, "Tokyo"), (4, "Osaka")):
        page.get_by_label(f"Option {number}", exact=True).fill(text)
    page.get_by_label("right: option 4").check()
    page.get_by_role("button", name="Add an option").click()
    expect(rows).to_have_count(5)
    expect(page.get_by_label("right: option 4")).to_be_checked()
    page.get_by_label("Option 5", exact=True).fill("Nara")
    page.get_by_role("button", name="Remove option 1").click()
    expect(rows).to_have_count(4)
    expect(page.get_by_label("right: option 3")).to_be_checked()
    if scripts:
        visitor.shoot("question")
    page.get_by_label("Option 4", exact=True).press("Enter")  # saves, and removes nothing
    expect(page.get_by_text("Question 1 is saved.")).to_be_visible()
    question = Question.objects.get()
    assert (question.points, question.key) == (2, {"options": ["Tokyo", "Osaka", "Nara"], "right": 1})
