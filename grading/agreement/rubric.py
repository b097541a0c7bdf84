"""Variance components of whole sheets: persons crossed with criteria, each person with graders of their own."""

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.anova import Anova
from grading.agreement.coefficient import Reason
from grading.agreement.points import NOTHING, Points
from grading.agreement.ratings import Ratings

Floats = NDArray[np.float64]
NAMES = ("person", "criterion", "person_criterion", "grader_in_person", "residual")


@dataclass(frozen=True, slots=True)
class RubricComponents:
    """Variances of y = μ + person + criterion + person × criterion + grader within person + e, in squared points.

    Parameters
    ----------
    person, criterion, person_criterion, grader_in_person, residual : float or None
        None where undefined; the residual holds the interaction of grader and criterion within persons.
    truncated : tuple of str
        Names of the components that came out negative and were set to 0.
    n_persons, n_criteria, n_sheets : int
        Persons with at least one sheet, criteria, and sheets.
    reason : Reason or None
        Why there are none.

    Examples
    --------
    >>> rubric_components([], [], [], []).reason.value
    'no_overlap'
    """

    person: float | None
    criterion: float | None
    person_criterion: float | None
    grader_in_person: float | None
    residual: float | None
    truncated: tuple[str, ...]
    n_persons: int
    n_criteria: int
    n_sheets: int
    reason: Reason | None


def rubric_components(
    persons: Iterable[Hashable], criteria: Iterable[Hashable], graders: Iterable[Hashable], values: Iterable[Any]
) -> RubricComponents:
    """Return the variance components of a rubric: person × criterion × (grader : person).

    y_pcg = μ + p + c + pc + g:p + e. With S sheets (a person by a grader) on P persons and C criteria the mean squares
    of sheets within persons and of the residual have the expectations MS_g:p = σ²_e + C σ²_g:p and MS_e = σ²_e. The
    table of the means x_pc over the m_p sheets of a person gives MS_pc = σ²_pc + σ²_e/k, MS_c = MS_pc + P σ²_c and
    MS_p = MS_pc + C (σ²_p + σ²_g:p/k), k the harmonic mean of m_p: unweighted means, unbiased for any m_p, and the
    usual analysis of variance where m_p is the same for all.

    Parameters
    ----------
    persons, criteria, graders : iterable of hashable, length n_rows
        Whose paper, which criterion, by whom.
    values : iterable of numbers, length n_rows
        Points; None and NaN are missing. Of repeated rows of one person, criterion and grader the last one counts.

    Returns
    -------
    RubricComponents
        At least 0 each, in squared points; negative ones are set to 0. None for text (`wrong_scale`, also for points
        whose squares are no floating-point numbers), sheets that lack a criterion (`incomplete`), no person with two
        sheets (`no_overlap`), one person (`one_unit`), fewer than two criteria (`too_few`), marks all the same
        (`no_variation`).

    Raises
    ------
    TypeError, ValueError
        As `Ratings.from_long`.

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory, ch. 3 and 7, doi 10.1007/978-1-4757-3456-0. Unweighted means:
    Searle, S. R. (1987). Linear models for unbalanced data, ch. 4.

    Examples
    --------
    >>> rows = [("P", "c", "X", 1), ("P", "d", "X", 2), ("P", "c", "Y", 1), ("P", "d", "Y", 4)]
    >>> rows += [("Q", "c", "X", 5), ("Q", "d", "X", 5), ("Q", "c", "Z", 7), ("Q", "d", "Z", 7)]
    >>> found = rubric_components(*zip(*rows))
    >>> [round(share, 2) for share in (found.person, found.person_criterion, found.grader_in_person, found.residual)]
    [7.0, 0.75, 1.0, 0.5]
    """
    persons, graders = list(persons), list(graders)
    sheets = Ratings.from_long(zip(persons, graders, strict=True), criteria, values)
    points = Points.of(sheets)
    table = points.table() if points.is_complete else None
    of_sheet: dict[Hashable, int] = {}
    rated = np.unique(sheets.unit).tolist()
    person = np.array([of_sheet.setdefault(sheets.unit_labels[s][0], len(of_sheet)) for s in rated], dtype=np.intp)
    size = np.bincount(person).astype(np.float64)
    counts = {"n_persons": len(size), "n_criteria": points.n_graders, "n_sheets": len(rated)}
    reason = why_undefined(sheets, points, size)
    if reason is not None or table is None:
        return undefined(reason or Reason.INCOMPLETE, counts)
    found = [share * points.span * points.span for share in analysed(table, person, size)]
    if not all(map(math.isfinite, found)):
        return undefined(Reason.WRONG_SCALE, counts)
    truncated = tuple(name for name, value in zip(NAMES, found, strict=True) if value < 0)
    own, criterion, crossed, in_person, residual = (max(value, 0.0) for value in found)
    return RubricComponents(own, criterion, crossed, in_person, residual, truncated, **counts, reason=None)


def undefined(reason: Reason, counts: dict[str, int]) -> RubricComponents:
    return RubricComponents(None, None, None, None, None, (), **counts, reason=reason)


def why_undefined(sheets: Ratings, points: Points, size: Floats) -> Reason | None:
    if not sheets.is_numeric and len(sheets.levels):
        return Reason.WRONG_SCALE
    if not (size >= 2).any():
        return Reason.NO_OVERLAP
    if len(size) < 2:
        return Reason.ONE_UNIT
    if points.n_graders < 2:
        return Reason.TOO_FEW
    return Reason.NO_VARIATION if points.half_span == 0 else None


def analysed(table: Floats, person: NDArray[np.intp], size: Floats) -> tuple[float, ...]:
    """Return the five components, also below 0, of sheets × criteria."""
    n_sheets, n_criteria = table.shape
    n_persons = len(size)
    means = np.stack([np.bincount(person, column) for column in table.T], axis=1) / size[:, None]
    apart = table - means[person]
    of_sheet = apart.mean(axis=1)
    rest = apart - of_sheet[:, None]
    freedom = n_sheets - n_persons
    between = n_criteria * float((of_sheet**2).sum()) / freedom
    residual = float((rest**2).sum()) / (freedom * (n_criteria - 1))
    residual, between = (square if square > NOTHING else 0.0 for square in (residual, between))
    harmonic = n_persons / float((1 / size).sum())
    anova = Anova.of(means)
    in_person = (between - residual) / n_criteria
    crossed = anova.error - residual / harmonic
    criterion = (anova.columns - anova.error) / n_persons
    own = (anova.rows - anova.error) / n_criteria - in_person / harmonic
    return own, criterion, crossed, in_person, residual
