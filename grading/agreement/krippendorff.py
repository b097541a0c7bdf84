"""Krippendorff's α for nominal, ordinal, interval and ratio scales, with an exact jackknife."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import jackknife
from grading.agreement.midranks import midranks, without_each_group
from grading.agreement.patterns import Cells, Clusters, Patterns, sums
from grading.agreement.ratings import Ratings

Floats = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
SCALES: tuple[Scale, ...] = ("nominal", "ordinal", "interval", "ratio")

# Numbers in one block of a table of level by level.
BLOCK = 2**22


def krippendorff_alpha(ratings: Ratings, scale: Scale, *, clusters: Clusters = None) -> Coefficient:
    """Return Krippendorff's α, the agreement beyond chance of interchangeable graders.

    α = 1 − (n−1) Σ_ck o_ck δ²_ck / Σ_ck n_c n_k δ²_ck, with o_ck = Σ_i n_ic (n_ik − [c=k]) / (m_i − 1), where n_ik is
    how often unit i got level k, m_i = Σ_k n_ik ≥ 2 its ratings, n_k = Σ_i n_ik and n = Σ_k n_k. The distance δ²_ck is
    [c≠k] (nominal), (v_c − v_k)² (interval), ((v_c − v_k)/(v_c + v_k))² with 0/0 = 0 (ratio), or (r_c − r_k)² with r
    the pooled mid-ranks of the pairable ratings (ordinal). Units count by their ratings; one with a single rating does
    not count.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        Which distances between levels have a meaning.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the interval, in the order of `ratings.unit_labels`; by default the unit.

    Returns
    -------
    Coefficient
        In [-1, 1]: 1 is perfect agreement, 0 what chance gives, below 0 systematic disagreement. The interval is the
        delete-one jackknife on Fisher's z with t(groups − 1). At α = 1, or wherever leaving out changes nothing, there
        is no interval (`no_variation`), nor where a left-out table has no α (`too_few`). None for no unit with two
        ratings (`no_overlap`), one such unit (`one_unit`), one level in use (`no_variation`), a negative rating on a
        ratio scale (`not_a_ratio_scale`), text that is not nominal or ordinal by declared levels (`wrong_scale`).

    Raises
    ------
    ValueError
        An unknown scale; clusters that do not match the units.

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
    if scale not in SCALES:
        raise ValueError(f"The scale is {scale!r}; it is one of {', '.join(SCALES)}.")
    patterns = Patterns.of(ratings, clusters)
    reason = why_undefined(ratings, patterns, scale)
    if reason is not None:
        return Coefficient.undefined(reason, patterns.n_units)
    if scale == "ordinal":
        ranks = midranks(patterns.pooled)
        value = alpha(patterns, Distance("interval", ranks))
        observed, expected, n = without_each_group(patterns, ranks)
    else:
        distance = Distance(scale, ratings.levels[patterns.used])
        value = alpha(patterns, distance)
        observed, expected, n = left_out_sums(patterns, distance)
    defined = (patterns.levels_left() >= 2) & (patterns.units_left() >= 2) & (expected > 0)
    left_out = np.full(len(expected), np.nan)
    left_out[defined] = 1 - (n[defined] - 1) * observed[defined] / expected[defined]
    return jackknife(value, left_out, patterns.weight, patterns.n_units, scale="fisher")


def why_undefined(ratings: Ratings, patterns: Patterns, scale: Scale) -> Reason | None:
    if not ratings.is_numeric and len(ratings.levels):
        ordered = scale == "ordinal" and ratings.levels_from == "declared"
        if scale != "nominal" and not ordered:
            return Reason.WRONG_SCALE
    elif scale == "ratio" and ratings.n_ratings and ratings.values.min() < 0:
        return Reason.NOT_A_RATIO_SCALE
    if patterns.n_units == 0:
        return Reason.NO_OVERLAP
    if patterns.n_units == 1:
        return Reason.ONE_UNIT
    return Reason.NO_VARIATION if len(patterns.used) < 2 else None


class Distance:
    """δ² between the levels in use: inside a row of counts, and from each level to all pooled ratings."""

    def __init__(self, scale: Scale, levels: NDArray[Any]) -> None:
        self.scale = scale
        if scale != "nominal":
            # α does not change with the unit of points, nor on an interval scale with its zero. Halving first: the
            # difference of two huge numbers must not overflow.
            half = levels / 2
            start = half.min() if scale == "interval" else 0.0
            self.points = (half - start) / np.abs(half - start).max()

    def within(self, cells: Cells, size: Floats) -> Floats:
        """Return Σ_ck n_c n_k δ²_ck of each row."""
        rows, count = len(size), cells.count
        if self.scale == "nominal":
            return cells.sum_by_row(count * (size[cells.row] - count), rows)
        points = self.points[cells.level]
        if self.scale == "interval":
            return squared_differences(cells, points, size)
        a, b = cells.pairs()
        apart = count[a] * count[b] * relative(points[a], points[b])
        return 2 * sums(cells.row[a], apart, rows)

    def to_pooled(self, pooled: Floats) -> Floats:
        """Return Σ_k n_k δ²_ck for each level c."""
        n = float(pooled.sum())
        if self.scale == "nominal":
            return n - pooled
        if self.scale == "interval":
            deviation = self.points - pooled @ self.points / n
            squares: Floats = n * deviation**2 + pooled @ deviation**2
            return squares
        step = max(BLOCK // len(pooled), 1)
        starts = range(0, len(pooled), step)
        return np.concatenate([relative(self.points[s : s + step, None], self.points) @ pooled for s in starts])


def relative(a: Floats, b: Floats) -> Floats:
    total = a + b
    return np.divide(a - b, total, out=np.zeros(total.shape), where=total > 0) ** 2


def squared_differences(cells: Cells, points: Floats, size: Floats) -> Floats:
    """Return Σ_ck n_c n_k (v_c − v_k)² of each row, by deviations from the row's mean so that equal marks give 0."""
    mean = cells.sum_by_row(cells.count * points, len(size)) / size
    return 2 * size * cells.sum_by_row(cells.count * (points - mean[cells.row]) ** 2, len(size))


def alpha(patterns: Patterns, distance: Distance) -> float:
    observed = patterns.units @ (distance.within(patterns.cells, patterns.size) / (patterns.size - 1))
    expected = patterns.pooled @ distance.to_pooled(patterns.pooled)
    return float(1 - (patterns.pooled.sum() - 1) * observed / expected)


def left_out_sums(patterns: Patterns, distance: Distance) -> tuple[Floats, Floats, Floats]:
    """Return the observed sum, the expected sum and n when each group is left out."""
    own = distance.within(patterns.cells, patterns.size) / (patterns.size - 1)
    to_pooled = distance.to_pooled(patterns.pooled)
    cells = patterns.group_cells
    crossed = cells.sum_by_row(cells.count * to_pooled[cells.level], len(patterns.weight))
    inside = distance.within(cells, patterns.group_size)
    expected = patterns.pooled @ to_pooled - 2 * crossed + inside
    observed = patterns.units @ own - patterns.sum_by_group(own)
    return observed, expected, patterns.pooled.sum() - patterns.group_size
