"""Applies the stated policy and any decision: one score per criterion, with its receipt."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from grading.agreement.consensus import mean, median
from grading.models import ConsensusScore, Decision, Round, Script
from grading.queries.consensus import current_scores
from grading.queries.mark import GivenMark, sealed_marks
from grading.queries.reference import reference_marks
from grading.queries.review import decisions_that_count
from grading.queries.script import criteria_of_script

POLICIES = {Round.Policy.MEDIAN: median, Round.Policy.MEAN: mean}
DECISION = "decision"
REFERENCE = "reference"
QUANTUM = Decimal("0.0001")


@transaction.atomic
def settle(*, script: Script, now: datetime) -> list[ConsensusScore]:
    """Write the scores of a script; return those that are new. A criterion whose inputs did not change stays.

    Locks the script, so that two jobs cannot write the same version.
    """
    Script.objects.select_for_update().get(pk=script.pk)
    marks: Mapping[int, Sequence[GivenMark]]
    marks = reference_marks(script) if script.is_reference else sealed_marks(script)
    decisions = decisions_that_count(script)
    standing = current_scores(script)
    policy = Round.Policy(script.round.policy)
    written: list[ConsensusScore] = []
    for criterion in criteria_of_script(script):
        decision = decisions.get(criterion.pk)
        readings = marks.get(criterion.pk, [])
        if decision is None and not readings:
            continue
        inputs = receipt(readings, decision, is_reference=script.is_reference)
        before = standing.get(criterion.pk)
        if before is not None and before.inputs == inputs:
            continue
        score = ConsensusScore(
            script=script,
            criterion=criterion,
            version=before.version + 1 if before else 1,
            policy=DECISION if decision else REFERENCE if script.is_reference else policy,
            points=decision.points if decision else combine(policy, readings),
            inputs=inputs,
            decision=decision,
            settled_at=now,
        )
        written.append(score)
    ConsensusScore.objects.bulk_create(written)
    Script.objects.filter(pk=script.pk).update(settled_at=now)
    script.refresh_from_db()
    return written


def combine(policy: Round.Policy, readings: Sequence[GivenMark]) -> Decimal:
    points = POLICIES[policy](reading.points for reading in readings)
    if points is None:
        raise ValueError("there is no reading to combine")
    return points.quantize(QUANTUM)


def receipt(readings: Sequence[GivenMark], decision: Decision | None, *, is_reference: bool) -> dict[str, Any]:
    """Return what a score was computed from, so that it can be computed again; a teacher's own marks stand apart."""
    marks = [{"mark": reading.mark_id, "points": str(reading.points)} for reading in readings]
    decided = {"decision": decision.pk if decision else None}
    return {"marks": [], "reference": marks, **decided} if is_reference else {"marks": marks, **decided}
