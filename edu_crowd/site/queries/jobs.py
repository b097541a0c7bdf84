"""Pieces of later work, as the administrator sees them."""

from django.db.models import Q, QuerySet

from edu_crowd.shared.models import OutboxEntry

FILTERS = {
    "waiting": Q(done_at=None),
    "failed": Q(done_at=None, attempts__gt=0),
    "done": Q(done_at__isnull=False),
}


def entries(*, filter_by: str = "") -> QuerySet[OutboxEntry]:
    """Return pieces of work, the newest first."""
    return OutboxEntry.objects.filter(FILTERS.get(filter_by, Q())).order_by("-pk")
