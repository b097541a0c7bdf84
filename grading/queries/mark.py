"""Sealed marks, as the stages after marking need them."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, OuterRef, QuerySet, Subquery

from grading.models import Allocation, Mark, MarkSheet, Round, Script
from rubrics.models import Criterion

Purpose = Allocation.Purpose
# A seed and a practice paper test the grader, an appeal's reading tests the score: none of them is a vote.
COUNTED = (Purpose.BASE, Purpose.FURTHER)


def latest_sheets(purposes: tuple[str, ...] = COUNTED) -> QuerySet[MarkSheet]:
    """Return the sheet that counts of each sealed allocation: its highest version."""
    newest = MarkSheet.objects.filter(allocation=OuterRef("allocation")).order_by("-version")
    return MarkSheet.objects.filter(
        allocation__state=Allocation.State.SEALED,
        allocation__purpose__in=purposes,
        version=Subquery(newest.values("version")[:1]),
    )


@dataclass(frozen=True, kw_only=True)
class SealedMark:
    mark_id: int
    allocation_id: int
    purpose: str
    criterion_id: int
    points: Decimal
    comment: str


def sealed_marks(script: Script, purposes: tuple[str, ...] = COUNTED) -> dict[int, list[SealedMark]]:
    """Return the marks of a script that count, by criterion, in the order of sealing."""
    marks = (
        Mark.objects.filter(sheet__in=latest_sheets(purposes).filter(allocation__script=script))
        .select_related("comment", "sheet__allocation")
        .order_by("sheet__sealed_at", "sheet_id")
    )
    by_criterion: dict[int, list[SealedMark]] = defaultdict(list)
    for mark in marks:
        by_criterion[mark.criterion_id].append(
            SealedMark(
                mark_id=mark.pk,
                allocation_id=mark.sheet.allocation_id,
                purpose=mark.sheet.allocation.purpose,
                criterion_id=mark.criterion_id,
                points=mark.points,
                comment=mark.comment.text if mark.comment else "",
            )
        )
    return dict(by_criterion)


def base_readings(round_: Round, criterion: Criterion) -> list[tuple[int, int, Decimal]]:
    """Return (script, grader, points) of the readings chosen before any mark was seen: what agreement is told from."""
    sheets = latest_sheets((Purpose.BASE,)).filter(allocation__script__round=round_)
    marks = Mark.objects.filter(sheet__in=sheets, criterion=criterion)
    return list(
        marks.annotate(script=F("sheet__allocation__script_id"), grader=F("sheet__allocation__grader_id"))
        .order_by("script", "grader")
        .values_list("script", "grader", "points")
    )
