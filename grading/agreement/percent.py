"""Shares of agreement, exact and within one level: over pairs of graders, and over whole units."""

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.histogram import Data, patterns_of
from grading.agreement.intervals import Interval, OfSums, estimate
from grading.agreement.patterns import Clusters, Patterns

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# 0.3 and 1.3 are one point apart, though not in binary.
ONE_POINT = 1 + 1e-9


def percent_exact(data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife") -> Coefficient:
    """Return the share of pairs of graders who gave a unit the same level.

    p = (1/N) Σ_i Σ_k n_ik (n_ik − 1) / (m_i (m_i − 1)), where n_ik is how often unit i got level k, m_i ≥ 2 its ratings
    and N the number of such units: units weigh equally.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the interval, in the order of `ratings.unit_labels`; by default the unit.
    interval : {"jackknife", "linearised", "bootstrap"} or Bootstrap, default "jackknife"
        Where standard error and interval come from; see `estimate`.

    Returns
    -------
    Coefficient
        In [0, 1]: 0 no pair agrees, 1 all do. The interval is value ± t·SE of the delete-one jackknife, clipped; none
        with one unit (`one_unit`) or where all units agree alike (`no_variation`). None for no unit with two ratings
        (`no_overlap`).

    Raises
    ------
    TypeError
        Clusters of a histogram, which does not know its units.
    ValueError
        An unknown method; clusters that do not match the units.

    References
    ----------
    Gwet, K. L. (2008), doi 10.1348/000711006X126600, for the pairwise share with any number of graders.

    Examples
    --------
    >>> round(percent_exact(Ratings.from_table([[1, 1, 2], [3, 3, 3]])).value, 4)  # 1/3 and 1
    0.6667
    """
    return mean_over_units(data, clusters, interval, steps=0, whole_unit=False)


def percent_within_one(data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife") -> Coefficient:
    """Return the share of pairs of graders whose marks are at most one level apart.

    As `percent_exact`, with all pairs counted whose levels are neighbours or the same. One step is one declared level.
    Where the levels come from the data a level may be missing between two others, so the difference in points counts:
    |v − w| ≤ 1.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts.
    clusters, interval
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1], never below `percent_exact`. None as there, and for text without declared levels (`wrong_scale`).

    Raises
    ------
    TypeError, ValueError
        As `percent_exact`.

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_within_one(Ratings.from_table([[1, 2, 3], [3, 3, 3]], levels=[1, 2, 3])).value
    0.8333333333333333
    """
    return mean_over_units(data, clusters, interval, steps=1, whole_unit=False)


def percent_all_exact(data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife") -> Coefficient:
    """Return the share of units to which all their graders gave the same level.

    p = (1/N) Σ_i [max_k n_ik = m_i] over the N units with m_i ≥ 2 ratings.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts.
    clusters, interval
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1], never above `percent_exact`; interval and undefined cases as there. It falls with the number of
        graders, so compare it only between designs with as many.

    Raises
    ------
    TypeError, ValueError
        As `percent_exact`.

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_all_exact(Ratings.from_table([[1, 1, 2], [3, 3, 3]])).value
    0.5
    """
    return mean_over_units(data, clusters, interval, steps=0, whole_unit=True)


def percent_all_within_one(data: Data, *, clusters: Clusters = None, interval: Interval = "jackknife") -> Coefficient:
    """Return the share of units whose highest and lowest mark are at most one level apart.

    As `percent_all_exact`, with a step as in `percent_within_one`.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts.
    clusters, interval
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1]; interval and undefined cases as for `percent_within_one`.

    Raises
    ------
    TypeError, ValueError
        As `percent_exact`.

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_all_within_one(Ratings.from_table([[1, 2, 3], [3, 3, 4]])).value
    0.5
    """
    return mean_over_units(data, clusters, interval, steps=1, whole_unit=True)


def mean_over_units(data: Data, clusters: Clusters, interval: Interval, *, steps: int, whole_unit: bool) -> Coefficient:
    patterns = patterns_of(data, clusters).paired
    if steps and not data.is_ordered:
        return Coefficient.undefined(Reason.WRONG_SCALE, patterns.n_units)
    if patterns.n_units == 0:
        return Coefficient.undefined(Reason.NO_OVERLAP)
    pairs = patterns.size * (patterns.size - 1)
    agreeing = close_pairs(patterns, highest_close_level(data, steps))
    share = (agreeing == pairs).astype(np.float64) if whole_unit else agreeing / pairs
    terms = patterns.by_group(np.column_stack([share, np.ones(len(share))]))
    statistic = OfSums(terms, patterns.weight, mean_share)
    return estimate(statistic, patterns.n_units, interval=interval, scale="share")[0]


def mean_share(sums: Floats) -> Floats:
    share, units = sums.T
    mean = np.divide(share, units, out=np.full(len(units), np.nan), where=units > 0)
    return np.asarray(mean[:, None])


def highest_close_level(data: Data, steps: int) -> Integers:
    """Return for each level the highest one that still agrees with it."""
    places = np.arange(len(data.levels))
    if not steps:
        return places
    if data.levels_from == "declared":
        return np.minimum(places + steps, len(places) - 1)
    return np.searchsorted(data.levels, data.levels + ONE_POINT, side="right") - 1


def close_pairs(patterns: Patterns, highest: Integers) -> Floats:
    """Return the number of agreeing ordered pairs of graders per unit of each pattern."""
    cells, levels = patterns.cells, len(highest)
    last = np.searchsorted(cells.row * levels + cells.level, cells.row * levels + highest[cells.level], side="right")
    running = np.cumsum(cells.count)
    above = running[last - 1] - running
    return cells.sum_by_row(cells.count * (cells.count - 1 + 2 * above), len(patterns.size))
