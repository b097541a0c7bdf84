from datetime import timedelta

import pytest

from assignments.models import Extension
from assignments.services.extension import NotInCourse, extend, withdraw_extension
from assignments.services.state import WrongTimes
from edu_crowd.shared.checks import InvalidField
from tests.factories import NOW, AssignmentFactory, EnrolmentFactory
from tests.support.trail import trail_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)


def test_extend_again_replaces_the_extension() -> None:
    assignment = AssignmentFactory()
    student = EnrolmentFactory(course=assignment.course)
    extend(assignment=assignment, enrolment=student, due_at=LATER + timedelta(days=1))
    extend(assignment=assignment, enrolment=student, extra_minutes=15)
    extension = assignment.extensions.get()
    assert (extension.due_at, extension.extra_minutes) == (None, 15)


def test_extend_shorter_or_for_a_stranger_refused() -> None:
    assignment = AssignmentFactory()
    student = EnrolmentFactory(course=assignment.course)
    with pytest.raises(WrongTimes):
        extend(assignment=assignment, enrolment=student, due_at=NOW)
    with pytest.raises(NotInCourse):
        extend(assignment=assignment, enrolment=EnrolmentFactory(), extra_minutes=1)


def test_withdraw_takes_it_away_once() -> None:
    assignment = AssignmentFactory()
    student = EnrolmentFactory(course=assignment.course)
    extension = extend(assignment=assignment, enrolment=student, extra_minutes=15)
    withdraw_extension(extension=extension)
    withdraw_extension(extension=extension)
    assert not Extension.objects.exists()
    details = {"assignment": assignment.pk, "enrolment": student.pk}
    trail = list(trail_of("extension").values_list("action", "details"))
    assert trail == [("extension.given", {**details, "minutes": 15}), ("extension.withdrawn", details)]


def test_extend_beyond_what_a_clock_takes_is_refused() -> None:
    assignment = AssignmentFactory()
    with pytest.raises(InvalidField, match="extra minutes"):
        extend(assignment=assignment, enrolment=EnrolmentFactory(course=assignment.course), extra_minutes=-1)
