"""Whether the later work gets done."""

from dataclasses import dataclass

from django.db.models import Count, Q

from edu_crowd.shared.models import OutboxEntry


@dataclass(frozen=True, kw_only=True)
class OutboxHealth:
    waiting: int
    failing: int


def outbox_health() -> OutboxHealth:
    counts = OutboxEntry.objects.filter(done_at=None).aggregate(
        waiting=Count("pk"), failing=Count("pk", filter=Q(attempts__gt=0))
    )
    return OutboxHealth(**counts)
