"""Rubrics as others read them: which version holds, its criteria, and the points they are worth."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from assignments.models import Question
from rubrics.models import Criterion, Rubric


@dataclass(frozen=True)
class LevelSpec:
    points: Decimal
    label: str
    descriptor: str = ""


@dataclass(frozen=True)
class CriterionSpec:
    key: str
    title: str
    levels: tuple[LevelSpec, ...]
    weight: Decimal = Decimal(1)
    tolerance: int = 1
    scale: str = Criterion.Scale.ORDINAL.value


def current_rubric(question: Question) -> Rubric | None:
    """Return the highest version."""
    return Rubric.objects.filter(question=question).order_by("-version").first()


def criteria_of(rubrics: Iterable[Rubric]) -> QuerySet[Criterion]:
    """Return the criteria of these versions in order, with their levels."""
    return Criterion.objects.filter(rubric__in=rubrics).order_by("rubric", "position").prefetch_related("levels")


def specs_of(rubric: Rubric) -> list[CriterionSpec]:
    """Return what a rubric says, free of its rows: to copy it, or to start another one from it."""
    return [
        CriterionSpec(
            key=criterion.key,
            title=criterion.title,
            levels=tuple(LevelSpec(level.points, level.label, level.descriptor) for level in criterion.levels.all()),
            weight=criterion.weight,
            tolerance=criterion.tolerance,
            scale=criterion.scale,
        )
        for criterion in criteria_of([rubric])
    ]


def maximum(criterion: Criterion) -> Decimal:
    """Return the points of the best level."""
    return max(level.points for level in criterion.levels.all())


def question_score(*, points: Decimal, criteria: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """Return points · Σ weight·score / Σ weight·maximum over (weight, maximum, score); 0 where nothing can be won."""
    rows = list(criteria)
    within_reach = sum((weight * maximum for weight, maximum, _ in rows), Decimal(0))
    if not within_reach:
        return Decimal(0)
    return points * sum((weight * score for weight, _, score in rows), Decimal(0)) / within_reach
