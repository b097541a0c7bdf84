"""Intervals by leaving out one unit, or one cluster of units, at a time."""

import math
from collections.abc import Sequence
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
    return jackknives([value], left_out[:, None], weight, n_units, scale=scale)[0]


def jackknives(
    values: Sequence[float], left_out: Floats, weight: Floats, n_units: int, *, scale: Range
) -> list[Coefficient]:
    """Return `jackknife` of several values, with their left-out values as columns."""
    groups = float(weight.sum())
    if groups < 2:
        return [Coefficient.without_interval(value, Reason.ONE_UNIT, n_units) for value in values]
    away = left_out - weight @ left_out / groups
    widest = abs(away).max(axis=0)
    # by the widest, so that the fourth power of a tiny deviation does not vanish
    scaled = (away / np.where(widest > 0, widest, 1)) ** 2
    moments = zip(values, widest.tolist(), (weight @ scaled).tolist(), (weight @ scaled**2).tolist(), strict=True)
    found = []
    for value, most, second, fourth in moments:
        if math.isnan(most) or most < ROUNDING:
            reason = Reason.TOO_FEW if math.isnan(most) else Reason.NO_VARIATION
            found.append(Coefficient.without_interval(value, reason, n_units))
            continue
        error = most * math.sqrt((groups - 1) / groups * second)
        degrees = 2 / (2 / (groups - 1) + max(groups * fourth / second**2 - 3, 0.0) / groups)
        low, high = interval_around(value, error, degrees, scale)
        found.append(Coefficient(value, error, low, high, n_units, "jackknife", None))
    return found


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
