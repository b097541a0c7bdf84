"""A draft is saved as a grader works; sealing inserts a sheet for good."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from edu_crowd.shared import outbox
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import Allocation, Mark, MarkDraft, MarkSheet, Round, Script
from grading.queries.script import CHECKS
from grading.services.script import chosen_levels, keep_text

AFTER_SEAL = "after_seal"
State = Allocation.State


class DraftConflict(Problem):
    """The draft was saved from another place in the meantime; `current` is what lies there."""

    def __init__(self, current: MarkDraft) -> None:
        super().__init__(_("This paper was changed in another window. Both texts are kept: choose one to go on with."))
        self.current = current


class SheetConflict(Problem):
    """The sealed marks were changed from another window in the meantime; `current` is what counts there."""

    def __init__(self, current: MarkSheet) -> None:
        super().__init__(_("You changed these marks in another window. Both are kept: choose which ones count."))
        self.current = current


class NotOnDesk(Problem):
    """This script cannot be sealed by this grader any more."""


@transaction.atomic
def save_draft(*, allocation: Allocation, base_version: int, body: Mapping[str, Any], now: datetime) -> MarkDraft:
    """Keep what was typed. `base_version` is the version it was typed on, 0 for none.

    Locks the allocation: a draft that arrives after its sheet was sealed is not kept. Raises `DraftConflict`,
    `NotOnDesk`.
    """
    locked = Allocation.objects.select_for_update(of=("self",)).get(pk=allocation.pk)
    if locked.state not in (State.CLAIMED, State.EXPIRED):
        raise NotOnDesk(_("This paper is sealed or given back; there is nothing to save any more."))
    draft = MarkDraft.objects.filter(allocation=allocation).first()
    if draft is None:
        return MarkDraft.objects.create(allocation=allocation, body=dict(body), saved_at=now)
    if draft.version != base_version:
        if words_of(draft.body) == words_of(body):
            return draft  # it is there already
        raise DraftConflict(draft)
    draft.body, draft.version, draft.saved_at = dict(body), draft.version + 1, now
    draft.save()
    return draft


@transaction.atomic
def seal(
    *,
    allocation: Allocation,
    client_mark_id: str,
    levels: Mapping[int, int],
    comments: Mapping[int, str],
    comment: str = "",
    active_ms: int = 0,
    draft_version: int | None = None,
    replaces_sealed: bool = False,
    sheet_version: int | None = None,
    now: datetime,
) -> MarkSheet:
    """Insert a sheet: a level id and perhaps a comment per criterion id. The same `client_mark_id` twice is one sheet.

    A second sheet of one allocation is its next version and must say so by `replaces_sealed`: an undo; where it names
    the `sheet_version` it was based on, and another window sealed a later one, nothing is sealed. Work that comes
    after the lease is kept and marked late. `draft_version` is the draft that the form was typed on, 0 for none; where
    another window saved a later one, nothing is sealed. Locks the allocation. Raises `SheetIncomplete`, `NotOnDesk`,
    `DraftConflict`, `SheetConflict`.
    """
    locked = Allocation.objects.select_for_update().get(pk=allocation.pk)
    if known := MarkSheet.objects.filter(allocation=locked, client_mark_id=client_mark_id).first():
        return known
    may_seal(locked, replaces_sealed=replaces_sealed)
    if draft_version is not None:
        typed = words_of({"marks": levels, "comments": comments, "comment": comment})
        refuse_if_typed_elsewhere(locked, draft_version=draft_version, window=client_mark_id, typed=typed)
    before = MarkSheet.objects.filter(allocation=locked).order_by("version").last()
    if before is not None and sheet_version is not None and sheet_version != before.version:
        raise SheetConflict(before)
    chosen = chosen_levels(locked.script, levels)
    sheet = MarkSheet.objects.create(
        allocation=locked,
        version=before.version + 1 if before else 1,
        client_mark_id=client_mark_id,
        sealed_at=now,
        active_ms=active_ms,
        comment=keep_text(comment),
    )
    Mark.objects.bulk_create(
        Mark(
            sheet=sheet,
            criterion_id=level.criterion_id,
            level=level,
            points=level.points,
            comment=keep_text(comments.get(level.criterion_id, "")),
        )
        for level in chosen
    )
    if locked.state != State.SEALED:
        close_desk(locked)
    outbox.put(AFTER_SEAL, key=str(sheet.pk), payload={"sheet": sheet.pk}, run_at=now)
    announce(BoardChanged(round_id=locked.script.round_id), now=now)
    allocation.refresh_from_db()
    return sheet


def refuse_if_typed_elsewhere(
    allocation: Allocation, *, draft_version: int, window: str, typed: Mapping[str, Any]
) -> None:
    """Raise `DraftConflict` for a later draft of another window that says something else.

    One's own may be on its way while one seals, also from the page as it was before it was loaded again.
    """
    draft = MarkDraft.objects.filter(allocation=allocation).first()
    if draft is None or draft.version == draft_version or draft.body.get("window") == window:
        return
    if words_of(draft.body) != typed:
        raise DraftConflict(draft)


def words_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a body says, apart from who typed it and how long it took."""
    return {
        "marks": {str(criterion): level for criterion, level in body.get("marks", {}).items()},
        "comments": {str(criterion): text for criterion, text in body.get("comments", {}).items() if text},
        "comment": body.get("comment", ""),
    }


def may_seal(allocation: Allocation, *, replaces_sealed: bool) -> None:
    """On the desk; lost to the clock, while the reading is still of use; sealed, to correct it while the round runs."""
    runs = allocation.script.round.state in (Round.State.OPEN, Round.State.CLOSING)
    if allocation.state == State.CLAIMED:
        return
    is_fresh_look = allocation.purpose == Allocation.Purpose.APPEAL and allocation.script.settled_at is None
    if allocation.state == State.EXPIRED and (runs or is_fresh_look):
        return
    if allocation.state == State.SEALED and runs and replaces_sealed:
        return
    if allocation.state == State.SEALED and runs:
        raise NotOnDesk(_("You have sealed this paper already. Open it among your marks to change it."))
    raise NotOnDesk(_("This paper is closed; nothing can be added to it. Your earlier marks are kept."))


def close_desk(allocation: Allocation) -> None:
    """Move an allocation to sealed. Late work takes a place again, beyond the wanted ones if need be.

    A hidden check has no place on its script.
    """
    was_late = allocation.state == State.EXPIRED
    if was_late and allocation.purpose not in CHECKS:
        taken = F("readings_taken") + 1
        Script.objects.filter(pk=allocation.script_id).update(
            readings_taken=taken,
            readings_wanted=Greatest(F("readings_wanted"), taken),
            is_open=Case(When(readings_wanted__gt=taken, then=F("is_open")), default=Value(False)),
        )
    Allocation.objects.filter(pk=allocation.pk).update(state=State.SEALED, is_late=was_late, lease_ends_at=None)
    MarkDraft.objects.filter(allocation=allocation).delete()
