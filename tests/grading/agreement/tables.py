"""Published tables, and slow obvious versions in exact arithmetic to hold the fast ones against."""

from fractions import Fraction
from itertools import permutations
from typing import Any

Table = list[list[Any]]


def table_of_graders(*rows: str) -> Table:
    """Return units × graders from one string per grader; `.` is missing, digits are numbers."""

    def cell(text: str) -> Any:
        return None if text == "." else int(text) if text.isdigit() else text

    return [list(unit) for unit in zip(*([cell(text) for text in row.split()] for row in rows), strict=True)]


# Krippendorff (2011), Computing Krippendorff's alpha-reliability: section D, then A and B.
KRIPPENDORFF_2011 = table_of_graders(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
BINARY_2011 = table_of_graders("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
NOMINAL_2011 = table_of_graders("a a b b d c c c e d d a", "b a b b b c c c e d d d")


def obvious_midranks(marks: list[Any]) -> dict[Any, Fraction]:
    return {v: sum(1 for w in marks if w < v) + Fraction(marks.count(v), 2) for v in marks}


def obvious_alpha(table: Table, scale: str) -> Fraction | None:
    """Mean squared distance of the pairs inside units over that of all pairs, written as it is said."""
    units = [[v for v in row if v is not None] for row in table]
    units = [marks for marks in units if len(marks) >= 2]
    pooled = [v for marks in units for v in marks]
    if len(units) < 2 or len(set(pooled)) < 2:
        return None
    rank = obvious_midranks(pooled) if scale == "ordinal" else {}

    def distance(v: Any, w: Any) -> Fraction:
        if v == w:
            return Fraction(0)
        if scale == "nominal":
            return Fraction(1)
        if scale == "ordinal":
            return (rank[v] - rank[w]) ** 2
        difference = Fraction(v) - Fraction(w)
        return difference**2 if scale == "interval" else (difference / (Fraction(v) + Fraction(w))) ** 2

    inside = sum(sum(distance(v, w) for v, w in permutations(marks, 2)) / Fraction(len(marks) - 1) for marks in units)
    overall = sum(distance(v, w) for v, w in permutations(pooled, 2)) / Fraction(len(pooled) - 1)
    return 1 - inside / overall


def obvious_share(table: Table, steps: int) -> Fraction | None:
    shares = []
    for row in table:
        marks = [v for v in row if v is not None]
        if len(marks) >= 2:
            pairs = list(permutations(marks, 2))
            shares.append(Fraction(sum(abs(v - w) <= steps for v, w in pairs), len(pairs)))
    return sum(shares) / Fraction(len(shares)) if shares else None


def pairable(table: Table) -> list[int]:
    return [unit for unit, row in enumerate(table) if sum(v is not None for v in row) >= 2]


def obvious_jackknife_error(figures: list[Fraction]) -> float:
    mean = sum(figures) / Fraction(len(figures))
    squares = sum((figure - mean) ** 2 for figure in figures)
    return float(squares * Fraction(len(figures) - 1, len(figures))) ** 0.5
