"""Krippendorff's α on scales of many levels, where only the levels that occur together are looked at."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import summable, within_one
from grading.agreement.midranks import left_out_ranks, midranks
from grading.agreement.patterns import Cells, Counts, Patterns, sums

Floats = NDArray[np.float64]

# Numbers in one block of a table of level by level.
BLOCK = 2**22
# Where a single group made nearly all the disagreement by chance, a difference leaves too few digits of the rest.
CANCELLED = 1e-6


class ManyLevels:
    """α on several scales, as a `Statistic`."""

    def __init__(self, patterns: Patterns, scales: Sequence[str], levels: NDArray[Any]) -> None:
        self.weight = patterns.weight
        self.alphas = [OnScale(patterns, scale, levels) for scale in scales]

    def value(self) -> Floats:
        return np.array([alpha.value() for alpha in self.alphas])

    def left_out(self, share: float) -> Floats:
        return np.column_stack([alpha.left_out(share) for alpha in self.alphas])

    def resampled(self, weights: Floats) -> Floats:
        return np.array([[alpha.at(weight) for alpha in self.alphas] for weight in weights])


class OnScale:
    """α of patterns with at least two ratings: O(ratings), without a table of levels by levels.

    Parameters
    ----------
    patterns : Patterns
        Of units with at least two ratings, on at least two levels.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        Which distances between levels have a meaning.
    levels : ndarray, shape (n_levels,)
        The declared levels, in points or as text.
    """

    def __init__(self, patterns: Patterns, scale: str, levels: NDArray[Any]) -> None:
        self.patterns, self.scale, self.levels = patterns, scale, levels
        self.counts = Counts(patterns)
        if scale == "ordinal":
            self.distance = Distance("interval", midranks(self.counts.pooled))
        else:
            self.distance = Distance(scale, levels[self.counts.used])

    def value(self) -> float:
        """Return α."""
        pooled = self.counts.pooled
        observed = self.patterns.units @ self.own()
        expected = pooled @ self.to_pooled
        return float(1 - (pooled.sum() - 1) * observed / expected)

    @cached_property
    def to_pooled(self) -> Floats:
        """The disagreement of each level with all pooled ratings."""
        return self.distance.to_pooled(self.counts.pooled)

    def own(self) -> Floats:
        """Return what a unit of each pattern adds to the observed disagreement."""
        size = self.patterns.size
        return np.asarray(self.distance.within(self.counts.cells, size) / (size - 1))

    def left_out(self, share: float) -> Floats:
        """Return α without this share of each group, NaN where it is undefined."""
        counts, groups = self.counts, self.counts.group_cells(share)
        if self.scale == "ordinal":
            observed, expected, n = left_out_ranks(self.patterns, counts, groups, share)
        else:
            observed, expected, n = self.left_out_sums(groups, share)
        units = self.patterns.n_units - share * self.patterns.by_group(np.ones(len(self.patterns.units)))
        left_out = np.full(len(n), np.nan)
        exact = expected > CANCELLED * (counts.pooled @ self.to_pooled)
        defined = (units > 1) & exact
        left_out[defined] = 1 - (n[defined] - 1) * observed[defined] / expected[defined]
        for group in np.flatnonzero(~exact):
            left_out[group] = self.at(self.patterns.weight - (np.arange(len(n)) == group))
        return left_out

    def left_out_sums(self, groups: Cells, share: float) -> tuple[Floats, Floats, Floats]:
        """Return the observed sum, the expected sum and n when each group is left out."""
        own, pooled = self.own(), self.counts.pooled
        to_pooled = self.to_pooled
        size = groups.sum_by_row(groups.count, len(self.patterns.weight))
        crossed = groups.sum_by_row(groups.count * to_pooled[groups.level], len(self.patterns.weight))
        expected = pooled @ to_pooled - 2 * crossed + self.distance.within(groups, size)
        observed = self.patterns.units @ own - share * self.patterns.by_group(own)
        return observed, expected, pooled.sum() - size

    def at(self, weight: Floats) -> float:
        """Return α at other weights of the groups, NaN where it is undefined."""
        patterns = self.patterns
        units = weight if patterns.group is None else weight[patterns.group]
        drawn = Patterns(patterns.table[units > 0], units[units > 0])
        defined = len(Counts(drawn).used) > 1 and drawn.n_units > 1
        return OnScale(drawn, self.scale, self.levels).value() if defined else np.nan


class Distance:
    """δ² between the levels in use: inside a row of counts, and from each level to all pooled ratings."""

    def __init__(self, scale: str, levels: NDArray[Any]) -> None:
        self.scale = scale
        if scale == "interval":
            self.points = to_unit(levels)
        elif scale == "ratio":
            self.points = summable(levels)

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


def to_unit(levels: Floats) -> Floats:
    """Return levels moved and shrunk to 0 … 1, which leaves α as it is and keeps huge differences from overflowing."""
    above = within_one(levels) - within_one(levels).min()
    return np.asarray(above / above.max())


def relative(a: Floats, b: Floats) -> Floats:
    total = a + b
    return np.divide(a - b, total, out=np.zeros(total.shape), where=total > 0) ** 2


def squared_differences(cells: Cells, points: Floats, size: Floats) -> Floats:
    """Return Σ_ck n_c n_k (v_c − v_k)² of each row, by deviations from the row's mean so that equal marks give 0."""
    mean = cells.sum_by_row(cells.count * points, len(size)) / size
    return 2 * size * cells.sum_by_row(cells.count * (points - mean[cells.row]) ** 2, len(size))
