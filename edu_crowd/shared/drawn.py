"""Two windows change one row: the second is told, instead of silently undoing what the first has saved.

A form carries the fingerprint of the values that it was drawn from; the service compares it under its lock.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.db.models import Model
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem

FIELD = "drawn_from"


class ChangedMeanwhile(Problem):
    """The row is no longer what the form was drawn from; `fields` are those that the form would change."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            _(
                "Somebody saved this in the meantime, perhaps you in another window. What was saved is shown below;"
                " saving again puts what you typed in its place."
            )
        )
        self.fields = fields


def fingerprint(row: Model, fields: Iterable[str]) -> str:
    """Return what tells these values, as they were read from the database, from any others."""
    values = {name: getattr(row, name) for name in fields}
    return sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:20]


def check_unchanged(row: Model, fields: Iterable[str], *, base: str | None, changed: Sequence[str]) -> None:
    """Hold a row just read to what a form was drawn from, where it says so. Raises `ChangedMeanwhile`."""
    if base and base != fingerprint(row, fields):
        raise ChangedMeanwhile(changed)
