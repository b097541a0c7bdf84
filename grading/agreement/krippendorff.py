"""Krippendorff's α for nominal, ordinal, interval and ratio scales."""

import math
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import summable
from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.histogram import Data, patterns_of
from grading.agreement.intervals import Interval, OfSums, Statistic, estimate
from grading.agreement.many_levels import ManyLevels, relative, to_unit
from grading.agreement.midranks import midranks
from grading.agreement.patterns import Clusters, Patterns

Floats = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval", "ratio")

# Up to so many levels, in a table of so many numbers, all pairs of levels are counted; else only those that occur.
FEW_LEVELS = 32
MOST_PAIRS = 2**25


def krippendorff_alpha(
    data: Data, scale: Scale, *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> Coefficient:
    """Return Krippendorff's α, the agreement beyond chance of interchangeable graders.

    α = 1 − (n−1) Σ_ck o_ck δ²_ck / Σ_ck n_c n_k δ²_ck, with o_ck = Σ_i n_ic (n_ik − [c=k]) / (m_i − 1), where n_ik is
    how often unit i got level k, m_i = Σ_k n_ik ≥ 2 its ratings, n_k = Σ_i n_ik and n = Σ_k n_k. The distance δ²_ck is
    [c≠k] (nominal), (v_c − v_k)² (interval), ((v_c − v_k)/(v_c + v_k))² with 0/0 = 0 (ratio), or (r_c − r_k)² with r
    the pooled mid-ranks of the pairable ratings (ordinal). Units count by their ratings; one with a single rating does
    not count.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        Which distances between levels have a meaning.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the interval, in the order of `ratings.unit_labels`; by default the unit. Needs
        Ratings.
    interval : {"jackknife", "linearised", "bootstrap"} or Bootstrap, default "jackknife"
        Where standard error and interval come from; see `estimate`.

    Returns
    -------
    Coefficient
        In [-1, 1]: 1 is perfect agreement, 0 what chance gives, below 0 systematic disagreement. The interval is the
        delete-one jackknife on Fisher's z (see `jackknife`). At α = 1, or wherever leaving out changes nothing, there
        is no interval (`no_variation`), nor where a left-out table has no α (`too_few`). None for no unit with two
        ratings (`no_overlap`), one such unit (`one_unit`), one level in use (`no_variation`), a negative rating on a
        ratio scale (`not_a_ratio_scale`), text that is not nominal or ordinal by declared levels, or an infinite
        rating on an interval or ratio scale (`wrong_scale`).

    Raises
    ------
    TypeError
        Clusters of a histogram, which does not know its units.
    ValueError
        An unknown scale or method; clusters that do not match the units.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. https://repository.upenn.edu/asc_papers/43.
    Hayes, A. F. & Krippendorff, K. (2007), doi 10.1080/19312450709336664.

    Examples
    --------
    >>> first, second = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    >>> ratings = Ratings.from_table(zip(first, second), levels=[0, 1])
    >>> round(krippendorff_alpha(ratings, "nominal").value, 4)  # 2/21
    0.0952
    """
    return krippendorff_alphas(data, [scale], clusters=clusters, interval=interval)[scale]


def krippendorff_alphas(
    data: Data, scales: Iterable[Scale] = SCALES, *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> dict[Scale, Coefficient]:
    """Return α for several scales at once, from one count of the pairs of levels.

    Parameters
    ----------
    data, clusters, interval
        As for `krippendorff_alpha`.
    scales : iterable of {"nominal", "ordinal", "interval", "ratio"}, default all four
        Which distances between levels to use.

    Returns
    -------
    dict of Coefficient
        By scale, each as `krippendorff_alpha` returns it.

    Raises
    ------
    TypeError, ValueError
        As for `krippendorff_alpha`.

    References
    ----------
    As `krippendorff_alpha`.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 2], [3, 3], [2, 2]], levels=[1, 2, 3])
    >>> [round(alpha.value, 3) for alpha in krippendorff_alphas(ratings).values()]
    [0.545, 0.778, 0.706, 0.482]
    """
    scales = list(scales)
    for scale in scales:
        if scale not in SCALES:
            raise ValueError(f"The scale is {scale!r}; it is one of {', '.join(SCALES)}.")
    patterns = patterns_of(data, clusters).paired
    n_units = patterns.n_units
    in_use = np.flatnonzero(patterns.units @ patterns.table)
    used = data.levels[in_use]
    found: dict[Scale, Coefficient] = {}
    for scale in scales:
        if reason := why_undefined(scale, used, n_units, is_ordered=data.is_ordered):
            found[scale] = Coefficient.undefined(reason, n_units)
    defined = [scale for scale in scales if scale not in found]
    if defined:
        statistic: Statistic
        if len(data.levels) <= FEW_LEVELS and len(patterns.units) * len(used) ** 2 <= MOST_PAIRS:
            function = partial(alphas, len(used), *distance_table(tuple(defined), tuple(used.tolist())))
            statistic = OfSums(pair_terms(patterns, in_use), patterns.weight, function)
        else:
            statistic = ManyLevels(patterns, defined, data.levels)
        figures = estimate(statistic, n_units, interval=interval, scale="fisher")
        found |= dict(zip(defined, figures, strict=True))
    return {scale: found[scale] for scale in scales}


def why_undefined(scale: Scale, used: NDArray[Any], n_units: int, *, is_ordered: bool) -> Reason | None:
    """Return why there is no α, from the levels in use among units with two ratings."""
    if scale == "ordinal" and not is_ordered:
        return Reason.WRONG_SCALE
    if scale in ("interval", "ratio"):
        if used.dtype.kind != "f" or (len(used) and (math.isinf(used[0]) or math.isinf(used[-1]))):
            return Reason.WRONG_SCALE
        if scale == "ratio" and len(used) and used[0] < 0:
            return Reason.NOT_A_RATIO_SCALE
    if n_units == 0:
        return Reason.NO_OVERLAP
    if n_units == 1:
        return Reason.ONE_UNIT
    return Reason.NO_VARIATION if len(used) < 2 else None


def pair_terms(patterns: Patterns, in_use: NDArray[np.intp]) -> Floats:
    """Return per group the counts of levels in use, the units, and the coincidences o_ck of each two c < k."""
    first, second = level_pairs(len(in_use))
    table = patterns.rows(slice(None))[:, in_use]
    together = table[:, first] * table[:, second] / (patterns.size - 1)[:, None]
    return patterns.by_group(np.hstack([table, np.ones((len(table), 1)), together]))


@lru_cache(maxsize=64)
def level_pairs(n_levels: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the lower and the higher level of every two."""
    return np.triu_indices(n_levels, 1)


@lru_cache(maxsize=64)
def distance_table(scales: tuple[Scale, ...], levels: tuple[Any, ...]) -> tuple[Floats, NDArray[np.intp]]:
    """Return δ² of each two levels on each scale, and which scales are ordinal: there δ² depends on the counts."""
    first, second = level_pairs(len(levels))
    table = np.ones((len(first), len(scales)))
    for column, scale in zip(table.T, scales, strict=True):
        if scale == "interval":
            points = to_unit(np.array(levels))
            column[:] = (points[first] - points[second]) ** 2
        elif scale == "ratio":
            points = summable(np.array(levels))
            column[:] = relative(points[first], points[second])
    return table, np.flatnonzero([scale == "ordinal" for scale in scales])


def alphas(n_levels: int, distances: Floats, ordinal: NDArray[np.intp], sums: Floats) -> Floats:
    """Return an α per column of distances from rows of sums as `pair_terms` lists them.

    NaN with one unit, or where all ratings are the same.
    """
    counts, units, together = sums[:, :n_levels], sums[:, n_levels], sums[:, n_levels + 1 :]
    first, second = level_pairs(n_levels)
    by_chance = counts[:, first] * counts[:, second]
    observed, expected = together @ distances, by_chance @ distances
    if len(ordinal):
        ranks = midranks(counts)
        apart = (ranks[:, first] - ranks[:, second]) ** 2
        observed[:, ordinal] = np.vecdot(together, apart)[:, None]
        expected[:, ordinal] = np.vecdot(by_chance, apart)[:, None]
    observed *= counts.sum(axis=1, keepdims=True) - 1
    found = np.full(observed.shape, np.nan)
    np.divide(observed, expected, out=found, where=(expected > 0) & (units > 1)[:, None])
    return 1 - found
