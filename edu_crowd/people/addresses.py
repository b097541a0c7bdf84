"""Whose mail address it is: only what somebody has proved to own counts."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.db.models.functions import Lower

from edu_crowd.people.models import User


def account_of(address: str) -> User | None:
    """Return who signs in by this address; None while nobody has proved to own it."""
    unproved = EmailAddress.objects.filter(email__iexact=address, verified=False).values("user")
    return User.objects.filter(email__iexact=address, is_active=True).exclude(pk__in=unproved).first()


def proved_addresses(user: User) -> QuerySet[EmailAddress, str]:
    """Return the addresses that this person has proved to own, in small letters, the main one first."""
    rows = EmailAddress.objects.filter(user=user, verified=True).annotate(small=Lower("email"))
    return rows.order_by("-primary", "pk").values_list("small", flat=True)
