"""Who may read which script, how often, in which order."""

from collections import defaultdict
from datetime import datetime
from random import Random

from django.db import transaction
from django.db.models import Count, F, Q

from grading import balancing
from grading.events import BoardChanged, announce
from grading.models import Allocation, Enlistment, Round, Script, ScriptExclusion
from grading.services.round import note_opening


@transaction.atomic
def plan_base_readings(*, round_: Round, rng: Random) -> int:
    """Plan the base readings of all scripts that have no plan, for the graders at work; return how many were planned.

    A plan is an order of work, not a reservation: whoever is quick helps out where a place is still free.
    """
    scripts = list(Script.objects.filter(round=round_, is_open=True, allocations=None).values_list("pk", flat=True))
    graders = Enlistment.objects.filter(round=round_, state=Enlistment.State.ACTIVE).order_by("pk")
    loads = dict(
        graders.values_list("grader").annotate(
            load=Count("grader__allocations", filter=Q(grader__allocations__script__round=round_))
        )
    )
    excluded: dict[int, set[int]] = defaultdict(set)
    for script, grader in ScriptExclusion.objects.filter(script__in=scripts).values_list("script", "grader"):
        excluded[script].add(grader)
    pairs = balancing.plan(
        scripts=scripts,
        graders=list(loads),
        readings=round_.readings_wanted,
        rng=rng,
        excluded=excluded,
        loads=loads,
    )
    Allocation.objects.bulk_create(
        [
            Allocation(script_id=script, grader_id=grader, state=Allocation.State.PLANNED, position=position)
            for position, (script, grader) in enumerate(pairs)
        ],
        batch_size=1000,
    )
    return len(pairs)


@transaction.atomic
def call_reading(*, script: Script, purpose: str, now: datetime) -> None:
    """Open a place for one more reading of a script, to be taken soon."""
    Script.objects.filter(pk=script.pk).update(
        readings_wanted=F("readings_wanted") + 1,
        is_open=True,
        next_purpose=purpose,
        priority=Script.Priority.SOON,
        settled_at=None,
    )
    script.refresh_from_db()
    note_opening(round_id=script.round_id)
    announce(BoardChanged(round_id=script.round_id), now=now)


@transaction.atomic
def withdraw_open_place(*, script: Script) -> None:
    """Ask for no further reading: what was taken is all that will be."""
    Script.objects.filter(pk=script.pk).update(readings_wanted=F("readings_taken"), is_open=False)
    script.refresh_from_db()
