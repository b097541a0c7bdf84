"""Chance-corrected agreement, slow and in exact arithmetic, and the published tables it is held against."""

from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product
from math import comb
from typing import Any

from hypothesis import strategies as st

from grading.agreement import Coefficient, Ratings
from tests.grading.agreement.tables import KRIPPENDORFF_2011, Table, table_of_graders

Matrix = list[list[Fraction]]
LEVELS = [0, 1, 2, 5]
EXACT = ["identity", "linear", "quadratic", "ordinal", "ratio", "bipolar"]


@st.composite
def tables(draw: st.DrawFn, least: int = 2, most: int = 4, none: bool = True) -> Table:
    """Units × graders on `LEVELS`; drawn as one list, for speed."""
    graders, units = draw(st.integers(least, most)), draw(st.integers(1, 7))
    mark = st.sampled_from([None, *LEVELS, *LEVELS] if none else LEVELS)
    marks = draw(st.lists(mark, min_size=graders * units, max_size=graders * units))
    return [marks[start : start + graders] for start in range(0, graders * units, graders)]


def ratings_of(table: Table) -> Ratings:
    return Ratings.from_table(table, levels=LEVELS)


def crossed(*rows: list[int]) -> Table:
    """Return units × two graders from their cross table, on levels 1, 2, …"""
    cells = [((k, m), n) for k, row in enumerate(rows, 1) for m, n in enumerate(row, 1)]
    return [list(pair) for pair, n in cells for _ in range(n)]


def obvious_weights(scheme: str, levels: list[int]) -> Matrix:
    lowest, highest, last = min(levels), max(levels), len(levels) - 1

    def apart(k: int, m: int) -> Fraction:
        v, w = Fraction(levels[k]), Fraction(levels[m])
        match scheme:
            case "identity":
                return Fraction(k != m)
            case "linear":
                return abs(v - w) / (highest - lowest)
            case "quadratic":
                return (v - w) ** 2 / (highest - lowest) ** 2
            case "ordinal":
                return Fraction(comb(abs(k - m) + 1, 2), comb(last + 1, 2))
            case "ratio":
                worst = Fraction(highest - lowest, highest + lowest)
                return ((v - w) / (v + w) / worst) ** 2 if v != w else Fraction(0)
        return (v - w) ** 2 / (v + w - 2 * lowest) / (2 * highest - v - w) if v != w else Fraction(0)

    plain = [[apart(k, m) for m in range(len(levels))] for k in range(len(levels))]
    largest = max(max(row) for row in plain)
    return [[1 - d / largest for d in row] for row in plain]


@cache
def by_level(scheme: str) -> dict[tuple[Any, Any], Fraction]:
    matrix = obvious_weights(scheme, LEVELS)
    return {(LEVELS[k], LEVELS[m]): matrix[k][m] for k, m in product(range(len(LEVELS)), repeat=2)}


def given(table: Table) -> list[list[Any]]:
    units = [[v for v in row if v is not None] for row in table]
    return [marks for marks in units if marks]


def mean(figures: list[Fraction]) -> Fraction:
    return sum(figures, Fraction(0)) / len(figures)


def observed(table: Table, weight: dict[Any, Fraction]) -> Fraction | None:
    """Mean over units of the mean weight of their pairs; None below two such units."""
    units = [mean([weight[pair] for pair in permutations(marks, 2)]) for marks in given(table) if len(marks) > 1]
    return mean(units) if len(units) > 1 else None


def shares(table: Table) -> dict[Any, Fraction]:
    return {v: mean([Fraction(marks.count(v), len(marks)) for marks in given(table)]) for v in LEVELS}


def beyond(table: Table, scheme: str, chance: Any) -> Fraction | None:
    weight = by_level(scheme)
    agreed = observed(table, weight)
    if agreed is None:
        return None
    expected = chance(table, weight)
    return None if expected == 1 else (agreed - expected) / (1 - expected)


