"""How much of the spread of marks is the papers', how much the graders', and how much neither's."""

import math
from dataclasses import dataclass
from typing import Literal

from grading.agreement.anova import Anova
from grading.agreement.coefficient import Reason
from grading.agreement.moments import Sums, not_negative, sums
from grading.agreement.points import Points, why_undefined
from grading.agreement.ratings import Ratings
from grading.agreement.reml import reml

Method = Literal["anova", "moments", "reml"]
NAMES = ("unit", "grader", "residual")


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Variances of y = μ + a_unit + b_grader + e, in squared points.

    Parameters
    ----------
    unit, grader, residual : float or None
        σ²_a, σ²_b and σ²_e; the last holds the interaction of unit and grader as well. None where undefined.
    mean : float or None
        Mean of all ratings, in points.
    method : {"anova", "moments", "reml"} or None
        How they were estimated.
    truncated : tuple of str
        Names of the components that came out negative, or at the edge, and were set to 0.
    n_units, n_graders, n_ratings : int
        Units and graders with a rating, and ratings, behind the figures.
    reason : Reason or None
        Why there are none.

    Examples
    --------
    >>> variance_components(Ratings.from_table([[1, 2], [3, 4]])).grader
    0.5
    """

    unit: float | None
    grader: float | None
    residual: float | None
    mean: float | None
    method: Method | None
    truncated: tuple[str, ...]
    n_units: int
    n_graders: int
    n_ratings: int
    reason: Reason | None


def variance_components(ratings: Ratings) -> VarianceComponents:
    """Return the variance components of units crossed with graders, also where each unit has few of many graders.

    y_ir = μ + a_i + b_r + e_ir with independent a ~ (0, σ²_a) of unit i, b ~ (0, σ²_b) of grader r, e ~ (0, σ²_e).
    Complete ratings are analysed by their mean squares (`anova`): σ²_e = MSE, σ²_a = (MSR − MSE)/k and
    σ²_b = (MSC − MSE)/n for n units in rows and k graders in columns; where one comes out negative it is 0 and its mean
    square is pooled with MSE, which makes them the REML estimates. Others start from Henderson's method I (`moments`),
    three sums of squares set equal to their expectations, and go on to the maximum of the restricted normal likelihood
    (`reml`), as long as the units or the graders number at most 1,000; beyond it the moments stand, a negative
    component set to 0.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts. Units with a single rating count too: they tell of the spread of units
        and of their grader.

    Returns
    -------
    VarianceComponents
        At least 0 each, in squared points. None for text (`wrong_scale`), no unit with two ratings (`no_overlap`), one
        such unit (`one_unit`), ratings all the same (`no_variation`), and where each grader rated a single unit, so
        that grader and residual are one (`disconnected`). A graph in several parts will do, if only some grader rated
        two units. `wrong_scale` also for points so far apart that their square is no floating-point number.

    References
    ----------
    Searle, S. R., Casella, G. & McCulloch, C. E. (1992). Variance components, ch. 5 and 6, doi 10.1002/9780470316856.
    Gao, K. & Owen, A. B. (2017), doi 10.1214/17-EJS1236. Patterson, H. D. & Thompson, R. (1971), doi
    10.1093/biomet/58.3.545.

    Examples
    --------
    >>> found = variance_components(Ratings.from_table([[2, 4], [3, 5], [7, 8]]))
    >>> found.method, round(found.unit, 3), round(found.grader, 3), round(found.residual, 3)
    ('anova', 5.5, 1.333, 0.167)
    """
    points = Points.of(ratings)
    reason = why_undefined(ratings, points)
    if reason is None and points.n_ratings == points.n_graders:
        reason = Reason.DISCONNECTED
    if reason is not None:
        return undefined(reason, points)
    fit, method, truncated = fitted(points, None)
    # Not a power, which raises where a product is infinite.
    unit, grader, residual = (share * points.span * points.span for share in fit)
    if not math.isfinite(unit + grader + residual):
        return undefined(Reason.WRONG_SCALE, points)
    size = points.n_units, points.n_graders, points.n_ratings
    return VarianceComponents(unit, grader, residual, points.mean, method, truncated, *size, None)


def undefined(reason: Reason, points: Points) -> VarianceComponents:
    size = points.n_units, points.n_graders, points.n_ratings
    return VarianceComponents(None, None, None, None, None, (), *size, reason)


def fitted(points: Points, whole: Sums | None) -> tuple[tuple[float, float, float], Method, tuple[str, ...]]:
    """Return the three components in squares of `points.y`, how they were found, and which were set to 0."""
    if points.is_complete:
        balanced, truncated = Anova.of(points.table()).components()
        return balanced, "anova", truncated
    moments = (whole or sums(points)[0]).components()
    start = not_negative(*moments)
    found = reml(points, start)
    if found is not None:
        return found, "reml", tuple(name for name, value in zip(NAMES, found, strict=True) if value == 0)
    return start, "moments", tuple(name for name, value in zip(NAMES, moments, strict=True) if value < 0)
