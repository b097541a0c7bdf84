"""Marks of a file by unit and grader: the last one each grader gave."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from grading.workbooks.columns import Criterion, Mark
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.rows import TOTAL

# Sums of decimals in binary differ in the last digit; totals that people would call equal must be.
TOTAL_DIGITS = 9


def by_unit(marks: MarkFile, criterion: Criterion) -> dict[str, dict[str, Mark]]:
    """Return unit → grader → mark."""
    found: dict[str, dict[str, Mark]] = {}
    for unit, grader, mark in zip(marks.units, marks.graders, criterion.marks, strict=True):
        if mark is not None:
            found.setdefault(unit, {})[grader] = mark
    return found


def total_of(criteria: Sequence[Criterion]) -> Criterion | None:
    """Return the sum of the criteria as a further one; None for a single criterion, or where one has no points."""
    if len(criteria) < 2 or not all(criterion.has_points for criterion in criteria):
        return None
    rows = zip(*(criterion.marks for criterion in criteria), strict=True)
    highest = [criterion.highest for criterion in criteria if criterion.highest is not None]
    return Criterion(
        name=TOTAL,
        scale="interval",
        weights="quadratic",
        marks=tuple(sum_of(row) for row in rows),
        highest=math.fsum(highest) if len(highest) == len(criteria) else None,
    )


def sum_of(row: Sequence[Mark | None]) -> float | None:
    points = [float(mark) for mark in row if mark is not None]
    return round(math.fsum(points), TOTAL_DIGITS) if len(points) == len(row) else None


def readings(marks: MarkFile) -> Counter[str]:
    """Return how many scripts each grader read: rows with a mark, where repeats are kept each of them."""
    rows = zip(*(criterion.marks for criterion in marks.criteria), strict=True)
    pairs = [
        pair
        for pair, row in zip(zip(marks.units, marks.graders, strict=True), rows, strict=True)
        if any(mark is not None for mark in row)
    ]
    counted = pairs if marks.repeats == "keep" else set(pairs)
    return Counter(grader for _unit, grader in counted)


def most_frequent(given: Mapping[str, Mark] | Sequence[Mark]) -> list[Mark]:
    """Return the most frequent label, or all that tie, in order."""
    counts = Counter(given.values() if isinstance(given, Mapping) else given)
    most = max(counts.values(), default=0)
    tied = [label for label, count in counts.items() if count == most]
    return sorted(tied, key=lambda label: label if isinstance(label, str) else float(label))
