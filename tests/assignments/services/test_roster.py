"""A file written to the roster: all of what was shown, or nothing."""

from collections.abc import Iterable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assignments.importers.columns import read_roster
from assignments.importers.roster import Plan, plan
from assignments.models import Course, Enrolment
from assignments.services.course import archive_course
from assignments.services.enrolment import CourseArchived, enrol
from assignments.services.roster import Imported, ProblemsLeft, RosterChanged, import_roster
from edu_crowd.shared.models import AuditEntry
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def planned(course: Course, lines: Iterable[str]) -> Plan:
    return plan(course, read_roster("class.csv", "\n".join(["ID,姓,名,Mail", *lines]).encode()))


def roster(course: Course) -> list[tuple[str, str, str, str]]:
    students = course.enrolments.filter(role="student").order_by("student_number")
    return list(students.values_list("student_number", "family_name", "given_name", "email"))


@pytest.fixture
def course() -> Course:
    return CourseFactory()


def test_new_and_changed_are_written_and_the_same_file_again_does_nothing(course: Course) -> None:
    enrol(course=course, role="student", student_number="A1", family_name="Ada", email="ada@example.org")
    enrol(course=course, role="student", student_number="A3", family_name="Cid")
    lines = ["A1,Ada,Lovelace,", "A2,佐藤,花子,hanako@example.org"]
    done = import_roster(course=course, plan_shown=planned(course, lines))
    assert done == Imported(new=1, changed=1, left_out=0)
    assert roster(course) == [
        ("A1", "Ada", "Lovelace", "ada@example.org"),
        ("A2", "佐藤", "花子", "hanako@example.org"),
        ("A3", "Cid", "", ""),
    ]
    entry = AuditEntry.objects.get(action="roster.imported")
    assert (entry.target, entry.details) == (f"course:{course.pk}", {"new": 1, "changed": 1, "left_out": 0})
    again = planned(course, lines)
    assert (again.new, again.changed, len(again.unchanged)) == ((), (), 2)


def test_rows_with_problems_stop_all_unless_they_are_left_out(course: Course) -> None:
    shown = planned(course, ["A1,Ada,,", "A2,Bob,,nowhere"])
    with pytest.raises(ProblemsLeft):
        import_roster(course=course, plan_shown=shown)
    assert roster(course) == []
    assert import_roster(course=course, plan_shown=shown, leave_out_problems=True).left_out == 1
    assert roster(course) == [("A1", "Ada", "", "")]


def test_roster_changed_since_it_was_shown_is_refused(course: Course) -> None:
    shown = planned(course, ["A1,Ada,,", "A2,Bob,,"])
    enrol(course=course, role="student", student_number="A2", family_name="Bea")
    with pytest.raises(RosterChanged):
        import_roster(course=course, plan_shown=shown)
    assert roster(course) == [("A2", "Bea", "", "")]


def test_archived_course_takes_no_file(course: Course, now: datetime) -> None:
    shown = planned(course, ["A1,Ada,,"])
    archive_course(course=course, now=now)
    with pytest.raises(CourseArchived):
        import_roster(course=course, plan_shown=shown)


def test_two_thousand_rows_take_a_few_queries(course: Course) -> None:
    lines = [f"{number:05},Family{number},Given,s{number}@example.org" for number in range(2_000)]
    for given in ("Given", "Other"):
        shown = planned(course, [line.replace("Given", given) for line in lines])
        with CaptureQueriesContext(connection) as asked:
            import_roster(course=course, plan_shown=shown)
        assert len(asked) <= 30
    assert Enrolment.objects.filter(course=course, given_name="Other").count() == 2_000
