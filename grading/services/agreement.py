"""Everything statistical: how far graders agree on a criterion, and which scores do not fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from grading.agreement.flags import OutsideTolerance, outside_tolerance, spread_exceeds
from grading.events import BoardChanged, announce
from grading.models import AgreementReport, Flag, Round, RoundReport, Script
from grading.queries.mark import SealedMark, latest_sheets, sealed_marks
from grading.queries.measured import criterion_table, measure, pair_table
from grading.queries.script import criteria_of_round, criteria_of_script
from rubrics.models import Criterion
from rubrics.queries import maximum


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """Marks of a script that lie too far apart: on one criterion, or in total (None)."""

    criterion: Criterion | None
    outside: OutsideTolerance
    readings: int

    @property
    def is_outvoted(self) -> bool:
        """More than half of at least three readings agree, and the others are named: no reason to read again."""
        named = len(self.outside.graders)
        return self.readings > 2 and 0 < named * 2 < self.readings

    @property
    def reason(self) -> str:
        return Flag.Reason.TOLERANCE if self.criterion else Flag.Reason.TOTAL

    @property
    def allocations(self) -> list[int | None]:
        """Whom to name: of a pair nobody, for the two cannot be told apart."""
        return [None] if self.readings < 3 or not self.outside.graders else list(self.outside.graders)  # type: ignore[arg-type]


def disagreements(script: Script) -> list[Disagreement]:
    """Return where the marks of a script lie further apart than its criteria and its round allow."""
    marks = sealed_marks(script)
    criteria = list(criteria_of_script(script))
    found: list[Disagreement] = []
    for criterion in criteria:
        points = points_by_allocation(marks.get(criterion.pk, []))
        levels = [level.points for level in criterion.levels.all()]
        if outside := outside_tolerance(points, levels, criterion.tolerance):
            found.append(Disagreement(criterion=criterion, outside=outside, readings=len(points)))
    totals = weighted_totals(criteria, marks)
    highest = sum((criterion.weight * maximum(criterion) for criterion in criteria), Decimal(0))
    if len(criteria) < 2 or highest <= 0:
        return found
    # One level on one criterion is within tolerance, however few points the rubric has.
    one_level = max(criterion.weight * widest_step(criterion) for criterion in criteria)
    share = max(script.round.total_tolerance_percent / 100, float(one_level / highest))
    if outside := spread_exceeds(totals, highest, share):
        found.append(Disagreement(criterion=None, outside=outside, readings=len(totals)))
    return found


def widest_step(criterion: Criterion) -> Decimal:
    points = sorted(level.points for level in criterion.levels.all())
    return max((high - low for low, high in pairwise(points)), default=Decimal(0))


def furthest_apart(script: Script) -> list[Criterion]:
    """Return the criterion whose marks differ most in weighted points, if any two differ."""
    marks = sealed_marks(script)

    def spread(criterion: Criterion) -> Decimal:
        points = [mark.points for mark in marks.get(criterion.pk, [])]
        return criterion.weight * (max(points) - min(points)) if points else Decimal(0)

    widest = max(criteria_of_script(script), key=spread, default=None)
    return [widest] if widest is not None and spread(widest) else []


def points_by_allocation(marks: Iterable[SealedMark]) -> dict[Any, Decimal]:
    return {mark.allocation_id: mark.points for mark in marks}


def weighted_totals(criteria: list[Criterion], marks: Mapping[int, list[SealedMark]]) -> dict[Any, Decimal]:
    """Return the weighted total by allocation, of those that marked every criterion."""
    totals: dict[int, Decimal] = {}
    counted: dict[int, int] = {}
    for criterion in criteria:
        for mark in marks.get(criterion.pk, []):
            totals[mark.allocation_id] = totals.get(mark.allocation_id, Decimal(0)) + criterion.weight * mark.points
            counted[mark.allocation_id] = counted.get(mark.allocation_id, 0) + 1
    return {allocation: total for allocation, total in totals.items() if counted[allocation] == len(criteria)}


@transaction.atomic
def raise_flags(*, script: Script, now: datetime) -> list[Disagreement]:
    """Bring the open flags of a script in line with its marks; return the disagreements that are not outvoted."""
    # Only the median leaves an outvoted mark behind; a mean would still be moved by it.
    settles = script.round.policy == Round.Policy.MEDIAN
    open_now = [found for found in disagreements(script) if not (settles and found.is_outvoted)]
    wanted = {
        (found.criterion.pk if found.criterion else None, allocation, found.reason): found
        for found in open_now
        for allocation in found.allocations
    }
    for flag in statistical_flags(script):
        found = wanted.pop((flag.criterion_id, flag.allocation_id, flag.reason), None)
        if found is None:
            flag.cleared_at = now
        else:
            flag.evidence = evidence(found)
        flag.save(update_fields=["cleared_at", "evidence"])
    Flag.objects.bulk_create(
        Flag(
            script=script,
            criterion_id=criterion,
            allocation_id=allocation,
            reason=reason,
            evidence=evidence(found),
            raised_at=now,
        )
        for (criterion, allocation, reason), found in wanted.items()
    )
    return open_now


def evidence(found: Disagreement) -> dict[str, float]:
    return {"spread": found.outside.spread, "tolerance": found.outside.tolerance, "readings": found.readings}


def clear_flags(*, script: Script, now: datetime) -> None:
    statistical_flags(script).update(cleared_at=now)


def statistical_flags(script: Script) -> QuerySet[Flag]:
    """Return the open flags that marks raise and clear; what a grader asks is answered by a person."""
    return Flag.objects.filter(script=script, cleared_at=None).exclude(reason=Flag.Reason.CALLED)


@transaction.atomic
def mark_reports_stale(*, round_: Round, now: datetime) -> None:
    """Say that the figures of a round are behind its marks; the clock brings them up."""
    if AgreementReport.objects.filter(round=round_, stale_since__isnull=False).exists():
        return  # they are brought up together
    known = set(AgreementReport.objects.filter(round=round_).values_list("criterion", flat=True))
    AgreementReport.objects.bulk_create(
        [AgreementReport(round=round_, criterion=one) for one in criteria_of_round(round_) if one.pk not in known],
        ignore_conflicts=True,
    )
    AgreementReport.objects.filter(round=round_, stale_since=None).update(stale_since=now)


@transaction.atomic
def refresh_reports(*, round_: Round, now: datetime) -> None:
    """Compute the agreement on every criterion of a round afresh, from its base readings.

    The caller has marked the reports as fresh before, so that a sheet sealed meanwhile makes them stale again.
    """
    sheets = latest_sheets().filter(allocation__script__round=round_).count()
    measured = [measure(round_, criterion) for criterion in criteria_of_round(round_)]
    for one in measured:
        figures = {"coefficients": one.coefficients, "panel": one.panel, "sheets": sheets, "computed_at": now}
        AgreementReport.objects.update_or_create(round=round_, criterion=one.criterion, defaults=figures)
    RoundReport.objects.update_or_create(
        round=round_,
        defaults={"pairs": pair_table(round_, measured), "criteria": criterion_table(measured), "computed_at": now},
    )
    announce(BoardChanged(round_id=round_.pk), now=now)
