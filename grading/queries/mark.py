"""Sealed marks, as the stages after marking need them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet

from grading.models import Allocation, Mark, MarkSheet, Round, Script
from rubrics.models import Criterion

Purpose = Allocation.Purpose
# A seed and a practice paper test the grader, an appeal's reading tests the score: none of them is a vote.
COUNTED = (Purpose.BASE, Purpose.FURTHER)


def latest_sheets(purposes: tuple[str, ...] = COUNTED) -> QuerySet[MarkSheet]:
    """Return the sheet that counts of each sealed allocation: its highest version."""
    newer = MarkSheet.objects.filter(allocation=OuterRef("allocation"), version__gt=OuterRef("version"))
    return MarkSheet.objects.filter(
        ~Exists(newer), allocation__state=Allocation.State.SEALED, allocation__purpose__in=purposes
    )


def latest_marks(purposes: tuple[str, ...] = COUNTED) -> QuerySet[Mark]:
    """Return the marks of the sheets that count; joined, since PostgreSQL may run a nested list of sheets per mark."""
    newer = MarkSheet.objects.filter(allocation=OuterRef("sheet__allocation"), version__gt=OuterRef("sheet__version"))
    return Mark.objects.filter(
        ~Exists(newer), sheet__allocation__state=Allocation.State.SEALED, sheet__allocation__purpose__in=purposes
    )


@dataclass(frozen=True, kw_only=True)
class GivenMark:
    """A mark that a score is told from: a grader's, or on a reference paper the teacher's own."""

    mark_id: int
    criterion_id: int
    points: Decimal
    comment: str


@dataclass(frozen=True, kw_only=True)
class SealedMark(GivenMark):
    allocation_id: int
    purpose: str


def sealed_marks(script: Script, purposes: tuple[str, ...] = COUNTED) -> dict[int, list[SealedMark]]:
    """Return the marks of a script that count, by criterion, in the order of sealing."""
    return sealed_marks_of([script.pk], purposes).get(script.pk, {})


def sealed_marks_of(
    script_ids: Iterable[int], purposes: tuple[str, ...] = COUNTED
) -> dict[int, dict[int, list[SealedMark]]]:
    """Return by script what `sealed_marks` does of one."""
    marks = (
        latest_marks(purposes)
        .filter(sheet__allocation__script__in=list(script_ids))
        .select_related("comment", "sheet__allocation")
        .order_by("sheet__sealed_at", "sheet_id")
    )
    found: dict[int, dict[int, list[SealedMark]]] = {}
    for mark in marks:
        by_criterion = found.setdefault(mark.sheet.allocation.script_id, {})
        by_criterion.setdefault(mark.criterion_id, []).append(
            SealedMark(
                mark_id=mark.pk,
                allocation_id=mark.sheet.allocation_id,
                purpose=mark.sheet.allocation.purpose,
                criterion_id=mark.criterion_id,
                points=mark.points,
                comment=mark.comment.text if mark.comment else "",
            )
        )
    return found


def base_readings(round_: Round, criterion: Criterion) -> list[tuple[int, int, Decimal]]:
    """Return (script, grader, points) of the readings chosen before any mark was seen: what agreement is told from."""
    marks = latest_marks((Purpose.BASE,)).filter(sheet__allocation__script__round=round_, criterion=criterion)
    return list(
        marks.annotate(script=F("sheet__allocation__script_id"), grader=F("sheet__allocation__grader_id"))
        .order_by("script", "grader")
        .values_list("script", "grader", "points")
    )
