"""Signs that PostgreSQL does not store never get as far as a row."""

import pytest
from django.urls import reverse

from grading.models import Allocation, Appeal, Decision, Mark, MarkDraft, MarkSheet
from grading.queries.script import criteria_of_script
from tests.flows.stages import Full, full
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    return full(1)


def sheet_of(desk: Allocation) -> dict[str, object]:
    """A desk's form, filled in, with a NUL wherever one can type."""
    form: dict[str, object] = {"comment": "All\0 in all.", "client_mark_id": "sheet\0", "draft_version": 0}
    for one in criteria_of_script(desk.script):
        form |= {f"level-{one.pk}": one.levels.first().pk, f"comment-{one.pk}": "Name\0 the angle."}
    return form


def test_draft(course: Full) -> None:
    url = reverse("desk_draft", args=[course.desk.public_id])
    assert client_of(course.grader.user).post(url, sheet_of(course.desk)).status_code == 302
    body = MarkDraft.objects.get(allocation=course.desk).body
    assert (body["comment"], set(body["comments"].values())) == ("All in all.", {"Name the angle."})


def test_sheet(course: Full) -> None:
    url = reverse("desk_seal", args=[course.desk.public_id])
    assert client_of(course.grader.user).post(url, sheet_of(course.desk)).status_code == 302
    sheet = MarkSheet.objects.get(allocation=course.desk)
    assert (sheet.client_mark_id, sheet.comment.text) == ("sheet", "All in all.")
    assert {mark.comment.text for mark in Mark.objects.filter(sheet=sheet)} == {"Name the angle."}


def test_decision(course: Full) -> None:
    form = {"choice": "1", "reason": "Half\0 of it.", "key": "\0" + "k" * 65}
    url = reverse("case", args=[course.case.pk])
    assert client_of(course.world.teacher).post(url, form).status_code == 302
    decision = Decision.objects.get()
    assert (decision.reason.text, decision.key) == ("Half of it.", "k" * 64)


def test_appeal(course: Full) -> None:
    other = course.world.essay.rubrics.get().criteria.last()
    form = {"criterion": other.pk, "reason": "I did\0 name it."}
    url = reverse("feedback_appeal", args=[course.feedback.pk])
    student = course.feedback.submission.enrolment.user
    assert client_of(student).post(url, form).status_code == 302
    assert Appeal.objects.get(criterion=other).reason.text == "I did name it."


def test_address_of_a_desk(course: Full) -> None:
    assert client_of(course.grader.user).get("/desk/%00/").status_code == 404
