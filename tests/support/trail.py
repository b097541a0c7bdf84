"""The audit trail, without what making the course itself left there."""

from django.db.models import QuerySet

from edu_crowd.shared.models import AuditEntry


def trail_of(*kinds: str) -> QuerySet[AuditEntry]:
    """Return the entries whose action is about one of these nouns, the oldest first."""
    entries = AuditEntry.objects.none()
    for kind in kinds:
        entries = entries | AuditEntry.objects.filter(action__startswith=f"{kind}.")
    return entries.order_by("pk")
