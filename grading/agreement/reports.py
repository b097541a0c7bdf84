"""What the severity model says of each script and each grader, in points."""

import math
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from grading.agreement.coefficient import Reason
from grading.agreement.fit import Fit
from grading.agreement.points import Points
from grading.agreement.ratings import Ratings

# Mean, adjusted and estimate with their errors.
Six = tuple[float, float | None, float | None, float | None, float | None, float | None]

# Half the width of a 95 % interval in standard errors.
NORMAL = 1.959963984540054
# Of the variance of severities: a grader of whom the ratings tell less is known mostly by what graders usually are.
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class ScriptEstimate:
    """Three numbers for one unit on one criterion, or on the total, side by side.

    Parameters
    ----------
    n : int
        Ratings of the unit; of a total, of the criterion that has fewest.
    mean, adjusted, estimate : float or None
        The plain mean; the mean without the severity of the graders, not shrunk; the estimate, shrunk. In points.
    mean_error, adjusted_error, standard_error : float or None
        Standard error of each as a measure of what the unit is worth. That of the mean knows nothing of a bias that all
        graders share.
    reason : Reason or None
        Why some of them are None.

    Examples
    --------
    >>> low, high = ScriptEstimate(2, 3.0, 3.2, 3.1, 0.5, 0.4, 0.3, None).band("adjusted")
    >>> round(low, 2), round(high, 2)
    (2.42, 3.98)
    """

    n: int
    mean: float | None
    adjusted: float | None
    estimate: float | None
    mean_error: float | None
    adjusted_error: float | None
    standard_error: float | None
    reason: Reason | None

    def band(self, policy: str) -> tuple[float, float] | None:
        """Return the ends of the 95 % band of the mean, the adjusted mean or the estimate; None without an error."""
        of_policy = {
            "mean": (self.mean, self.mean_error),
            "adjusted": (self.adjusted, self.adjusted_error),
            "estimate": (self.estimate, self.standard_error),
        }
        value, error = of_policy[policy]
        return None if value is None or error is None else (value - NORMAL * error, value + NORMAL * error)


@dataclass(frozen=True, slots=True)
class GraderReport:
    """How severe and how steady a grader is.

    Parameters
    ----------
    n : int
        Ratings by the grader; over several criteria, of the criterion that has most.
    component : int or None
        0-based part of the graph in which severities compare; None without a rating.
    severity : float or None
        Points by which the grader marks below the average of their component: positive is harsher.
    standard_error, low, high : float or None
        Its standard error and the ends of its 95 % interval.
    reliability : float or None
        1/v_r, how precise a rating of theirs is beside the usual one: above 1 is steadier. Between ¼ and 4.
    from_ratings : float or None
        Share, from 0 to 1, by which the ratings have narrowed what graders' severities usually spread.
    reason : Reason or None
        Why some of them are None.

    Examples
    --------
    >>> GraderReport(2, 0, 0.1, 0.6, -1.1, 1.3, 1.0, 0.2, None).is_mostly_prior
    True
    """

    n: int
    component: int | None
    severity: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    reliability: float | None
    from_ratings: float | None
    reason: Reason | None

    @property
    def is_mostly_prior(self) -> bool:
        """Whether the severity says more of graders in general than of this one: no ground to act on."""
        return self.from_ratings is None or self.from_ratings < MOSTLY

    @classmethod
    def of(cls, n: int, component: int, severity: float, error: float, rest: tuple[float, float]) -> "GraderReport":
        """Return the report of a severity with its standard error; `rest` is reliability and share from ratings."""
        ends = severity - NORMAL * error, severity + NORMAL * error
        return cls(n, component, severity, error, *ends, *rest, None)

    @classmethod
    def undefined(cls, n: int, component: int | None, reason: Reason) -> "GraderReport":
        """Return the report of a grader of whom nothing but the number of ratings is known."""
        return cls(n, component, None, None, None, None, None, None, reason)


