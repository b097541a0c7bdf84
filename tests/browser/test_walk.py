"""A grader marks, a teacher decides and releases, a student reads and appeals: in a browser, live."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from grading.models import Allocation, Appeal, Feedback, MarkSheet, ReviewCase
from grading.services.review import decide
from tests.browser.visitor import Visitor
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_site: str) -> World:
    """A round in which nobody has a plan: who asks first reads first."""
    world = World(seed=1).opened()
    Allocation.objects.filter(state=Allocation.State.PLANNED).delete()
    return world


def disagree(world: World) -> None:
    """Let the others read everything, as far apart as they can."""
    for grader, points in zip(world.crowd[1:], (0, 3, 1), strict=True):
        while allocation := world.claim(grader):
            world.mark(allocation, points, "Name the angle of the axis.")


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ja", 360)])
def test_walk_from_desk_to_appeal(
    browser: Browser, live_site: str, world: World, tmp_path: Path, language: str, width: int
) -> None:
    User.objects.update(locale=language)

    def visit(person: User) -> Visitor:
        return Visitor(browser, live_site, person, tmp_path, viewport={"width": width, "height": 900})

    grader, teacher = visit(world.crowd[0].user), visit(world.teacher)
    student = visit(world.enrolments[0].user)

    board = teacher.go(f"/rounds/{world.round.pk}/")
    expect(board.locator("[data-live-state]")).to_have_class("badge text-bg-success")

    # The grader types, the draft is saved by itself and survives a reload; the sheet is sealed.
    desk = grader.go("/marking/")
    desk.locator("form[action$='/next/'] button").click()
    desk.locator("textarea[name=comment]").fill("傾きに触れている。")
    saved = desk.locator("#saved")
    expect(saved).to_have_text(saved.get_attribute("data-saved") or "", timeout=8_000)
    desk.reload()
    expect(desk.locator("textarea[name=comment]")).to_have_value("傾きに触れている。")
    grader.shoot("desk")
    for criterion in desk.locator("fieldset:has(.level)").all():
        criterion.locator("input[type=radio]").nth(2).check()
    desk.locator("#desk button").first.click()
    expect(desk.locator("textarea[name=comment]")).to_have_value("")
    assert MarkSheet.objects.get().comment.text == "傾きに触れている。"  # type: ignore[union-attr]
    # Nobody touched the board, and it moved.
    expect(board.locator("tbody tr", has_text=world.places[0].pseudonym).locator("td").nth(1)).to_have_text("1")
    teacher.shoot("board")

    # The others disagree; the teacher decides one case and is led to the next.
    disagree(world)
    grader.page.locator("#desk button").first.click()  # incomplete: refused beside the form
    world.everybody_marks(points=2)
    world.later(minutes=1)
    outbox.drain(now=world.now)
    first = ReviewCase.objects.filter(state="open").order_by("opened_at", "script", "criterion__position", "pk").first()
    assert first is not None
    case = teacher.go(f"/cases/{first.pk}/")
    case.locator("input[name=choice][value=other]").check()
    case.locator("input[name=points]").fill("１．５")
    case.locator("#decide ~ form button").click()
    expect(case.locator("[role=alert]")).to_be_visible()
    expect(case.locator("input[name=points]")).to_have_value("１．５")
    teacher.complaints.clear()  # the browser reports the refusal itself
    case.locator("#reason").fill("Half of it is there.")
    teacher.shoot("case")
    case.locator("#decide ~ form button").click()
    expect(case.locator("[role=status].alert-success")).to_be_visible()
    assert ReviewCase.objects.get(pk=first.pk).state == "decided"

    # Everything else is decided; the round is closed and the class released.
    for number, waiting in enumerate(ReviewCase.objects.filter(state="open")):
        decide(case=waiting, by=world.teacher, points=2, reason="Agreed.", key=str(number), now=world.now)
    world.later(minutes=40)
    expect(teacher.go(f"/rounds/{world.round.pk}/").locator("a#close")).to_be_visible()
    teacher.go(f"/rounds/{world.round.pk}/close/")
    teacher.shoot("close")
    teacher.page.locator("button#close").click()
    expect(teacher.page.locator(".alert-success")).to_be_visible()
    world.later(minutes=1)
    for number, waiting in enumerate(ReviewCase.objects.filter(state="open")):
        decide(case=waiting, by=world.teacher, points=2, reason="Agreed.", key=str(number), now=world.now)
    world.later(minutes=1)
    release = teacher.go(f"/assignments/{world.assignment.pk}/release/")
    teacher.shoot("release")
    release.locator("main form button").click()
    expect(release.locator(".alert-success")).to_be_visible()

    # The student reads how it came about, and appeals.
    feedback = student.go("/")
    feedback.locator("a[href^='/feedback/']").click()
    student.shoot("feedback")
    assert Feedback.objects.get(submission__enrolment=world.enrolments[0]).read_at is not None
    feedback.locator("details summary").first.click()
    feedback.locator("details textarea").first.fill("I did name the angle.")
    feedback.locator("details button").first.click()
    expect(feedback.locator(".alert-success")).to_be_visible()
    student.shoot("appeal")
    assert Appeal.objects.get().reason.text == "I did name the angle."
