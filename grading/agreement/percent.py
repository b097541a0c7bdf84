"""Shares of agreement, exact and within one level: over pairs of graders, and over whole units."""

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import jackknife
from grading.agreement.patterns import Clusters, Patterns
from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# 0.3 and 1.3 are one point apart, though not in binary.
ONE_POINT = 1 + 1e-9


def percent_exact(ratings: Ratings, *, clusters: Clusters = None) -> Coefficient:
    """Return the share of pairs of graders who gave a unit the same level.

    p = (1/N) Σ_i Σ_k n_ik (n_ik − 1) / (m_i (m_i − 1)), where n_ik is how often unit i got level k, m_i ≥ 2 its ratings
    and N the number of such units: units weigh equally.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the interval, in the order of `ratings.unit_labels`; by default the unit.

    Returns
    -------
    Coefficient
        In [0, 1]: 0 no pair agrees, 1 all do. The interval is value ± t·SE of the delete-one jackknife, clipped; none
        with one unit (`one_unit`) or where all units agree alike (`no_variation`). None for no unit with two ratings
        (`no_overlap`).

    References
    ----------
    Gwet, K. L. (2008), doi 10.1348/000711006X126600, for the pairwise share with any number of graders.

    Examples
    --------
    >>> round(percent_exact(Ratings.from_table([[1, 1, 2], [3, 3, 3]])).value, 4)  # 1/3 and 1
    0.6667
    """
    return mean_over_units(ratings, clusters, steps=0, whole_unit=False)


def percent_within_one(ratings: Ratings, *, clusters: Clusters = None) -> Coefficient:
    """Return the share of pairs of graders whose marks are at most one level apart.

    As `percent_exact`, with all pairs counted whose levels are neighbours or the same. One step is one declared level.
    Where the levels come from the data a level may be missing between two others, so the difference in points counts:
    |v − w| ≤ 1.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    clusters : sequence of hashable, shape (n_units,), optional
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1], never below `percent_exact`. None as there, and for text without declared levels (`wrong_scale`).

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_within_one(Ratings.from_table([[1, 2, 3], [3, 3, 3]], levels=[1, 2, 3])).value
    0.8333333333333333
    """
    return mean_over_units(ratings, clusters, steps=1, whole_unit=False)


def percent_all_exact(ratings: Ratings, *, clusters: Clusters = None) -> Coefficient:
    """Return the share of units to which all their graders gave the same level.

    p = (1/N) Σ_i [max_k n_ik = m_i] over the N units with m_i ≥ 2 ratings.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    clusters : sequence of hashable, shape (n_units,), optional
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1], never above `percent_exact`; interval and undefined cases as there. It falls with the number of
        graders, so compare it only between designs with as many.

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_all_exact(Ratings.from_table([[1, 1, 2], [3, 3, 3]])).value
    0.5
    """
    return mean_over_units(ratings, clusters, steps=0, whole_unit=True)


def percent_all_within_one(ratings: Ratings, *, clusters: Clusters = None) -> Coefficient:
    """Return the share of units whose highest and lowest mark are at most one level apart.

    As `percent_all_exact`, with a step as in `percent_within_one`.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    clusters : sequence of hashable, shape (n_units,), optional
        As for `percent_exact`.

    Returns
    -------
    Coefficient
        In [0, 1]; interval and undefined cases as for `percent_within_one`.

    References
    ----------
    As `percent_exact`.

    Examples
    --------
    >>> percent_all_within_one(Ratings.from_table([[1, 2, 3], [3, 3, 4]])).value
    0.5
    """
    return mean_over_units(ratings, clusters, steps=1, whole_unit=True)


def mean_over_units(ratings: Ratings, clusters: Clusters, *, steps: int, whole_unit: bool) -> Coefficient:
    patterns = Patterns.of(ratings, clusters)
    if steps and not ratings.is_numeric and ratings.levels_from == "data":
        return Coefficient.undefined(Reason.WRONG_SCALE, patterns.n_units)
    if patterns.n_units == 0:
        return Coefficient.undefined(Reason.NO_OVERLAP)
    pairs = patterns.size * (patterns.size - 1)
    agreeing = close_pairs(patterns, highest_close_level(ratings, patterns.used, steps))
    share = (agreeing == pairs).astype(np.float64) if whole_unit else agreeing / pairs
    n = patterns.n_units
    total = float(patterns.units @ share)
    remaining = patterns.units_left()
    left_out = np.full(len(remaining), np.nan)
    np.divide(total - patterns.sum_by_group(share), remaining, out=left_out, where=remaining > 0)
    return jackknife(total / n, left_out, patterns.weight, n, scale="share")


def highest_close_level(ratings: Ratings, used: Integers, steps: int) -> Integers:
    """Return for each level in use the highest one in use that still agrees with it."""
    if not steps or ratings.levels_from == "declared":
        return np.searchsorted(used, used + steps, side="right") - 1
    points = ratings.levels[used]
    return np.searchsorted(points, points + ONE_POINT, side="right") - 1


def close_pairs(patterns: Patterns, highest: Integers) -> Floats:
    """Return the number of agreeing ordered pairs of graders per unit of each pattern."""
    cells, levels = patterns.cells, len(patterns.used)
    last = np.searchsorted(cells.row * levels + cells.level, cells.row * levels + highest[cells.level], side="right")
    running = np.cumsum(cells.count)
    above = running[last - 1] - running
    return cells.sum_by_row(cells.count * (cells.count - 1 + 2 * above), len(patterns.size))
