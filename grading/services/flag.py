"""A grader asks the teacher to look at a script; the teacher answers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import Allocation, Flag, ReviewCase, Round
from grading.queries.flag import open_call
from grading.services.review import open_case
from grading.services.script import lock_script
from rubrics.models import Criterion

LONGEST_NOTE = 1_000
State = Allocation.State


class NoteRefused(Problem):
    """The teacher is asked without a reason, or with one that is too long."""


class CallRefused(Problem):
    """The teacher cannot be asked about this script any more."""


class FlagAnswered(Problem):
    """Somebody has answered this flag already."""


@transaction.atomic
def call_teacher(*, allocation: Allocation, note: str, now: datetime) -> Flag:
    """Ask the teacher to look at a script, with a reason; the same words twice are one question.

    Nothing else changes: the reading goes on. Locks the allocation. Raises `NoteRefused`, `CallRefused`.
    """
    locked = Allocation.objects.select_for_update(of=("self",)).select_related("script__round").get(pk=allocation.pk)
    note = note.strip()
    if not note:
        raise NoteRefused(_("Say in a sentence what the teacher should look at."))
    if len(note) > LONGEST_NOTE:
        raise NoteRefused(
            _("This is %(over)s characters too long: %(longest)s fit.")
            % {"over": len(note) - LONGEST_NOTE, "longest": LONGEST_NOTE}
        )
    if known := open_call(locked):
        if known.evidence.get("note") == note:
            return known
        raise CallRefused(_("You have asked the teacher about this paper already; wait for them to look."))
    runs = locked.script.round.state in (Round.State.OPEN, Round.State.CLOSING)
    if locked.state not in (State.CLAIMED, State.EXPIRED) and not (locked.state == State.SEALED and runs):
        raise CallRefused(_("This paper is closed; nothing can be added to it. Your earlier marks are kept."))
    flag = Flag.objects.create(
        script=locked.script, allocation=locked, reason=Flag.Reason.CALLED, evidence={"note": note}, raised_at=now
    )
    audit.record("flag.raised", flag, script=locked.script_id, allocation=locked.pk)
    announce(BoardChanged(round_id=locked.script.round_id), now=now)
    return flag


@transaction.atomic
def settle_flag(*, flag: Flag, now: datetime) -> None:
    """Say that nothing is to be done. Raises `FlagAnswered`."""
    answer(flag, now=now)
    audit.record("flag.cleared", flag, script=flag.script_id)


@transaction.atomic
def take_over(*, flag: Flag, criterion: Criterion, now: datetime) -> ReviewCase:
    """Take one criterion of the script into one's own hands. Locks the script. Raises `FlagAnswered`."""
    answer(flag, now=now)
    case = open_case(script=lock_script(flag.script_id), criterion=criterion, reason=ReviewCase.Reason.CALLED, now=now)
    audit.record("flag.taken_over", flag, script=flag.script_id, criterion=criterion.pk, case=case.pk)
    return case


def answer(flag: Flag, *, now: datetime) -> None:
    if not Flag.objects.filter(pk=flag.pk, cleared_at=None).update(cleared_at=now):
        raise FlagAnswered(_("This was answered in the meantime."))
    flag.refresh_from_db()
    announce(BoardChanged(round_id=flag.script.round_id), now=now)
