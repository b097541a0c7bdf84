"""Who has a place in a round: enlisted together with what they must not read, paused, ended."""

from collections.abc import Collection, Sequence
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared.access import has_right
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem
from grading.models import Allocation, Enlistment, Grader, Round, Script, ScriptExclusion
from grading.queries import origin
from grading.queries.enlistment import classmates_without_place
from grading.services.grader import external_graders, grader_for, graders_of
from grading.services.round import lock_draft, lock_round


class MayNotMark(Problem):
    """This person cannot be a grader of this round."""


# Letters and digits that nobody mistakes for another.
PSEUDONYM_SIGNS = "ACDEFGHJKLMNPQRTUVWXY34679"


def check_may_mark(*, round_: Round, user: User) -> None:
    """Raise `MayNotMark` for who may see names in the course of a blind round, and for strangers among classmates.

    A student marks as a classmate only: others read papers while the student may still be writing.
    """
    course = round_.assignment.course if round_.assignment else None
    if round_.pool == Round.Pool.CLASSMATES and not (course and has_right(user, "hand_in", course)):
        raise MayNotMark(_("%(name)s is no student of this course. Choose another pool of graders.") % {"name": user})
    if round_.pool != Round.Pool.CLASSMATES and course and has_right(user, "hand_in", course):
        raise MayNotMark(
            _("%(name)s is a student of this course: classmates mark in a round of their own, after the due time.")
            % {"name": user}
        )
    if round_.is_blind and course and has_right(user, "view_identity", course):
        raise MayNotMark(
            _("%(name)s may see whose paper it is in this course, and so cannot mark it blind.") % {"name": user}
        )


@transaction.atomic
def enlist(*, round_: Round, user: User, rng: Random) -> Enlistment:
    """Give a person a place in a round, written together with its exclusions; classmates start by the clock.

    Raises `MayNotMark`.
    """
    check_may_mark(round_=round_, user=user)
    grader = grader_for(user=user, pool=round_.pool)
    enlistment, is_new = Enlistment.objects.get_or_create(
        round=round_,
        grader=grader,
        defaults={"pseudonym": free_pseudonym(round_=round_, rng=rng), "price_minor": round_.price_minor},
    )
    if not is_new:
        return enlistment  # who was paused or taken off comes back by the teacher alone
    record("grader.enlisted", enlistment, round=round_.pk, pool=round_.pool)
    if round_.pool != Round.Pool.CLASSMATES:
        activate(enlistment=enlistment)
    return enlistment


@transaction.atomic
def enlist_all(*, round_: Round, users: Collection[User], rng: Random) -> list[Enlistment]:
    """Give several people a place each, or nobody. Raises `MayNotMark`."""
    return [enlist(round_=round_, user=user, rng=rng) for user in users]


@transaction.atomic
def enlist_classmates(*, round_: Round, rng: Random) -> int:
    """Give every student of the course who has an account a place that waits for the clock; return how many are new.

    Locks the round: pressed twice, each gets one place. Raises `MayNotMark` where the pool is another.
    """
    if lock_round(round_).pool != Round.Pool.CLASSMATES:
        raise MayNotMark(_("The graders of this round are no classmates. Change its pool first."))
    new = graders_of(users=classmates_without_place(round_), pool=round_.pool)
    taken = set(Enlistment.objects.filter(round=round_).values_list("pseudonym", flat=True))
    Enlistment.objects.bulk_create(
        [
            Enlistment(round=round_, grader=one, pseudonym=draw_pseudonym(taken, rng), price_minor=round_.price_minor)
            for one in new
        ],
        batch_size=1000,
    )
    if new:
        record("grader.enlisted", round_, pool=round_.pool, places=len(new))
    return len(new)


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


@transaction.atomic
def end_enlistment(*, enlistment: Enlistment) -> None:
    """Take a grader off a round. What they sealed stays, and what is on their desk runs out with its lease."""
    if move(enlistment, Enlistment.State.ENDED):
        record("grader.ended", enlistment, round=enlistment.round_id)


@transaction.atomic
def pause_enlistment(*, enlistment: Enlistment) -> None:
    """Hand a grader nothing more until they are called back. What is on their desk runs out with its lease."""
    if move(enlistment, Enlistment.State.PAUSED):
        record("grader.paused", enlistment, round=enlistment.round_id)


@transaction.atomic
def resume_enlistment(*, enlistment: Enlistment) -> None:
    """Let a grader go on who was paused or had ended; classmates wait for the clock again. Raises `MayNotMark`."""
    round_ = enlistment.round
    if enlistment.grader.user is None:
        raise MayNotMark(_("This grader is only named in a file and cannot mark here."))
    check_may_mark(round_=round_, user=enlistment.grader.user)
    if round_.pool != Round.Pool.CLASSMATES:
        activate(enlistment=enlistment)
    else:
        move(enlistment, Enlistment.State.INVITED)
    record("grader.resumed", enlistment, round=round_.pk)


@transaction.atomic
def remove_enlistment(*, enlistment: Enlistment) -> None:
    """Take a grader out of a draft as if they had never been in it. Locks the round; raises `RoundNotReady`."""
    locked = lock_draft(enlistment.round)
    record("grader.removed", enlistment, round=locked.pk)
    ScriptExclusion.objects.filter(script__round=locked, grader=enlistment.grader_id).delete()
    Enlistment.objects.filter(pk=enlistment.pk).delete()


def move(enlistment: Enlistment, state: str) -> bool:
    """Set the state of a place; False where it was that already."""
    moved = Enlistment.objects.filter(pk=enlistment.pk).exclude(state=state).update(state=state)
    enlistment.refresh_from_db()
    return bool(moved)


def free_pseudonym(*, round_: Round, rng: Random) -> str:
    """Return a name for a grader that nobody in this round has."""
    return draw_pseudonym(set(Enlistment.objects.filter(round=round_).values_list("pseudonym", flat=True)), rng)


def draw_pseudonym(taken: set[str], rng: Random) -> str:
    """Return a name that is not taken, and take it."""
    while (name := "".join(rng.choices(PSEUDONYM_SIGNS, k=4))) in taken:
        pass
    taken.add(name)
    return name
