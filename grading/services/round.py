"""Rounds: prepared, opened for marking, closed; and who is enlisted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assignments.models import Assignment, Question
from edu_crowd.people.models import User
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import Allocation, Enlistment, Grader, Round, RoundQuestion, Script, ScriptExclusion
from grading.queries import origin
from grading.services.grader import external_graders, grader_for
from rubrics.queries import current_rubric
from rubrics.services import pin


class RoundNotReady(Problem):
    """A round cannot be opened as it stands."""


class MayNotMark(Problem):
    """This person cannot be a grader of this round."""


# Letters and digits that nobody mistakes for another.
PSEUDONYM_SIGNS = "ACDEFGHJKLMNPQRTUVWXY34679"


@transaction.atomic
def create_round(*, assignment: Assignment, questions: Sequence[Question] | None = None, **settings: Any) -> Round:
    """Prepare a round of an assignment's hand-marked questions, or of those named."""
    chosen = [q for q in assignment.questions.all() if not q.is_machine_marked] if questions is None else questions
    if not chosen:
        raise RoundNotReady(_("There is no question that people mark. Add one with a long answer, maths or a file."))
    round_ = Round(assignment=assignment, **settings)
    round_.full_clean()
    round_.save()
    for question in chosen:
        rubric = current_rubric(question)
        if rubric is None:
            raise RoundNotReady(
                _("Question %(position)s has no rubric yet. Add one.") % {"position": question.position}
            )
        RoundQuestion.objects.create(round=round_, question=question, rubric=rubric)
    return round_


@transaction.atomic
def open_round(*, round_: Round, now: datetime) -> None:
    """Open for marking: the rubric versions are pinned from here on."""
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if locked.state != Round.State.DRAFT:
        raise RoundNotReady(_("This round was opened already."))
    for item in locked.questions.select_related("rubric"):
        pin(rubric=item.rubric, now=now)
    locked.state, locked.opened_at = Round.State.OPEN, now
    locked.save(update_fields=["state", "opened_at"])
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
    """Return a round as it is now, and keep intake, enlistment and closing off it until the transaction ends."""
    return Round.objects.select_for_update(no_key=True).get(pk=round_.pk)


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
    round_.refresh_from_db()
    if closes:
        Script.objects.filter(round=round_, is_open=True).update(is_open=False)
        announce(BoardChanged(round_id=round_.pk), now=now)


@transaction.atomic
def finish_closing(*, round_: Round, now: datetime) -> None:
    Round.objects.filter(pk=round_.pk, state=Round.State.CLOSING).update(state=Round.State.CLOSED, closed_at=now)
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


@transaction.atomic
def enlist(*, round_: Round, user: User, rng: Random) -> Enlistment:
    """Give a person a place in a round, written together with its exclusions; classmates start by the clock.

    Raises `MayNotMark` for whoever may see names in the course of a blind round, and for a stranger among classmates.
    """
    is_classmates = round_.pool == Round.Pool.CLASSMATES
    if is_classmates and not (round_.assignment and has_right(user, "hand_in", round_.assignment.course)):
        raise MayNotMark(_("%(name)s is no student of this course. Choose another pool of graders.") % {"name": user})
    if round_.is_blind and round_.assignment and has_right(user, "view_identity", round_.assignment.course):
        raise MayNotMark(
            _("%(name)s may see whose paper it is in this course, and so cannot mark it blind.") % {"name": user}
        )
    grader = grader_for(user=user, pool=round_.pool)
    enlistment, _created = Enlistment.objects.get_or_create(
        round=round_,
        grader=grader,
        defaults={"pseudonym": free_pseudonym(round_=round_, rng=rng), "price_minor": round_.price_minor},
    )
    if not is_classmates:
        activate(enlistment=enlistment)
    return enlistment


@transaction.atomic
def enlist_external(*, round_: Round, names: Collection[str], rng: Random) -> dict[str, Grader]:
    """Give graders who are only named in a file a place each that has ended; return all such graders by name."""
    places = Enlistment.objects.filter(round=round_, grader__kind=Grader.Kind.EXTERNAL).select_related("grader")
    known = {place.grader.external_name: place.grader for place in places}
    taken = set(Enlistment.objects.filter(round=round_).values_list("pseudonym", flat=True))
    new = external_graders(names=[name for name in names if name not in known])
    Enlistment.objects.bulk_create(
        [
            Enlistment(round=round_, grader=grader, pseudonym=draw_pseudonym(taken, rng), state=Enlistment.State.ENDED)
            for grader in new
        ],
        batch_size=1000,
    )
    return known | {grader.external_name: grader for grader in new}


@transaction.atomic
def activate(*, enlistment: Enlistment) -> None:
    """Let a grader mark, after writing down what they must not read: their own papers.

    Locks the round: a paper that is being taken in is then known, or finds this grader at work.
    """
    lock_round(enlistment.round)
    bar_from_own(enlistment=enlistment)
    Enlistment.objects.filter(pk=enlistment.pk).update(state=Enlistment.State.ACTIVE, exhausted_at_opening=None)
    enlistment.refresh_from_db()


def bar_from_own(*, enlistment: Enlistment) -> None:
    """Write down that a grader must not read their own papers."""
    grader = enlistment.grader
    if grader.user_id:
        exclude(grader=grader, scripts=list(origin.scripts_by_author(enlistment.round, [grader.user_id])))


def exclude(*, grader: Grader, scripts: Sequence[Script]) -> None:
    """Write that a grader must not read these scripts, and take them out of the grader's plan."""
    ScriptExclusion.objects.bulk_create(
        [ScriptExclusion(grader=grader, script=script) for script in scripts], ignore_conflicts=True
    )
    Allocation.objects.filter(grader=grader, script__in=scripts, state=Allocation.State.PLANNED).delete()


def end_enlistment(*, enlistment: Enlistment) -> None:
    """Take a grader off a round. What they sealed stays, and what is on their desk runs out with its lease."""
    Enlistment.objects.filter(pk=enlistment.pk).update(state=Enlistment.State.ENDED)


def free_pseudonym(*, round_: Round, rng: Random) -> str:
    """Return a name for a grader that nobody in this round has."""
    return draw_pseudonym(set(Enlistment.objects.filter(round=round_).values_list("pseudonym", flat=True)), rng)


def draw_pseudonym(taken: set[str], rng: Random) -> str:
    """Return a name that is not taken, and take it."""
    while (name := "".join(rng.choices(PSEUDONYM_SIGNS, k=4))) in taken:
        pass
    taken.add(name)
    return name
