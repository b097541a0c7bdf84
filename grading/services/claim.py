"""A grader takes the next script on a lease, extends it, gives it back, or loses it to the clock."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, announce
from grading.models import Allocation, Enlistment, Grader, Round, Script, ScriptExclusion
from grading.queries.script import CHECKS, references_in, unread_by
from grading.services.enlistment import end_enlistment
from grading.services.round import note_opening

State = Allocation.State
ATTEMPTS = 5


class NotEnlisted(Problem):
    """This grader has no active place in the round."""


class LeaseLost(Problem):
    """The script is not on this grader's desk any more."""


def claim_next(*, round_: Round, grader: Grader, now: datetime, rng: Random) -> Allocation | None:
    """Return the script on this grader's desk, or put the next one there; None when nothing is left for them.

    Locks the grader's place in the round; a script's place is taken by a conditional write, right on both databases.
    """
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return claim_once(round_=round_, grader=grader, now=now, rng=rng)
        except IntegrityError:  # the plan gave this script to the same grader in the meantime: look again
            if attempt == ATTEMPTS - 1:
                raise
    return None


def claim_once(*, round_: Round, grader: Grader, now: datetime, rng: Random) -> Allocation | None:
    places = Enlistment.objects.select_related("round").select_for_update(of=("self",))
    place = places.filter(round=round_, grader=grader).first()
    if place is None or place.state != Enlistment.State.ACTIVE:
        raise NotEnlisted(_("You have no active place in this round. Ask the teacher to let you in."))
    if held := held_allocation(round_=round_, grader=grader):
        if held.lease_ends_at is not None and held.lease_ends_at < now:
            renew(allocation=held, now=now)
        return held
    current = place.round
    if place.exhausted_at_opening == current.openings:
        return None
    open_ = Script.objects.filter(round=current, is_open=True)
    soon, later = open_.filter(priority=Script.Priority.SOON), open_.filter(priority=Script.Priority.LATER)
    if current.state == Round.State.OPEN:
        taken = (
            take_from_pool(soon, round_=current, grader=grader, now=now, rng=rng)
            or take_planned(round_=current, grader=grader, now=now)
            or take_check(round_=current, grader=grader, now=now, rng=rng)
            or take_from_pool(later, round_=current, grader=grader, now=now, rng=rng)
        )
    else:  # after closing, only what an appeal asks for
        appealed = soon.filter(next_purpose=Allocation.Purpose.APPEAL)
        taken = take_from_pool(appealed, round_=current, grader=grader, now=now, rng=rng)
    if taken is None:
        Enlistment.objects.filter(pk=place.pk).update(exhausted_at_opening=current.openings)
        return None
    announce(BoardChanged(round_id=round_.pk), now=now)
    return taken


def held_allocation(*, round_: Round, grader: Grader) -> Allocation | None:
    held = Allocation.objects.filter(script__round=round_, grader=grader, state=State.CLAIMED)
    return held.select_related("script").order_by("lease_ends_at", "pk").first()


def take_place(script_id: int) -> bool:
    """Take one of a script's free places; False when the last one is gone."""
    taken = F("readings_taken") + 1
    free = Script.objects.filter(pk=script_id, is_open=True, readings_taken__lt=F("readings_wanted"))
    still_open = Case(When(readings_wanted__gt=taken, then=Value(True)), default=Value(False))
    return free.update(readings_taken=taken, is_open=still_open) == 1


def take_planned(*, round_: Round, grader: Grader, now: datetime) -> Allocation | None:
    """Take the next script of this grader's plan; a plan whose place is gone is dropped. A check needs no place."""
    planned = Allocation.objects.filter(grader=grader, state=State.PLANNED, script__round=round_)
    while allocation := planned.order_by("position", "pk").first():
        if allocation.purpose in CHECKS or take_place(allocation.script_id):
            return put_on_desk(allocation=allocation, round_=round_, now=now)
        allocation.delete()
    return None


def take_check(*, round_: Round, grader: Grader, now: datetime, rng: Random) -> Allocation | None:
    """Beyond a plan, and for whoever enlisted after it, the same share of what a grader reads are reference papers."""
    if rng.random() * 100 >= round_.seeds_percent:
        return None
    unread = list(unread_by(references_in(round_), grader.pk).order_by("pk").values_list("pk", flat=True))
    if not unread:
        return None
    check = Allocation(script_id=rng.choice(unread), grader=grader, purpose=Allocation.Purpose.SEED)
    return put_on_desk(allocation=check, round_=round_, now=now)


