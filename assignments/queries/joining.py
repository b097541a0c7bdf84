"""Whom a course's link meets: which place is theirs, and whose account an address belongs to."""

from collections.abc import Sequence

from allauth.account.models import EmailAddress

from assignments.models import Course, Enrolment
from assignments.names import plain_mail
from edu_crowd.people.models import User


def proved_addresses(user: User) -> list[str]:
    """Return the addresses that somebody has shown to own, the main one first."""
    proved = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return [plain_mail(address) for address in proved.values_list("email", flat=True)]


def standing_of(course: Course, user: User) -> Enrolment | None:
    """Return the place that an account has in a course, also after it left."""
    return Enrolment.objects.filter(course=course, user=user).first()


def kept_for(course: Course, addresses: Sequence[str]) -> Enrolment | None:
    """Return the student's place without an account that the roster keeps for one of these addresses."""
    free = Enrolment.objects.filter(course=course, user=None, role=Enrolment.Role.STUDENT, email__in=addresses)
    return free.order_by("-is_active", "pk").first()


def account_of(address: str) -> User | None:
    """Return the account that somebody signs in to by this address."""
    return User.objects.filter(email__iexact=plain_mail(address), is_active=True).first()