def script_estimates(ratings: Ratings, fit: Fit | None, reason: Reason | None) -> dict[Hashable, ScriptEstimate]:
    """Return the numbers of every unit label, from the arrays of `fit` or, without them, the means."""
    size = np.bincount(ratings.latest().unit, minlength=ratings.n_units).tolist()
    numeric = ratings.is_numeric
    at: Iterator[Six] = iter(means(ratings, reason))
    if fit is not None:
        at = zip(*(column.tolist() for column in fit.columns()), strict=True)
    found: dict[Hashable, ScriptEstimate] = {}
    for label, n in zip(ratings.unit_labels, size, strict=True):
        if n == 0 or not numeric:
            found[label] = ScriptEstimate(n, None, None, None, None, None, None, reason or Reason.NO_OVERLAP)
            continue
        found[label] = ScriptEstimate(n, *next(at), reason)
    return found


def means(ratings: Ratings, reason: Reason | None) -> list[Six]:
    """Return the plain means of the units with a rating; thrice where all marks are the same."""
    points = Points.of(ratings)
    mean = np.bincount(points.unit, points.y, points.n_units) / points.unit_size
    mean = 2 * (points.half_mean + points.half_span * mean)
    same = reason == Reason.NO_VARIATION
    return [(value, *((value, value) if same else (None, None)), None, None, None) for value in mean.tolist()]


def grader_reports(ratings: Ratings, fit: Fit | None, reason: Reason | None) -> dict[Hashable, GraderReport]:
    """Return the report of every grader label."""
    size = np.bincount(ratings.latest().grader, minlength=ratings.n_graders).tolist()
    component = ratings.components.of_grader.tolist()
    found: dict[Hashable, GraderReport] = {
        label: GraderReport.undefined(n, c if c >= 0 else None, reason or Reason.NO_OVERLAP)
        for label, n, c in zip(ratings.grader_labels, size, component, strict=True)
    }
    if fit is None:
        return found
    of_rated = ratings.components.of_grader[fit.grader]
    alone = np.bincount(of_rated)[of_rated] == 1
    severity, error = fit.severities(of_rated)
    rest = zip((1 / fit.solution.ratio).tolist(), fit.from_ratings().tolist(), strict=True)
    rows = zip(fit.grader.tolist(), alone.tolist(), severity.tolist(), error.tolist(), rest, strict=True)
    for position, is_alone, value, own, others in rows:
        label, n, c = ratings.grader_labels[position], size[position], component[position]
        if is_alone:
            found[label] = GraderReport(n, c, None, None, None, None, *others, Reason.DISCONNECTED)
        elif fit.solution.variances[1] == 0:
            # Graders came out alike: that none is known to differ is no knowledge that none does.
            found[label] = GraderReport(n, c, 0.0, None, None, None, others[0], None, Reason.NO_VARIATION)
        else:
            found[label] = GraderReport.of(n, c, value, own, others)
    return found


def anchors_of(ratings: Ratings, anchors: Mapping[Hashable, Any]) -> dict[int, float]:
    """Return the points of the anchors by the position of their unit."""
    position = {label: place for place, label in enumerate(ratings.unit_labels)} if anchors else {}
    found: dict[int, float] = {}
    for unit, value in anchors.items():
        if value is None or value != value:
            continue
        if isinstance(value, bool) or not isinstance(value, Real | Decimal):
            raise TypeError(f"The anchor of {unit!r} is a {type(value).__name__}, not a number.")
        if not math.isfinite(value):
            raise ValueError(f"The anchor of {unit!r} is not finite.")
        if unit in position:
            found[position[unit]] = float(value)
    return found


def refuse_variances(variances: tuple[float, float, float] | None) -> None:
    if variances is None:
        return
    if len(variances) != 3 or not all(math.isfinite(value) and value >= 0 for value in variances):
        raise ValueError(f"The variances are {variances}; they are three finite numbers, none negative.")
    if not sum(variances) > 0:
        raise ValueError("The variances are all 0.")
