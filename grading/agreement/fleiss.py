"""Fleiss' κ: overall, level by level, and the test of 1971 that it is 0."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.histogram import Data, patterns_of
from grading.agreement.intervals import Interval, OfSums
from grading.agreement.level_shares import ByShares, beyond_chance, corrected, why_undefined
from grading.agreement.patterns import Clusters, Patterns

Floats = NDArray[np.float64]
PAIRED = 1  # among the columns of `level_terms`


def fleiss_kappa(data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife") -> Coefficient:
    """Return Fleiss' κ, the unweighted agreement beyond chance of interchangeable graders.

    κ = (p_a − p_e)/(1 − p_e) with p_a = (1/N₂) Σ_i Σ_k n_ik (n_ik − 1) / (m_i (m_i − 1)) over the N₂ units with m_i ≥ 2
    ratings and p_e = Σ_k π_k², π_k = (1/N) Σ_i n_ik/m_i over the N units with any rating; n_ik is how often unit i got
    level k. Units weigh equally. With as many ratings for each unit this is Fleiss' own formula.

    Parameters
    ----------
    data, clusters, interval
        As for `gwet_ac`. Levels that nobody used change nothing.

    Returns
    -------
    Coefficient
        At most 1: 1 is perfect agreement, 0 what chance gives; it can lie below −1 only where units with one rating
        move the shares. None for no level (`no_levels`), no unit with two ratings (`no_overlap`), one such unit
        (`one_unit`), one level in use (`no_variation`). No interval as for `gwet_ac`.

    Raises
    ------
    TypeError, ValueError
        As `gwet_ac`, for clusters and method.

    References
    ----------
    Fleiss, J. L. (1971), doi 10.1037/h0031619. Gwet (2014), as for `gwet_ac`, for units of unequal size.

    Examples
    --------
    >>> round(fleiss_kappa(Ratings.from_table([[1, 1, 2], [2, 2, 2], [3, 3, 3]], levels=[1, 2, 3])).value, 4)
    0.6538
    """
    patterns = patterns_of(data, clusters)
    n_units = patterns.paired.n_units
    if reason := why_undefined(data, "identity", n_units):
        return Coefficient.undefined(reason, n_units)
    statistic = ByShares(patterns, None, (0.0, 1.0))
    return corrected(statistic, statistic.paired, n_units, interval)


def fleiss_kappa_by_level(
    data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> dict[Any, Coefficient]:
    """Return Fleiss' κ of each level against all others together.

    Parameters
    ----------
    data, clusters, interval
        As for `gwet_ac`.

    Returns
    -------
    dict of Coefficient
        By level in points or as text, each as `fleiss_kappa` returns it. None also for a level that nobody used, or
        that alone was used (`no_variation`).

    Raises
    ------
    TypeError, ValueError
        As `fleiss_kappa`.

    References
    ----------
    As `fleiss_kappa`.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 1, 2], [2, 2, 2], [3, 3, 3]], levels=[1, 2, 3])
    >>> {level: round(kappa.value, 4) for level, kappa in fleiss_kappa_by_level(ratings).items()}
    {1.0: 0.3571, 2.0: 0.55, 3.0: 1.0}
    """
    patterns = patterns_of(data, clusters)
    n_units = patterns.paired.n_units
    if reason := why_undefined(data, "identity", n_units):
        return {level: Coefficient.undefined(reason, n_units) for level in data.levels.tolist()}
    found = {}
    for place, level in enumerate(data.levels.tolist()):
        statistic = OfSums(level_terms(patterns, place), patterns.weight, kappa_of_level)
        found[level] = corrected(statistic, statistic.terms[:, PAIRED], n_units, interval)
    return found


def level_terms(patterns: Patterns, level: int) -> Floats:
    """Return per group the disagreeing share of pairs, the units with pairs, the share of the level, and the units."""
    size, cells = patterns.size, patterns.cells
    given = cells.sum_by_row(cells.count * (cells.level == level), len(size))
    disagreeing = 2 * given * (size - given) / np.maximum(size * (size - 1), 1)
    return patterns.by_group(np.column_stack([disagreeing, size > 1, given / size, np.ones(len(size))]))


def kappa_of_level(sums: Floats) -> Floats:
    disagreeing, paired, given, units = sums.T
    share = np.divide(given, units, out=np.zeros_like(given), where=units > 0)
    return beyond_chance(disagreeing, paired, 2 * share * (1 - share))[:, None]


def fleiss_null_z(data: Data) -> Coefficient:
    """Return z = κ/SE₀, to test whether Fleiss' κ is 0.

    SE₀² = 2 (s² − Σ_k p_k q_k (q_k − p_k)) / (N m (m − 1) s²) with p_k the share of level k, q_k = 1 − p_k,
    s = Σ_k p_k q_k, N the number of units and m the ratings of each. SE₀ holds where graders agree by chance alone, so
    it makes no interval for κ.

    Parameters
    ----------
    data : Ratings or Histogram
        With as many ratings for every unit; of repeated ratings the last one counts.

    Returns
    -------
    Coefficient
        z as its value, to be held against the normal distribution, without an interval. None as for `fleiss_kappa`, and
        for units of unequal size (`incomplete`).

    References
    ----------
    Fleiss, J. L., Nee, J. C. M. & Landis, J. R. (1979), doi 10.1037/0033-2909.86.5.974.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 1, 2], [2, 2, 2], [3, 3, 3]], levels=[1, 2, 3])
    >>> round(fleiss_null_z(ratings).value, 3)
    2.718
    """
    patterns = data.patterns
    n_units = patterns.paired.n_units
    if reason := why_undefined(data, "identity", n_units):
        return Coefficient.undefined(reason, n_units)
    if np.ptp(patterns.size):
        return Coefficient.undefined(Reason.INCOMPLETE, n_units)
    kappa = float(ByShares(patterns, None, (0.0, 1.0)).value()[0])
    if math.isnan(kappa):
        return Coefficient.undefined(Reason.NO_VARIATION, n_units)
    m = float(patterns.size[0])
    p = np.asarray(patterns.units @ patterns.table) / (n_units * m)
    s = float(p @ (1 - p))
    error = math.sqrt(2 * (s**2 - float(p @ ((1 - p) * (1 - 2 * p)))) / (n_units * m * (m - 1))) / s
    return Coefficient.without_interval(kappa / error, Reason.NOT_COMPUTED, n_units)
