"""Units that show the same counts of levels are one pattern: sums over units become sums over few patterns."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grading.agreement.ratings import Ratings
from grading.agreement.values import encode_labels

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
Clusters = Sequence[Hashable] | None

# Pattern codes are sums in float64, exact below 2^53.
CODE_BITS = 53


def sums(index: Integers, weights: Floats, length: int) -> Floats:
    """Return the sum of the weights at each index."""
    return np.bincount(index, weights=weights, minlength=length).astype(np.float64, copy=False)


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of levels per row of a sparse table: row ascending, level ascending within the row."""

    row: Integers
    level: Integers
    count: Floats

    def sum_by_row(self, values: Floats, n_rows: int) -> Floats:
        return sums(self.row, values, n_rows)

    def pairs(self) -> tuple[Integers, Integers]:
        """Return the positions of all two different cells of one row, the lower level first."""
        first, second = [], []
        left = np.arange(len(self.row))
        lag = 1
        while True:
            left = left[left + lag < len(self.row)]
            left = left[self.row[left] == self.row[left + lag]]
            if not len(left):
                break
            first.append(left)
            second.append(left + lag)
            lag += 1
        none = np.empty(0, dtype=np.intp)
        return np.concatenate([none, *first]), np.concatenate([none, *second])


@dataclass(frozen=True, eq=False)
class Patterns:
    """Count patterns of the units with at least two ratings.

    `cells` has a row per pattern, `size` ratings per unit of the pattern, `units` how many units show it, `group` what
    is left out together (the pattern's unit, or its cluster) and `weight` how often that group occurs. Levels are
    positions in `used`, which are positions in the ratings' levels: only levels that occur are kept.
    """

    cells: Cells
    size: Floats
    units: Floats
    group: Integers
    weight: Floats
    used: Integers
    pooled: Floats

    @classmethod
    def of(cls, ratings: Ratings, clusters: Clusters = None) -> "Patterns":
        """Count the patterns; units are left out one at a time, or by `clusters`, one label per unit."""
        ratings = ratings.latest()
        size = np.bincount(ratings.unit, minlength=ratings.n_units)
        paired = size[ratings.unit] >= 2
        unit, code = ratings.unit[paired], ratings.code[paired]
        pooled = np.bincount(code, minlength=len(ratings.levels))
        used = np.flatnonzero(pooled)
        level = np.searchsorted(used, code)
        pairable = np.flatnonzero(size >= 2)
        largest = int(size.max(initial=0)) + 1
        if clusters is None and len(used) * math.log2(largest) < CODE_BITS:
            cells, units = shared_patterns(unit, level, largest, len(used))
        else:
            unit = np.searchsorted(pairable, unit)
            key, count = np.unique(unit * len(used) + level, return_counts=True)
            row, level = np.divmod(key, max(len(used), 1))
            cells, units = Cells(row, level, count.astype(np.float64)), np.ones(len(pairable))
        group, weight = np.arange(len(units)), units
        if clusters is not None:
            group = clusters_of(pairable, ratings.n_units, clusters)
            weight = np.ones(int(group.max(initial=-1)) + 1)
        sizes = cells.sum_by_row(cells.count, len(units))
        return cls(cells, sizes, units, group, weight, used, pooled[used].astype(np.float64))

    @property
    def n_units(self) -> int:
        return int(self.units.sum())

    @cached_property
    def group_cells(self) -> Cells:
        """Cells with a row per group: how often each level occurs in what is left out together."""
        key, position = np.unique(self.group[self.cells.row] * len(self.used) + self.cells.level, return_inverse=True)
        row, level = np.divmod(key, max(len(self.used), 1))
        return Cells(row, level, sums(position, self.cells.count, len(key)))

    @cached_property
    def group_size(self) -> Floats:
        """Ratings per group."""
        return self.sum_by_group(self.size)

    def sum_by_group(self, per_pattern: Floats) -> Floats:
        """Sum figures of one unit of each pattern over one group."""
        return sums(self.group, per_pattern, len(self.weight))

    def units_left(self) -> Floats:
        """Return how many units remain when a group is left out."""
        return self.n_units - self.sum_by_group(np.ones(len(self.size)))

    def levels_left(self) -> Integers:
        """Return how many levels still occur when a group is left out."""
        cells = self.group_cells
        gone = cells.count == self.pooled[cells.level]
        return len(self.used) - np.bincount(cells.row[gone], minlength=len(self.weight))


def shared_patterns(unit: Integers, level: Integers, base: int, n_levels: int) -> tuple[Cells, Floats]:
    """Return the cells of the distinct patterns and how many units show each, by a number code per unit."""
    power = float(base) ** np.arange(n_levels)
    code = np.bincount(unit, weights=power[level])
    distinct, units = np.unique(code[code > 0], return_counts=True)
    counts = distinct.astype(np.int64)[:, None] // power.astype(np.int64) % base
    row, column = np.nonzero(counts)
    return Cells(row, column, counts[row, column].astype(np.float64)), units.astype(np.float64)


def clusters_of(pairable: Integers, n_units: int, clusters: Sequence[Hashable]) -> Integers:
    """Return the cluster code of each pairable unit, without gaps."""
    if len(clusters) != n_units:
        raise ValueError(f"There are {len(clusters)} cluster labels for {n_units} units; one per unit is needed.")
    code, _ = encode_labels(clusters, "cluster")
    return np.unique(code[pairable], return_inverse=True)[1].astype(np.intp)
