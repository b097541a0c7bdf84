"""Whom a course's link meets, and which place is theirs."""

from collections.abc import Sequence

from django.db.models import QuerySet

from assignments.models import Course, Enrolment
from edu_crowd.people.addresses import proved_addresses
from edu_crowd.people.models import User


def course_of_link(token: str) -> Course | None:
    """Return the course that a link leads into; an empty token, an old one and an archived course lead nowhere."""
    return Course.objects.filter(join_token=token, archived_at=None).first() if token else None


def standing_of(course: Course, user: User) -> Enrolment | None:
    """Return the place that an account has in a course, also after it left."""
    return Enrolment.objects.filter(course=course, user=user).first()


def kept_for(course: Course, addresses: Sequence[str]) -> Enrolment | None:
    """Return the student's place without an account that the roster keeps for one of these addresses."""
    free = Enrolment.objects.filter(course=course, user=None, role=Enrolment.Role.STUDENT, email__in=addresses)
    return free.order_by("-is_active", "pk").first()


def places_kept_for(user: User) -> QuerySet[Enrolment]:
    """Return the free places that rosters keep for somebody, in courses where they have none, one query in all."""
    return (
        Enrolment.objects.filter(user=None, role=Enrolment.Role.STUDENT, is_active=True, course__archived_at=None)
        .filter(email__in=proved_addresses(user))
        .exclude(course__in=Enrolment.objects.filter(user=user).values("course"))
        .select_related("course")
        .order_by("course__title", "pk")
    )
