"""Intervals by leaving out one unit, or one cluster of units, at a time."""

import math
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from grading.agreement.coefficient import Coefficient, Reason

Floats = NDArray[np.float64]
Range = Literal["fisher", "share"]

# Left-out values closer than this differ by rounding only.
ROUNDING = 1e-12


def jackknife(value: float, left_out: Floats, weight: Floats, n_units: int, *, scale: Range) -> Coefficient:
    """Return the coefficient with its jackknife standard error and 95 % interval.

    SE² = (G−1)/G Σ_g w_g (θ_(g) − θ̄)², where θ_(g) is the value without group g, w_g the number of groups like g, G
    their total and θ̄ the weighted mean. The interval is value ± t·SE; on the Fisher scale it is
    tanh(atanh(value) ± t·SE/(1−value²)). Student's t has 2 / (2/(G−1) + κ/G) degrees of freedom, where κ is the excess
    kurtosis of the left-out values, at least 0: G−1 of them, fewer where the SE itself hangs on a few groups.

    Parameters
    ----------
    value : float
        The estimate from all units, in [-1, 1] or, as a share, [0, 1].
    left_out : ndarray, shape (n_distinct_groups,)
        The estimate without each group; NaN where it is undefined.
    weight : ndarray, shape (n_distinct_groups,)
        How many groups have this left-out value.
    n_units : int
        Units behind the value.
    scale : {"fisher", "share"}
        Fisher's z for coefficients; the value's own scale, clipped to [0, 1], for shares.

    Returns
    -------
    Coefficient
        Without interval, and with the reason, where there is one group (`one_unit`), where a left-out value is
        undefined (`too_few`: the value hangs on a single unit), or where all left-out values are the same
        (`no_variation`: as with perfect agreement, nothing shows how sure the value is).

    References
    ----------
    Efron, B. & Stein, C. (1981), doi 10.1214/aos/1176345462, for the standard error; Satterthwaite, F. E. (1946),
    doi 10.2307/3002019, for degrees of freedom from the variance of a variance, which is σ⁴ (2/(G−1) + κ/G).

    Examples
    --------
    >>> jackknife(0.5, np.array([1 / 3, 2 / 3]), np.array([2.0, 2.0]), 4, scale="share").standard_error
    0.28867513459481287
    """
    groups = float(weight.sum())
    if groups < 2:
        return Coefficient.without_interval(value, Reason.ONE_UNIT, n_units)
    away = left_out - float(weight @ left_out) / groups
    widest = float(abs(away).max())
    if math.isnan(widest):
        return Coefficient.without_interval(value, Reason.TOO_FEW, n_units)
    if widest < ROUNDING:
        return Coefficient.without_interval(value, Reason.NO_VARIATION, n_units)
    squares = float(weight @ away**2)
    error = math.sqrt((groups - 1) / groups * squares)
    excess = groups * float(weight @ away**4) / squares**2 - 3
    degrees = 2 / (2 / (groups - 1) + max(excess, 0.0) / groups)
    low, high = interval_around(value, error, degrees, scale)
    return Coefficient(value, error, low, high, n_units, "jackknife", None)


def interval_around(value: float, error: float, degrees: float, scale: Range) -> tuple[float, float]:
    """Return value ± t·SE at 95 %, clipped to the range of the figure; it always holds the value."""
    reach = quantile(degrees) * error
    if scale == "share":
        return max(0.0, min(value, value - reach)), min(1.0, max(value, value + reach))
    inner = min(max(value, ROUNDING - 1), 1 - ROUNDING)
    centre, spread = math.atanh(inner), reach / (1 - inner**2)
    return min(math.tanh(centre - spread), value), max(math.tanh(centre + spread), value)


@lru_cache(maxsize=1024)
def quantile(degrees: float) -> float:
    """Return the 97.5 % point of Student's t."""
    return float(stdtrit(degrees, 0.975))
