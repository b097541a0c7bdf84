"""An assignment from its first words to the archive."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment
from assignments.services.question import add_question
from tests.assignments.views.desk import Desk, text_of
from tests.factories import AssignmentFactory, CourseFactory, EnrolmentFactory, QuestionFactory, SubmissionFactory

pytestmark = pytest.mark.django_db
MANY = 30


@pytest.fixture
def desk() -> Desk:
    return Desk()


def soon(**time: int) -> datetime:
    return timezone.now() + timedelta(**time)


def in_state(desk: Desk, state: str, **fields: Any) -> Assignment:
    return AssignmentFactory(course=desk.course, state=state, **({"due_at": soon(days=7)} | fields))


def test_new_times_are_typed_in_the_zone_of_the_course(desk: Desk) -> None:
    assert "Time in Asia/Tokyo." in text_of(desk.get("assignment_new", desk.course.pk))
    answer = desk.post(
        "assignment_new",
        desk.course.pk,
        title="Quiz 1",
        instructions="Solve **all**.\r\nThen check.",
        opens_at="2030-05-01T09:00",
        due_at="2030-05-08T18:30",
    )
    draft = Assignment.objects.latest("pk")
    assert answer["Location"] == reverse("assignment_edit", args=[draft.pk])
    assert (draft.title, draft.instructions, draft.state) == ("Quiz 1", "Solve **all**.\nThen check.", "draft")
    assert (draft.opens_at, draft.due_at) == (
        datetime(2030, 5, 1, 0, tzinfo=UTC),
        datetime(2030, 5, 8, 9, 30, tzinfo=UTC),
    )
    page = text_of(desk.get("assignment_edit", draft.pk))
    assert "<strong>all</strong>" in page
    assert "(Asia/Tokyo)" in page


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"due_at": "tomorrow"}, {"opens_at": "2030-05-09T00:00"}, {"title": "x" * 201}]
)
def test_new_refused_keeps_what_was_typed(desk: Desk, wrong: dict[str, str]) -> None:
    typed = {"title": "Quiz 1", "instructions": "Solve all.", "due_at": "2030-05-08T18:30"} | wrong
    answer = desk.post("assignment_new", desk.course.pk, **typed)
    assert answer.status_code == 422
    for page in (text_of(answer), text_of(desk.get("assignment_new", desk.course.pk))):
        assert "Solve all." in page
        assert all(value in page for value in wrong.values())
    assert Assignment.objects.count() == 1


def test_edit_lists_questions_points_and_what_is_missing(desk: Desk) -> None:
    page = text_of(desk.get("assignment_edit", desk.draft.pk))
    assert "Set a due time." in page
    assert "Add a question." in page
    add_question(assignment=desk.draft, kind="long_text", prompt="Why $x$?", points=Decimal(3))
    key = {"value": "9.8", "tolerance": "2", "tolerance_in": "percent", "units": {"m/s^2": "1", "": "1"}}
    add_question(assignment=desk.draft, kind="numeric", prompt="How fast?", points=Decimal("1.5"), key=key)
    add_question(assignment=desk.draft, kind="numeric", prompt="How far?", points=Decimal(1))
    page = text_of(desk.get("assignment_edit", desk.draft.pk))
    for words in (
        "<math",
        "5.5 points in all",
        "9.8 ± 2 % · accepted units: m/s^2, a bare number",
        "the key is missing",
    ):
        assert words in page
    assert "Question 3: Give the right number." in page


@pytest.mark.parametrize("state", Assignment.State.values)
def test_every_state_has_its_page(desk: Desk, state: str) -> None:
    assignment = in_state(desk, state, late_rule="accept", reporting="bands", bands=[{"label": "A", "from": "80"}])
    QuestionFactory(assignment=assignment, kind="single")
    for name in ("edit", "settings", "publish", "archive"):
        assert desk.get(f"assignment_{name}", assignment.pk).status_code == 200, name
    assert desk.get("extensions", assignment.pk).status_code == 200


def test_publish_asks_first_then_publishes(desk: Desk) -> None:
    answer = desk.post("assignment_publish", desk.draft.pk)
    assert (answer.status_code, "Set a due time." in text_of(answer)) == (409, True)
    add_question(assignment=desk.draft, kind="long_text", prompt="Why?", points=Decimal(3))
    Assignment.objects.filter(pk=desk.draft.pk).update(due_at=soon(days=1))
    for _ in range(3):
        EnrolmentFactory(course=desk.course)
    assert "3 students of the course see the assignment at once." in text_of(
        desk.get("assignment_publish", desk.draft.pk)
    )
    assert "The assignment is published." in desk.told(desk.post("assignment_publish", desk.draft.pk))
    desk.draft.refresh_from_db()
    assert desk.draft.state == "published"


def test_publish_what_is_closed_is_refused(desk: Desk) -> None:
    assert desk.post("assignment_publish", in_state(desk, "closed").pk).status_code == 409


@pytest.mark.parametrize(
    ("typed", "page"),
    [({}, "release"), ({"next": "assignment_edit"}, "assignment_edit"), ({"next": "https://evil.example"}, "release")],
)
def test_close_leads_back_to_where_it_came_from(desk: Desk, typed: dict[str, str], page: str) -> None:
    assignment = in_state(desk, "published")
    answer = desk.post("assignment_close", assignment.pk, **typed)
    assert answer["Location"] == reverse(page, args=[assignment.pk])
    assignment.refresh_from_db()
    assert (assignment.state, assignment.due_at <= timezone.now()) == ("closed", True)


def test_reopen_needs_a_later_due_time_and_keeps_what_was_typed(desk: Desk) -> None:
    assignment = in_state(desk, "closed")
    for wrong in ("", "never", "2020-01-01T10:00"):
        answer = desk.post("assignment_reopen", assignment.pk, **{"reopen-due_at": wrong})
        assert (answer.status_code, wrong in text_of(answer)) == (422, True)
        assert answer.context["reopen_form"].errors
    told = desk.told(desk.post("assignment_reopen", assignment.pk, **{"reopen-due_at": "2040-01-01T10:00"}))
    assert "Papers are taken again." in told
    assignment.refresh_from_db()
    assert (assignment.state, assignment.due_at) == ("published", datetime(2040, 1, 1, 1, tzinfo=UTC))
    released = in_state(desk, "released")
    answer = desk.post("assignment_reopen", released.pk, **{"reopen-due_at": "2040-01-01T10:00"})
    assert (answer.status_code, "this cannot be done" in text_of(answer)) == (409, True)


def test_archive_says_it_is_for_good(desk: Desk) -> None:
    assignment = in_state(desk, "released")
    assert "This is for good" in text_of(desk.get("assignment_archive", assignment.pk))
    assert "archived" in desk.told(desk.post("assignment_archive", assignment.pk))
    assert desk.post("assignment_archive", in_state(desk, "closed").pk).status_code == 409


def test_copy_into_another_course_of_the_teacher(desk: Desk) -> None:
    source = in_state(desk, "released", attempts=3, reporting="pass_fail", bands=[{"label": "P", "from": "60"}])
    for kind in ("single", "long_text"):
        QuestionFactory(assignment=source, kind=kind)
    other = CourseFactory(owner=desk.teacher)
    told = desk.told(desk.post("assignment_copy", source.pk, **{"copy-title": "Again", "copy-course": other.pk}))
    assert "Rubrics stay with the questions of the original" in told
    draft = Assignment.objects.get(course=other)
    assert (draft.title, draft.state, draft.due_at, draft.attempts, draft.bands) == (
        "Again",
        "draft",
        None,
        3,
        source.bands,
    )
    fields = ("position", "kind", "prompt", "points", "key", "language")
    assert list(draft.questions.values_list(*fields)) == list(source.questions.values_list(*fields))


def test_copy_into_the_course_of_a_stranger_is_refused(desk: Desk) -> None:
    answer = desk.post("assignment_copy", desk.draft.pk, **{"copy-title": "Mine", "copy-course": CourseFactory().pk})
    assert (answer.status_code, 'value="Mine"' in text_of(answer)) == (422, True)
    assert Assignment.objects.count() == 1


def test_get_of_a_form_leads_to_its_page(desk: Desk) -> None:
    found = {name: desk.get(f"assignment_{name}", desk.draft.pk)["Location"] for name in ("reopen", "copy", "close")}
    edit, release = (reverse(name, args=[desk.draft.pk]) for name in ("assignment_edit", "release"))
    assert found == {"reopen": edit, "copy": edit, "close": release}


def test_edit_asks_the_database_as_often_for_many_questions(desk: Desk) -> None:
    def queries(name: str, assignment: Assignment) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(name, assignment.pk).status_code == 200
        return len(asked)

    published = in_state(desk, "published")
    SubmissionFactory(assignment=published)
    for count in (1, MANY):
        for assignment in (desk.draft, published):
            while assignment.questions.count() < count:
                QuestionFactory(assignment=assignment, kind="single")
        found = [queries("assignment_edit", one) for one in (desk.draft, published)]
        found += [queries("assignment_publish", desk.draft), queries("assignment_settings", desk.draft)]
        assert found == [9, 9, 8, 4]
