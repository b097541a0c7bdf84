"""More time for one student: found by name or number, given, changed, taken away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.models import Assignment, Extension, Submission
from assignments.services.extension import extend
from tests.assignments.views.desk import Desk, text_of
from tests.factories import AssignmentFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
MANY = 30


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def assignment(desk: Desk) -> Assignment:
    return AssignmentFactory(course=desk.course, due_at=timezone.now() + timedelta(days=7))


@pytest.mark.parametrize("typed", ["A1 · Yamada Hanako", "a1 · yamada  hanako", "Ａ１", "Yamada Hanako"])
def test_student_is_found_by_label_number_or_name(desk: Desk, assignment: Assignment, typed: str) -> None:
    place = EnrolmentFactory(
        course=desk.course, student_number="A1", family_name="Yamada", given_name="Hanako", user=None
    )
    EnrolmentFactory(course=desk.course)
    told = desk.told(desk.post("extensions", assignment.pk, student=typed, extra_minutes="１５"))
    assert "Yamada Hanako has more time now." in told
    extension = Extension.objects.get()
    assert (extension.enrolment, extension.due_at, extension.extra_minutes) == (place, None, 15)


def test_two_of_one_name_are_told_apart(desk: Desk, assignment: Assignment) -> None:
    for number in ("A1", "A2", "", ""):
        EnrolmentFactory(course=desk.course, student_number=number, family_name="Ito", given_name="Jun", user=None)
    labels = list(desk.get("extensions", assignment.pk).context["form"].labels)
    assert len(labels) == len(set(labels)) == 4
    answer = desk.post("extensions", assignment.pk, student="Ito Jun", extra_minutes="5")
    assert (answer.status_code, "Several students are called so." in text_of(answer)) == (422, True)
    for label in labels:
        desk.told(desk.post("extensions", assignment.pk, student=label, extra_minutes="5"))
    assert Extension.objects.count() == 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"student": "Nobody", "extra_minutes": "5"}, "Nobody on the roster"),
        ({"student": "A1"}, "Give a due time, extra minutes, or both."),
        ({"student": "A1", "extra_minutes": "-5"}, "greater than or equal to 0"),
        ({"student": "A1", "due_at": "2020-01-01T10:00"}, "cannot end before the due time"),
    ],
)
def test_refused_extension_stays_typed(
    desk: Desk, assignment: Assignment, typed: dict[str, str], sentence: str
) -> None:
    EnrolmentFactory(course=desk.course, student_number="A1")
    answer = desk.post("extensions", assignment.pk, **typed)
    page = text_of(answer)
    assert (answer.status_code, sentence in page) == (422, True)
    assert all(f'value="{value}"' in page for value in typed.values())
    assert not Extension.objects.exists()


def test_due_time_is_typed_in_the_zone_of_the_course_and_can_be_changed(desk: Desk, assignment: Assignment) -> None:
    place = EnrolmentFactory(course=desk.course, student_number="A1")
    desk.post("extensions", assignment.pk, student="A1", due_at="2040-01-01T10:00")
    extension = Extension.objects.get()
    assert extension.due_at is not None
    assert extension.due_at.isoformat() == "2040-01-01T01:00:00+00:00"
    page = text_of(desk.get("extensions", assignment.pk, query=f"?change={extension.pk}"))
    assert 'value="2040-01-01T10:00"' in page
    assert f'value="A1 · {place}"' in page
    desk.post("extensions", assignment.pk, student="A1", extra_minutes="10")
    extension.refresh_from_db()
    assert (extension.due_at, extension.extra_minutes) == (None, 10)


def test_remove_says_what_happens_to_the_paper(desk: Desk, assignment: Assignment) -> None:
    place = EnrolmentFactory(course=desk.course)
    extension = extend(assignment=assignment, enrolment=place, extra_minutes=5)
    assert "Nothing has been handed in." in text_of(desk.get("extension_delete", extension.pk))
    due = assignment.due_at
    paper = Submission.objects.create(assignment=assignment, enrolment=place, started_at=due)
    assert "A paper is being written." in text_of(desk.get("extension_delete", extension.pk))
    for late, words in ((timedelta(hours=1), "becomes late"), (timedelta(0), "on time all the same")):
        Submission.objects.filter(pk=paper.pk).update(state="handed_in", handed_in_at=due + late)
        assert words in text_of(desk.get("extension_delete", extension.pk))
    assert "the same time as all others again" in desk.told(desk.post("extension_delete", extension.pk))
    assert not Extension.objects.exists()


def test_list_is_searched(desk: Desk, assignment: Assignment) -> None:
    for number in ("A1", "B2"):
        extend(
            assignment=assignment,
            enrolment=EnrolmentFactory(course=desk.course, student_number=number),
            extra_minutes=5,
        )
    found = desk.get("extensions", assignment.pk, query="?q=ｂ2").context["page"].object_list
    assert [one.enrolment.student_number for one in found] == ["B2"]
    assert "Nobody with more time matches" in text_of(desk.get("extensions", assignment.pk, query="?q=zzz"))


def test_list_asks_the_database_as_often_for_many(desk: Desk, assignment: Assignment) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get("extensions", assignment.pk).status_code == 200
        return len(asked)

    found = []
    for count in (1, MANY):
        while assignment.extensions.count() < count:
            place = EnrolmentFactory(course=desk.course, family_name="", given_name="", student_number="")
            extend(assignment=assignment, enrolment=place, extra_minutes=5)
        found.append(queries())
    assert found == [8, 8]
