"""Invitations as those who got them see them."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from edu_crowd.people.addresses import proved_addresses
from edu_crowd.people.models import User
from grading.models import Invitation, Round


def open_invitations(user: User) -> QuerySet[Invitation]:
    """Return what waits for this person's answer: sent to an address that they have proved to own."""
    return (
        Invitation.objects.annotate(small=Lower("email"))
        .filter(
            small__in=proved_addresses(user),
            state=Invitation.State.SENT,
            round__state__in=(Round.State.DRAFT, Round.State.OPEN),
        )
        .select_related("round__assignment__course")
        .order_by("-invited_at", "-pk")
    )
