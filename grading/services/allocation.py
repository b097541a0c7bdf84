"""Who may read which script, how often, in which order."""

from collections import Counter, defaultdict
from datetime import datetime
from random import Random

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from grading import balancing
from grading.events import BoardChanged, announce
from grading.models import Allocation, Enlistment, Round, Script, ScriptExclusion
from grading.queries.script import CHECKS, references_in
from grading.services.round import note_opening

Purpose = Allocation.Purpose


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
    rows = [(script, grader, Purpose.BASE) for script, grader in pairs]
    if checks := checks_among(round_, pairs, rng=rng):
        rows += [(script, grader, Purpose.SEED) for script, grader in checks]
        rng.shuffle(rows)
    # A grader may have taken one of these from the pool a moment ago.
    Allocation.objects.bulk_create(
        [
            Allocation(
                script_id=script,
                grader_id=grader,
                purpose=purpose,
                state=Allocation.State.PLANNED,
                position=position,
            )
            for position, (script, grader, purpose) in enumerate(rows)
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    return len(pairs)


def checks_among(round_: Round, pairs: list[tuple[int, int]], *, rng: Random) -> list[tuple[int, int]]:
    """Return (reference paper, grader) pairs: of all that a grader reads, about the round's share are checks.

    Each reference paper comes to a grader once at most, so that they run out where there are few.
    """
    references = list(references_in(round_).order_by("pk").values_list("pk", flat=True))
    if not references or not round_.seeds_percent:
        return []
    on_references = Allocation.objects.filter(script__in=references)
    had: dict[int, set[int]] = defaultdict(set)
    for script, grader in [
        *on_references.values_list("script", "grader"),
        *ScriptExclusion.objects.filter(script__in=references).values_list("script", "grader"),
    ]:
        had[grader].add(script)
    planned = Counter(grader for _, grader in pairs)
    before = dict(on_others(round_).values_list("grader").annotate(count=Count("pk")))
    checked = dict(on_references.values_list("grader").annotate(count=Count("pk")))
    chosen: list[tuple[int, int]] = []
    for grader, count in sorted(planned.items()):
        reads = count + before.get(grader, 0)
        share = reads * round_.seeds_percent / (100 - round_.seeds_percent)
        # A share of 0.4 is a check for four graders in ten.
        wanted = int(share + rng.random()) - checked.get(grader, 0)
        unread = [script for script in references if script not in had[grader]]
        chosen += [(script, grader) for script in rng.sample(unread, min(max(wanted, 0), len(unread)))]
    return chosen


def on_others(round_: Round) -> QuerySet[Allocation]:
    """Return the readings of a round, planned or begun, that are no checks."""
    return Allocation.objects.filter(script__round=round_).exclude(purpose__in=CHECKS)


@transaction.atomic
def drop_plan(*, round_: Round) -> None:
    """Forget the order of work of a round that hands nothing out: who had not come to a script may read an appeal."""
    Allocation.objects.filter(script__round=round_, state=Allocation.State.PLANNED).delete()


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
