"""The audit trail, with the names that its ids have now."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from edu_crowd.people.models import User
from edu_crowd.shared.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class Line:
    entry: AuditEntry
    actor: User | None

    @property
    def details(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.entry.details.items())


def trail(*, action: str = "", target: str = "", actor_id: int | None = None) -> QuerySet[AuditEntry]:
    """Return the entries, newest first, of an action, of a target such as "round:12", of a person."""
    entries = AuditEntry.objects.order_by("-pk")
    if action:
        entries = entries.filter(action=action)
    if target:
        entries = entries.filter(target=target)
    if actor_id is not None:
        entries = entries.filter(actor_id=actor_id)
    return entries


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct())


def with_actors(entries: Iterable[AuditEntry]) -> list[Line]:
    entries = list(entries)
    people = User.objects.in_bulk({entry.actor_id for entry in entries if entry.actor_id is not None})
    return [Line(entry=entry, actor=people.get(entry.actor_id or 0)) for entry in entries]