def take_from_pool(
    scripts: QuerySet[Script], *, round_: Round, grader: Grader, now: datetime, rng: Random
) -> Allocation | None:
    """Take an open script from a random place in the queue: from its head one would crawl past what one has read.

    Scripts that others are just taking are passed over at first; before the queue counts as exhausted they are waited
    for, since a place may be left on them.
    """
    start = rng.random()
    unread = unread_by(scripts, grader.pk).order_by("rnd")
    for skips in (True, False):
        for part in (unread.filter(rnd__gte=start), unread.filter(rnd__lt=start)):
            while script := part.select_for_update(skip_locked=skips, of=("self",)).first():
                if take_place(script.pk):
                    return put_on_desk(allocation=Allocation(script=script, grader=grader), round_=round_, now=now)
    return None


def put_on_desk(*, allocation: Allocation, round_: Round, now: datetime) -> Allocation:
    """Write the claim of a place that was just taken."""
    allocation.script = Script.objects.get(pk=allocation.script_id)
    if allocation.purpose not in CHECKS:
        allocation.purpose = allocation.script.next_purpose
    allocation.state = State.CLAIMED
    allocation.claimed_at = now
    allocation.lease_ends_at = now + timedelta(minutes=round_.lease_minutes)
    allocation.save()
    return allocation


@transaction.atomic
def renew(*, allocation: Allocation, now: datetime) -> None:
    """Start the lease of a script on the desk afresh. Raises `LeaseLost` when it is not on the desk any more."""
    lease = timedelta(minutes=allocation.script.round.lease_minutes)
    on_desk = Allocation.objects.filter(pk=allocation.pk, state=State.CLAIMED)
    if not on_desk.update(lease_ends_at=now + lease):
        raise LeaseLost(_("This paper went back to the others. What you typed is kept; you can still hand it in."))
    allocation.refresh_from_db()


@transaction.atomic
def give_back(*, allocation: Allocation, reason: str, now: datetime) -> None:
    """Hand a script back unread, with a reason. Who knows the author is barred from the script for good.

    Raises `LeaseLost`.
    """
    on_desk = Allocation.objects.filter(pk=allocation.pk, state=State.CLAIMED)
    if not on_desk.update(state=State.RELEASED, skip_reason=reason, lease_ends_at=None):
        raise LeaseLost(_("This paper is not on your desk any more."))
    free_place(allocation)
    if reason == Allocation.SkipReason.KNOWN_AUTHOR:
        ScriptExclusion.objects.get_or_create(script_id=allocation.script_id, grader_id=allocation.grader_id)
    allocation.refresh_from_db()
    announce(BoardChanged(round_id=allocation.script.round_id), now=now)


@transaction.atomic
def leave(*, place: Enlistment, now: datetime) -> None:
    """Take a grader off a round at their own wish; what is on their desk goes back. Locks their place."""
    Enlistment.objects.select_for_update(of=("self",)).get(pk=place.pk)
    while held := held_allocation(round_=place.round, grader=place.grader):
        with suppress(LeaseLost):  # it was sealed, or ran out, just now
            give_back(allocation=held, reason=Allocation.SkipReason.OTHER, now=now)
    end_enlistment(enlistment=place)


def expire_leases(*, now: datetime) -> int:
    """Give the places of run-out leases to others; return how many. What was typed stays and may still come late."""
    expired = 0
    overdue = Allocation.objects.filter(state=State.CLAIMED, lease_ends_at__lt=now).select_related("script")
    for allocation in overdue.order_by("lease_ends_at", "pk"):
        with transaction.atomic():
            due = Allocation.objects.filter(pk=allocation.pk, state=State.CLAIMED, lease_ends_at__lt=now)
            if due.update(state=State.EXPIRED):
                free_place(allocation)
                announce(BoardChanged(round_id=allocation.script.round_id), now=now)
                expired += 1
    return expired


def free_place(allocation: Allocation) -> None:
    """Put a place back and open the script, unless its round hands nothing out any more; a check held none."""
    if allocation.purpose in CHECKS:
        return
    script = Script.objects.filter(pk=allocation.script_id)
    script.update(readings_taken=F("readings_taken") - 1)
    hands_out = Q(round__state=Round.State.OPEN) | Q(next_purpose=Allocation.Purpose.APPEAL)
    Script.objects.filter(pk__in=script.filter(hands_out).values("pk")).update(is_open=True)
    note_opening(round_id=script.values_list("round", flat=True).get())
