"""A form that makes something makes it once, however often it is sent.

The form carries a key that was drawn with it. The session remembers which key made what: Back and Save again then makes
nothing. Two requests at the very same time are not told apart; what must be unique has a constraint of its own.
"""

from dataclasses import dataclass
from hashlib import sha256
from re import fullmatch
from typing import TypedDict
from uuid import uuid4

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem

FIELD, SLOT = "form_key", "made"
MOST = 20
# What says nothing about the thing to be made; a key stands for one form, so it is no part of what was typed either.
ASIDE = {FIELD, "csrfmiddlewaretoken", "another"}


class Entry(TypedDict):
    """What the session holds of a form that made something."""

    key: str
    pk: int
    typed: str


class SavedOtherwise(Problem):
    """The form made something already, from other words than it holds now."""


@dataclass(frozen=True)
class Made:
    """What a form has made: the primary key of its row."""

    pk: int


def form_key(request: HttpRequest) -> str:
    """Return the key to draw a form with: the one it was sent with, unless that has made something."""
    return str(request.POST[FIELD]) if _sent_key(request) and _entry(request) is None else uuid4().hex


def made_before(request: HttpRequest, model: type[Model]) -> Made | None:
    """Return what this form has made, None where it made nothing or that is gone.

    Raises `SavedOtherwise` where the form now holds something else: that text must not be lost.
    """
    entry = _entry(request)
    if entry is None or not model._default_manager.filter(pk=entry["pk"]).exists():
        return None
    if entry["typed"] != _typed(request):
        raise SavedOtherwise(
            _(
                "This form was saved already, and what stands in it now is different. Open what was saved to change"
                " it, or save once more to make another one."
            )
        )
    return Made(entry["pk"])


def remember_made(request: HttpRequest, row: Model) -> None:
    """Remember that the form just sent made this row."""
    if key := _sent_key(request):
        entry = Entry(key=key, pk=row.pk, typed=_typed(request))
        others = [one for one in request.session.get(SLOT, []) if one["key"] != key]
        request.session[SLOT] = [*others, entry][-MOST:]


def saved_already() -> str:
    return _("This was saved already.")


def _sent_key(request: HttpRequest) -> str | None:
    """Return the key with the form it belongs to: one page may hold two forms that make different kinds."""
    key = request.POST.get(FIELD, "")
    scope = f"{request.path} {request.POST.get('kind', '')[:20]}"
    return f"{scope} {key}" if fullmatch(r"[0-9a-f]{32}", key) else None


def _entry(request: HttpRequest) -> Entry | None:
    key, entries = _sent_key(request), request.session.get(SLOT, [])
    return next((one for one in entries if one["key"] == key), None)


def _typed(request: HttpRequest) -> str:
    values = sorted((name, values) for name, values in request.POST.lists() if name not in ASIDE)
    return sha256(repr(values).encode()).hexdigest()
