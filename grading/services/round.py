"""Rounds: prepared, opened for marking, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment, Question
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import (
    Enlistment,
    Invitation,
    Round,
    RoundQuestion,
    Script,
)
from grading.queries.round import rubrics_to_pin
from rubrics.queries import current_rubric
from rubrics.services import pin


class RoundNotReady(Problem):
    """A round cannot be opened as it stands."""


@transaction.atomic
def create_round(*, assignment: Assignment, questions: Sequence[Question] | None = None, **settings: Any) -> Round:
    """Prepare a round of an assignment's hand-marked questions, or of those named. Raises `RoundNotReady`."""
    chosen = [q for q in assignment.questions.all() if not q.is_machine_marked] if questions is None else questions
    if not chosen:
        raise RoundNotReady(_("There is no question that people mark. Add one with a long answer, maths or a file."))
    round_ = Round(assignment=assignment, **settings)
    round_.full_clean()
    round_.save()
    for question in chosen:
        add_round_question(round_=round_, question=question)
    record("round.prepared", round_, kind=round_.kind, questions=len(chosen))
    return round_


@transaction.atomic
def change_round(*, round_: Round, questions: Sequence[Question], **settings: Any) -> None:
    """Set a draft's questions and settings anew. Locks the round; raises `RoundNotReady`."""
    locked = lock_draft(round_)
    if settings.get("pool", locked.pool) != locked.pool and has_graders(locked):
        raise RoundNotReady(_("This round has graders of the pool it had. Take them out first, then change the pool."))
    kept = {question.pk for question in questions}
    if not kept:
        raise RoundNotReady(_("Choose at least one question."))
    references = Script.objects.filter(round=locked)
    if settings.get("unit", locked.unit) != locked.unit and references.exists():
        raise RoundNotReady(_("This round has reference papers of the unit it had. Take them back first."))
    asked = set(locked.questions.values_list("question", flat=True))
    if kept != asked and references.filter(question=None).exists():
        raise RoundNotReady(_("Whole papers were drawn with the questions there were. Take them back first."))
    if references.exclude(question__in=kept).exclude(question=None).exists():
        raise RoundNotReady(_("A question you left out has reference papers. Keep the question, or take them back."))
    for name, value in settings.items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.save()
    locked.questions.exclude(question__in=kept).delete()
    for question in questions:
        if question.pk not in asked:
            add_round_question(round_=locked, question=question)
    record("round.changed", locked, questions=len(kept))
    round_.refresh_from_db()


def has_graders(round_: Round) -> bool:
    open_ = Invitation.objects.filter(round=round_, state=Invitation.State.SENT)
    return Enlistment.objects.filter(round=round_).exists() or open_.exists()


def add_round_question(*, round_: Round, question: Question) -> None:
    rubric = current_rubric(question)
    if rubric is None:
        raise RoundNotReady(_("Question %(position)s has no rubric yet. Add one.") % {"position": question.position})
    RoundQuestion.objects.create(round=round_, question=question, rubric=rubric)


def lock_draft(round_: Round) -> Round:
    """Return a round that is still being prepared, and keep everybody off it. Raises `RoundNotReady`."""
    locked = Round.objects.select_for_update().filter(pk=round_.pk).first()
    if locked is None or locked.state != Round.State.DRAFT:
        raise RoundNotReady(_("This round was opened already."))
    return locked


@transaction.atomic
def discard_round(*, round_: Round) -> None:
    """Throw a draft away, its places and invitations with it. Locks it; raises `RoundNotReady`.

    Reference papers were put back before.
    """
    locked = lock_draft(round_)
    record("round.discarded", locked, assignment=locked.assignment_id)
    for rows in (locked.enlistments, locked.invitations, locked.questions):
        rows.all().delete()
    locked.delete()


@transaction.atomic
def open_round(*, round_: Round, now: datetime) -> None:
    """Open for marking: the rubric versions are pinned from here on. Locks the round; raises `RoundNotReady`."""
    locked = lock_draft(round_)
    for choice in rubrics_to_pin(locked):
        if choice.item.rubric_id != choice.rubric.pk:
            RoundQuestion.objects.filter(pk=choice.item.pk).update(rubric=choice.rubric)
        pin(rubric=choice.rubric, now=now)
    locked.state, locked.opened_at = Round.State.OPEN, now
    locked.save(update_fields=["state", "opened_at"])
    record("round.opened", locked)
    round_.refresh_from_db()
    announce(BoardChanged(round_id=round_.pk), now=now)


@transaction.atomic
def admit_small_batches(*, round_: Round) -> None:
    """Take in papers however few they are, from now on. Raises `RoundNotReady` where none are taken in any more."""
    if lock_round(round_).state != Round.State.OPEN:
        raise RoundNotReady(_("This round takes in no more papers. Prepare another one for them."))
    Round.objects.filter(pk=round_.pk).update(batch_minimum=1)
    round_.refresh_from_db()


def lock_round(round_: Round) -> Round:
    """Return a round as it is now, and keep intake, enlistment and closing off it until the transaction ends.

    Raises `RoundNotReady` where another window threw the draft away.
    """
    locked = Round.objects.select_for_update(no_key=True).filter(pk=round_.pk).first()
    if locked is None:
        raise RoundNotReady(_("This draft was thrown away in the meantime."))
    return locked


def start_closing(*, round_: Round, now: datetime) -> None:
    """Hand out no new scripts; what is on the desks may still be sealed. A closed round stays as it is.

    Locks the round, and lets go of it before it closes the scripts, which jobs lock first. Raises `RoundNotReady`.
    """
    with transaction.atomic():
        locked = lock_round(round_)
        if locked.state == Round.State.DRAFT:
            raise RoundNotReady(_("This round was not opened yet, so there is nothing to close."))
        closes = locked.state == Round.State.OPEN
        if closes:
            locked.state = Round.State.CLOSING
            locked.save(update_fields=["state"])
            record("round.closing", locked)
    round_.refresh_from_db()
    if closes:
        Script.objects.filter(round=round_, is_open=True).update(is_open=False)
        announce(BoardChanged(round_id=round_.pk), now=now)


@transaction.atomic
def finish_closing(*, round_: Round, now: datetime) -> None:
    closing = Round.objects.filter(pk=round_.pk, state=Round.State.CLOSING)
    if closing.update(state=Round.State.CLOSED, closed_at=now):
        record("round.closed", round_)
    round_.refresh_from_db()
    announce(BoardChanged(round_id=round_.pk), now=now)


@transaction.atomic
def create_import_round(*, assignment: Assignment, now: datetime) -> Round:
    """Make a round for marks from elsewhere: its rubrics are pinned and it hands nothing out.

    Raises `RoundNotReady`.
    """
    questions = [question for question in assignment.questions.all() if not question.is_machine_marked]
    unit = Round.Unit.PAPER if len(questions) > 1 else Round.Unit.QUESTION
    round_ = create_round(assignment=assignment, questions=questions, kind=Round.Kind.IMPORT, unit=unit)
    open_round(round_=round_, now=now)
    start_closing(round_=round_, now=now)
    finish_closing(round_=round_, now=now)
    return round_


def note_opening(*, round_id: int) -> None:
    """Remember that a script opened (again): graders who found nothing may look once more."""
    Round.objects.filter(pk=round_id).update(openings=F("openings") + 1)
