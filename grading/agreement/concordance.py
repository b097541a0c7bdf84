"""Two graders, or a grader and staff, on the same papers: Lin's concordance and Bland and Altman's limits."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import jackknife
from grading.agreement.points import NOTHING
from grading.agreement.ratings import Ratings

Floats = NDArray[np.float64]
Interval = tuple[float, float]

# What a left-out pair leaves of a sum, if only rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """By how much two graders differ on a paper, in points: the first grader's mark less the second's.

    Parameters
    ----------
    bias, sd : float or None
        Mean and standard deviation (divisor n − 1) of the differences; None where undefined.
    low, high : float or None
        Limits of agreement, between which about 95 % of the differences lie.
    bias_interval, low_interval, high_interval : (float, float) or None
        95 % intervals of the bias and of each limit.
    n_units : int
        Units that both rated.
    reason : Reason or None
        Why there are no figures, or why those that are there have no intervals.

    Examples
    --------
    >>> limits_of_agreement(Ratings.from_table([[5, 3]])).bias
    2.0
    """

    bias: float | None
    sd: float | None
    low: float | None
    high: float | None
    bias_interval: Interval | None
    low_interval: Interval | None
    high_interval: Interval | None
    n_units: int
    reason: Reason | None


def lin_concordance(ratings: Ratings) -> Coefficient:
    """Return Lin's concordance correlation of two graders: how close their pairs of marks lie to the line of equality.

    ρ_c = 2 s_xy / (s²_x + s²_y + (x̄ − ȳ)²), with the means x̄, ȳ, the variances s²_x, s²_y and the covariance s_xy of
    the two graders' marks over the n units that both rated, all with the divisor n of Lin's paper. With n − 1, as some
    have it, the means' difference weighs less and |ρ_c| is a little greater.

    Parameters
    ----------
    ratings : Ratings
        Of exactly two graders. Of repeated ratings the last one counts.

    Returns
    -------
    Coefficient
        In [-1, 1]: 1 the same marks, 0 no relation or marks far apart, -1 opposite marks. The interval is the
        delete-one jackknife over units on Fisher's z (see `jackknife`); none where all pairs agree (`no_variation`) or
        where leaving out a unit leaves nothing (`too_few`). None for text (`wrong_scale`), other than two graders
        (`needs_two_graders`), no unit that both rated (`no_overlap`), one such unit (`one_unit`), marks all the same
        (`no_variation`).

    References
    ----------
    Lin, L. I. (1989), doi 10.2307/2532051.

    Examples
    --------
    >>> round(lin_concordance(Ratings.from_table([[1, 2], [2, 3], [3, 4], [4, 5]])).value, 4)
    0.7143
    """
    pair = Pair.of(ratings)
    if pair.reason is not None:
        return Coefficient.undefined(pair.reason, pair.n_units)
    n = pair.n_units
    x, y = pair.first - pair.first.mean(), pair.second - pair.second.mean()
    apart = float(pair.first.mean() - pair.second.mean())
    squares, products = float((x * x).sum() + (y * y).sum()), float((x * y).sum())
    below = squares + n * apart**2
    if below <= NOTHING * n:
        return Coefficient.undefined(Reason.NO_VARIATION, n)
    # Without one of n pairs, sums about the mean lose n/(n−1) times its own.
    lost = n / max(n - 1, 1)
    below_left = squares - lost * (x * x + y * y) + (n - 1) * (apart - (x - y) / max(n - 1, 1)) ** 2
    left_out = np.full(n, np.nan)
    np.divide(2 * (products - lost * x * y), below_left, out=left_out, where=(below_left > ROUNDING * below) & (n > 2))
    return jackknife(2 * products / below, left_out, np.ones(n), n, scale="fisher")


def limits_of_agreement(ratings: Ratings, *, multiple: float = 1.96) -> LimitsOfAgreement:
    """Return Bland and Altman's limits of agreement of two graders.

    With d_i the mark of `grader_labels[0]` less that of `grader_labels[1]` on unit i, n units, bias d̄ and standard
    deviation s the limits are d̄ ± c·s, c the multiple. The intervals are ± t(n−1) times s/√n for the bias and
    s √(1/n + c²/(2(n−1))) for the limits, which suppose normal differences.

    Parameters
    ----------
    ratings : Ratings
        Of exactly two graders; units that only one rated do not count. Of repeated ratings the last one counts.
    multiple : float, default 1.96
        Standard deviations from the bias to a limit; the paper of 1986 has 2.

    Returns
    -------
    LimitsOfAgreement
        In points. One unit has a bias alone (`one_unit`); where all differences are the same there are no intervals
        (`no_variation`). None for text, and for points whose differences are no floating-point numbers (`wrong_scale`),
        other than two graders (`needs_two_graders`), no unit that both rated (`no_overlap`).

    References
    ----------
    Bland, J. M. & Altman, D. G. (1986), doi 10.1016/S0140-6736(86)90837-8; (1999), doi 10.1177/096228029900800204.

    Examples
    --------
    >>> found = limits_of_agreement(Ratings.from_table([[12, 10], [15, 14], [11, 8], [9, 9]]))
    >>> found.bias, round(found.sd, 2), round(found.low, 2), round(found.high, 2)
    (1.5, 1.29, -1.03, 4.03)
    """
    pair = Pair.of(ratings)
    n, span = pair.n_units, pair.span
    if pair.reason not in (None, Reason.ONE_UNIT):
        return LimitsOfAgreement(None, None, None, None, None, None, None, n, pair.reason)
    if not math.isfinite(2 * span * (1 + multiple)):
        return LimitsOfAgreement(None, None, None, None, None, None, None, n, Reason.WRONG_SCALE)
    difference = pair.first - pair.second
    mean = float(difference.mean())
    if n == 1:
        return LimitsOfAgreement(mean * span, None, None, None, None, None, None, n, Reason.ONE_UNIT)
    squares = float(((difference - mean) ** 2).sum())
    if squares <= NOTHING * n:
        bias = mean * span
        return LimitsOfAgreement(bias, 0.0, bias, bias, None, None, None, n, Reason.NO_VARIATION)
    sd = math.sqrt(squares / (n - 1))
    t = float(stdtrit(n - 1, 0.975))
    of_bias, of_limit = t * sd / math.sqrt(n), t * sd * math.sqrt(1 / n + multiple**2 / (2 * (n - 1)))

    def around(middle: float, reach: float) -> Interval:
        return (middle - reach) * span, (middle + reach) * span

    low, high = mean - multiple * sd, mean + multiple * sd
    return LimitsOfAgreement(
        bias=mean * span,
        sd=sd * span,
        low=low * span,
        high=high * span,
        bias_interval=around(mean, of_bias),
        low_interval=around(low, of_limit),
        high_interval=around(high, of_limit),
        n_units=n,
        reason=None,
    )


@dataclass(frozen=True, eq=False)
class Pair:
    """The marks of two graders on the units that both rated, less the least mark and over the span."""

    first: Floats
    second: Floats
    span: float
    n_units: int
    reason: Reason | None

    @classmethod
    def of(cls, ratings: Ratings) -> "Pair":
        ratings = ratings.latest()
        unit, grader = ratings.unit.astype(np.intp), ratings.grader.astype(np.intp)
        marked_by = np.unique(grader)
        shared = int(np.count_nonzero(np.bincount(unit, minlength=1) >= 2))
        none = np.empty(0)
        if not ratings.is_numeric and len(ratings.levels):
            return cls(none, none, 0.0, shared, Reason.WRONG_SCALE)
        if len(marked_by) != 2:
            return cls(none, none, 0.0, shared, Reason.NEEDS_TWO_GRADERS)
        if shared == 0:
            return cls(none, none, 0.0, 0, Reason.NO_OVERLAP)
        half = np.full((2, ratings.n_units), np.nan)
        half[np.searchsorted(marked_by, grader), unit] = (ratings.levels / 2)[ratings.code]
        half = half[:, ~np.isnan(half).any(axis=0)]
        span = float(np.ptp(half))
        first, second = (half - half.min()) / (span or 1.0)
        return cls(first, second, 2 * span, shared, Reason.ONE_UNIT if shared == 1 else None)
