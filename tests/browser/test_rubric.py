"""The editor with its script: the same buttons, at once; nothing typed is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assignments.models import Question
from rubrics.models import Rubric
from rubrics.queries import specs_of
from tests.browser.visitor import Visitor
from tests.factories import AssignmentFactory, CourseFactory, QuestionFactory, RubricFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def question(live_site: str) -> Question:
    teacher = UserFactory()
    question: Question = QuestionFactory(assignment=AssignmentFactory(course=CourseFactory(owner=teacher)))
    RubricFactory(question=question, owner=teacher)
    return question


@pytest.fixture(params=[1280, 360])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, live_site: str, question: Question, tmp_path: Path
) -> Visitor:
    owner = question.rubrics.get().owner
    return Visitor(browser, live_site, owner, tmp_path, viewport={"width": request.param, "height": 800})


def press(page: Page, value: str) -> None:
    page.locator(f"button[value='{value}']").click()


def test_rubric_is_edited_moved_refused_mended_and_saved(visitor: Visitor, question: Question) -> None:
    page = visitor.go(f"/questions/{question.pk}/rubric/?edit")
    total = page.locator("#total-sum")
    expect(total).to_have_text("6")

    # A criterion and a level more; the page is never left.
    press(page, "add")
    expect(page.locator("#c-2-title")).to_be_focused()
    page.keyboard.type("Evidence")
    for level, points in enumerate(("０", "２，５")):
        page.locator(f"#c-2-l-{level}-points").fill(points)
        page.locator(f"#c-2-l-{level}-label").fill(f"step {level}")
    expect(total).to_have_text("8.5")
    press(page, "add-c-0")
    expect(page.locator("#c-0-l-4-points")).to_be_focused()
    page.keyboard.type("five")
    page.locator("#c-0-l-4-descriptor").fill("More than\nwas asked.")
    press(page, "up-c-2")
    expect(page.locator("[data-criterion] legend").nth(1)).to_contain_text("2")
    expect(page.locator("[data-criterion]").nth(1).locator("#c-2-title")).to_have_value("Evidence")
    page.locator("#c-2-title").press("Enter")  # saves nothing
    visitor.shoot("edited")

    # What was removed can be put back.
    press(page, "remove-c-1")
    expect(page.locator("[data-criterion]")).to_have_count(2)
    page.locator("#removed button").click()
    expect(page.locator("[data-criterion]")).to_have_count(3)

    press(page, "save")
    alert = page.locator("#faults")
    expect(alert).to_contain_text("Criterion 1, “Content”, level 5, points: “five” is no number.")
    expect(page.locator("#c-0-l-4-descriptor")).to_have_value("More than\nwas asked.")
    visitor.complaints.clear()  # the browser reports the refusal itself
    visitor.shoot("refused")
    alert.locator("a").first.click()
    page.locator("#c-0-l-4-points").fill("5")
    page.locator("#c-0-l-4-label").fill("beyond")

    # Changing the language keeps the text.
    page.locator("button[name=language][value=ja]").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.locator("#c-0-l-4-label")).to_have_value("beyond")

    press(page, "save")
    expect(page.locator(".alert-success")).to_be_visible()
    visitor.shoot("saved")
    specs = specs_of(Rubric.objects.get())
    assert [(spec.key, len(spec.levels)) for spec in specs] == [("content", 5), ("evidence", 2), ("language", 4)]
    assert specs[0].levels[4].descriptor == "More than\nwas asked."


def test_one_level_more_than_fits_is_answered_by_the_server(visitor: Visitor, question: Question) -> None:
    page = visitor.go(f"/questions/{question.pk}/rubric/?edit")
    page.locator("#c-0-title").fill("Typed")
    for _number in range(4, 21):
        press(page, "add-c-0")
    expect(page.locator("[role=alert]")).to_contain_text("20 levels")
    expect(page.locator("#c-0-title")).to_have_value("Typed")
    assert page.locator("#c-0 [data-level]").count() == 20
