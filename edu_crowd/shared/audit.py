"""The trail of what was done to what, by whom: ids and kinds, no names and no texts.

A service records in the transaction that does it. Who acts is known from the request; a job and the clock act for the
site itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import Model

from edu_crowd.shared.models import AuditEntry

_actor: ContextVar[int | None] = ContextVar("actor", default=None)


@contextmanager
def acting(user_id: int | None) -> Iterator[None]:
    """Say who acts, until the block ends."""
    token = _actor.set(user_id)
    try:
        yield
    finally:
        _actor.reset(token)


def record(action: str, target: Model, /, **details: Any) -> None:
    """Write one line: `record("round.opened", round_, papers=12)`. Details are ids, kinds and counts."""
    AuditEntry.objects.create(
        actor_id=_actor.get(), action=action, target=f"{target._meta.model_name}:{target.pk}", details=details
    )
