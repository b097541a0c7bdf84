"""Accounts, as the administrator sees them."""

from django.db.models import Count, Q, QuerySet

from assignments.models import Enrolment
from edu_crowd.people.models import User
from grading.models import Enlistment

FILTERS = {
    "administrators": Q(is_staff=True),
    "blocked": Q(is_active=False),
}


def accounts(*, filter_by: str = "") -> QuerySet[User]:
    """Return people with how many courses they are in."""
    rows = User.objects.annotate(course_count=Count("enrolments", filter=Q(enrolments__is_active=True)))
    return rows.filter(FILTERS.get(filter_by, Q())).order_by("display_name", "pk")


def courses_of(person: User) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(user=person).select_related("course").order_by("course__title", "pk")


def rounds_marked_by(person: User) -> int:
    """Count the rounds a person has a place in; which ones would tell who marks whom."""
    return Enlistment.objects.filter(grader__user=person).count()
