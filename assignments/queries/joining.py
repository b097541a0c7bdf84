"""Whom a course's link meets, and which place is theirs."""

from collections.abc import Sequence

from assignments.models import Course, Enrolment
from edu_crowd.people.models import User


def standing_of(course: Course, user: User) -> Enrolment | None:
    """Return the place that an account has in a course, also after it left."""
    return Enrolment.objects.filter(course=course, user=user).first()


def kept_for(course: Course, addresses: Sequence[str]) -> Enrolment | None:
    """Return the student's place without an account that the roster keeps for one of these addresses."""
    free = Enrolment.objects.filter(course=course, user=None, role=Enrolment.Role.STUDENT, email__in=addresses)
    return free.order_by("-is_active", "pk").first()