def gwet_chance(table: Table, weight: dict[Any, Fraction]) -> Fraction:
    q = len(LEVELS)
    return sum(weight.values()) / (q * (q - 1)) * sum(p * (1 - p) for p in shares(table).values())


def brennan_chance(table: Table, weight: dict[Any, Fraction]) -> Fraction:
    return mean(list(weight.values()))


def fleiss_chance(table: Table, weight: dict[Any, Fraction]) -> Fraction:
    return sum((p**2 for p in shares(table).values()), Fraction(0))


def conger_chance(table: Table, weight: dict[Any, Fraction]) -> Fraction:
    """Mean over pairs of different graders of the weight that a mark of one and a mark of the other have."""
    graders = [[v for v in column if v is not None] for column in zip(*table, strict=True)]
    pairs = combinations([Counter(marks) for marks in graders if marks], 2)
    return mean(
        [
            sum((weight[v, w] * one[v] * other[w] for v, w in product(one, other)), Fraction(0))
            / (one.total() * other.total())
            for one, other in pairs
        ]
    )


def error_of_gwet(table: Table, scheme: str, terms: Any, value: Fraction, chance: Fraction) -> float:
    """Gwet's (2014) variance: mean square about κ of κ_i − 2 (1 − κ)(e_i − p_e)/(1 − p_e) over all rated units."""
    weight, units = by_level(scheme), given(table)
    n, several = len(units), sum(len(marks) > 1 for marks in units)
    squares = Fraction(0)
    for marks, own_chance in zip(units, terms, strict=True):
        own = Fraction(0)
        if len(marks) > 1:
            agreed = mean([weight[pair] for pair in permutations(marks, 2)])
            own = Fraction(n, several) * (agreed - chance) / (1 - chance)
        squares += (own - 2 * (1 - value) * (own_chance - chance) / (1 - chance) - value) ** 2
    return float(squares / n / (n - 1)) ** 0.5


def same(figure: Coefficient, expected: Fraction | None) -> bool:
    """Whether the two are equal but for rounding, or both undefined."""
    if figure.value is None or expected is None:
        return figure.value is None and expected is None
    return abs(figure.value - float(expected)) < 1e-12 * max(1, abs(float(expected)))


def without(table: Table, unit: int) -> Table:
    return table[:unit] + table[unit + 1 :]


# Fleiss (1971), Measuring nominal scale agreement among many raters, table 1: 30 patients, 6 psychiatrists.
FLEISS_1971 = table_of_graders(
    "4 2 2 5 2 1 3 1 1 5 1 1 2 1 2 3 1 1 2 1 5 2 2 1 1 2 1 2 1 5",
    "4 2 3 5 2 1 3 1 1 5 4 2 2 4 2 3 1 1 2 3 5 4 2 1 4 2 1 2 3 5",
    "4 2 3 5 2 3 3 3 4 5 4 4 2 4 4 3 1 1 4 3 5 4 4 4 4 2 1 4 3 5",
    "4 5 3 5 4 3 3 3 4 5 4 4 3 4 4 3 4 1 4 5 5 4 5 4 4 2 1 4 3 5",
    "4 5 3 5 4 3 5 3 4 5 4 4 3 4 4 3 5 1 4 5 5 4 5 4 4 2 5 4 3 5",
    "4 5 5 5 4 3 5 4 4 5 4 4 3 4 5 5 5 2 4 5 5 4 5 4 5 4 5 4 3 5",
)
# Gwet (2014), Handbook of Inter-Rater Reliability, table 2.10 with missing ratings; Krippendorff's but for whose mark
# the last unit has.
GWET_2014 = [*KRIPPENDORFF_2011[:-1], [None, None, 3, None]]
# Feinstein & Cicchetti (1990), High agreement but low kappa: I.
FEINSTEIN = [crossed([40, 9], [6, 45]), crossed([80, 10], [5, 5]), crossed([118, 5], [2, 0])]
