"""The tolerance rule of exam boards: marks of one unit that lie too far apart."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import TypeVar

Number = float | Decimal | Fraction
Grader = TypeVar("Grader", bound=Hashable)

# Points are decimals, differences of floats are not: 0.3 is no more than 10 % of 3.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class OutsideTolerance:
    """Marks of one unit that lie too far apart, with the evidence.

    Parameters
    ----------
    spread : float
        Highest less lowest mark: in level steps, or for totals in points.
    tolerance : float
        Largest spread that would have passed, in the same unit.
    graders : tuple of hashable
        Whose marks are flagged: the pair of two graders; of more, those farther than the tolerance from the median of
        all; empty where the marks drift apart without any being alone.
    distances : tuple of float
        For each of `graders`, how far the mark lies from the median of all (of a pair: from the other).
    """

    spread: float
    tolerance: float
    graders: tuple[Hashable, ...]
    distances: tuple[float, ...]


def outside_tolerance(
    points_by_grader: Mapping[Grader, Number], level_points: Sequence[Number] | None, tolerance: float = 1
) -> OutsideTolerance | None:
    """Return whose marks of one unit and criterion lie more than `tolerance` level steps apart.

    The spread is max_r s_r − min_r s_r, with s_r the place of mark r among the levels, in steps from the lowest. A mark
    between two levels lies between their places in proportion to its points; beyond the outermost level a step is the
    median gap between levels.

    Parameters
    ----------
    points_by_grader : mapping of hashable to float, Decimal or Fraction
        The marks of one unit, in points.
    level_points : sequence of float, Decimal or Fraction, or None
        Points of the rubric's levels, all different. With None, or one level, a step is one point.
    tolerance : float, default 1
        Largest spread that passes, in level steps: with 1, marks two levels apart are flagged.

    Returns
    -------
    OutsideTolerance or None
        None where the spread is within the tolerance, and for fewer than two marks.

    Raises
    ------
    ValueError
        Levels of equal points.

    References
    ----------
    Ofqual (2014), Review of quality of marking in exams in A levels, GCSEs and other academic qualifications.

    Examples
    --------
    >>> outside_tolerance({"A": 0, "B": 3, "C": 3}, [0, 1, 3])
    OutsideTolerance(spread=2.0, tolerance=1.0, graders=('A',), distances=(2.0,))
    >>> outside_tolerance({"A": 1, "B": 3}, [0, 1, 3]) is None
    True
    """
    levels = sorted(float(points) for points in level_points or ())
    if len(set(levels)) < len(levels):
        raise ValueError(f"Two levels have the same points: {levels}.")
    places = {grader: place(float(points), levels) for grader, points in points_by_grader.items()}
    return judge(places, float(tolerance))


def spread_exceeds(
    points_by_grader: Mapping[Grader, Number], maximum: Number, share: float = 0.10
) -> OutsideTolerance | None:
    """Return whose totals of one unit lie more than a share of the maximum apart.

    The spread is max_r y_r − min_r y_r, the tolerance share · maximum, both in points.

    Parameters
    ----------
    points_by_grader : mapping of hashable to float, Decimal or Fraction
        Totals of one unit, in points.
    maximum : float, Decimal or Fraction
        Highest total that can be reached, in points.
    share : float, default 0.10
        Part of the maximum that passes, in [0, 1].

    Returns
    -------
    OutsideTolerance or None
        None where the spread is within the tolerance, and for fewer than two totals.

    Raises
    ------
    ValueError
        A maximum that is not above 0.

    References
    ----------
    As `outside_tolerance`.

    Examples
    --------
    >>> spread_exceeds({"A": 12, "B": 14.5}, 20)
    OutsideTolerance(spread=2.5, tolerance=2.0, graders=('A', 'B'), distances=(2.5, 2.5))
    """
    if maximum <= 0:
        raise ValueError(f"The maximum is {maximum}; it must be above 0.")
    totals = {grader: float(points) for grader, points in points_by_grader.items()}
    return judge(totals, share * float(maximum))


def place(points: float, levels: list[float]) -> float:
    """Return the place of a mark among ascending levels, in steps."""
    if len(levels) < 2:
        return points
    gaps = [high - low for low, high in pairwise(levels)]
    if points < levels[0]:
        return (points - levels[0]) / median(gaps)
    if points >= levels[-1]:
        return len(gaps) + (points - levels[-1]) / median(gaps)
    step = next(step for step in range(len(gaps)) if points < levels[step + 1])
    return step + (points - levels[step]) / gaps[step]


def judge(places: Mapping[Grader, float], tolerance: float) -> OutsideTolerance | None:
    if len(places) < 2:
        return None
    spread = max(places.values()) - min(places.values())
    passes = tolerance + ROUNDING * max(1.0, tolerance)
    if spread <= passes:
        return None
    if len(places) == 2:
        return OutsideTolerance(spread, tolerance, tuple(places), (spread, spread))
    # From the median of all: the median of two others would be pulled half-way by the very mark in question.
    middle = median(places.values())
    distances = {grader: abs(mark - middle) for grader, mark in places.items()}
    alone = {grader: distance for grader, distance in distances.items() if distance > passes}
    return OutsideTolerance(spread, tolerance, tuple(alone), tuple(alone.values()))
