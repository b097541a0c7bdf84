"""Intervals that speak of other graders, too, and not only of other units."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import ROUNDING, Range, interval_around
from grading.agreement.ratings import Ratings


def over_graders(figure: Callable[[Ratings], Coefficient], ratings: Ratings, *, scale: Range = "fisher") -> Coefficient:
    """Return a figure with the error that comes from this choice of graders added to its own.

    SE² = SE_units² + (r−1)/r Σ_g (θ_(g) − θ̄)², where SE_units is the standard error that the figure has from its units,
    θ_(g) its value without all ratings of grader g, θ̄ their mean and r the number of graders. The error of single
    ratings is in both terms, so the sum errs on the safe side.

    Parameters
    ----------
    figure : callable
        From Ratings to a Coefficient, such as ``partial(krippendorff_alpha, scale="ordinal")``.
    ratings : Ratings
        Of at least two graders.
    scale : {"fisher", "share"}, default "fisher"
        Fisher's z for coefficients; the value's own scale, clipped to [0, 1], for shares.

    Returns
    -------
    Coefficient
        With the value of `figure` and a wider interval: on each side the distances of the two intervals from the value,
        over units and over graders with t(r−1), are added as squares. As the figure itself where that has no value or
        no interval; without interval where leaving out some grader leaves nothing that defines the figure (`too_few`),
        as with two graders.

    References
    ----------
    Gwet, K. L. (2008), doi 10.1007/s11336-007-9054-8, on variance over units and over graders; Owen, A. B. (2007),
    doi 10.1214/07-AOAS122, on why the sum is conservative; Zou, G. Y. & Donner, A. (2008), doi 10.1002/sim.3095, on
    adding the distances.

    Examples
    --------
    >>> from functools import partial
    >>> ratings = Ratings.from_table([[1, 1, 2], [2, 2, 2], [3, 3, 1], [1, 2, 1], [3, 3, 3]])
    >>> alpha = partial(krippendorff_alpha, scale="ordinal")
    >>> over_graders(alpha, ratings).standard_error > alpha(ratings).standard_error
    True
    """
    found = figure(ratings)
    if found.value is None or found.standard_error is None:
        return found
    latest = ratings.latest()
    graders = np.unique(latest.grader)
    left_out = [figure(without(latest, grader)).value for grader in graders.tolist()]
    defined = [value for value in left_out if value is not None]
    if len(defined) < len(graders):
        return Coefficient.without_interval(found.value, Reason.TOO_FEW, found.n_units)
    of_graders = math.sqrt((len(graders) - 1) * float(np.var(defined)))
    ends = interval_around(found.value, of_graders, len(graders) - 1, scale)
    low = beyond(found.value, found.low or 0.0, ends[0], -1, scale)
    high = beyond(found.value, found.high or 0.0, ends[1], 1, scale)
    return replace(found, standard_error=math.hypot(found.standard_error, of_graders), low=low, high=high)


def beyond(value: float, one: float, other: float, side: int, scale: Range) -> float:
    """Return the end on that side whose distance from the value is the root of the summed squares of both distances."""
    if scale == "share":
        return min(max(value + side * math.hypot(one - value, other - value), 0.0), 1.0)
    centre = fisher(value)
    return math.tanh(centre + side * math.hypot(fisher(one) - centre, fisher(other) - centre))


def fisher(value: float) -> float:
    return math.atanh(min(max(value, ROUNDING - 1), 1 - ROUNDING))


def without(ratings: Ratings, grader: int) -> Ratings:
    """Return the ratings of all but one grader; all labels stay."""
    kept = ratings.grader != grader
    return replace(ratings, unit=ratings.unit[kept], grader=ratings.grader[kept], code=ratings.code[kept])
