"""Units that show the same counts of levels are one pattern: sums over units become sums over few patterns."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.counting import count_patterns, unit_table
from grading.agreement.values import encode_labels

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
Clusters = Sequence[Hashable] | None


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
    """Count patterns of the units that have a rating.

    Parameters
    ----------
    table : ndarray or csr_array, shape (n_patterns, n_levels)
        Ratings of a unit of each pattern at each declared level; sparse where there are many levels.
    units : ndarray, shape (n_patterns,)
        How many units show the pattern.
    group : ndarray of int, shape (n_patterns,), or None
        Which cluster the only unit of each pattern belongs to, without gaps; None where units are left out one by one.
    """

    table: NDArray[np.float64] | csr_array
    units: Floats
    group: Integers | None = None

    @classmethod
    def of(cls, unit: Integers, code: NDArray[Any], n_units: int, n_levels: int, *, size: int | None) -> "Patterns":
        """Count the patterns of ratings, none repeated; with a size each unit has as many, one after the other."""
        return cls(*count_patterns(unit, code, n_units, n_levels, size))

    @classmethod
    def in_clusters(
        cls, unit: Integers, code: NDArray[Any], n_units: int, n_levels: int, clusters: Sequence[Hashable]
    ) -> "Patterns":
        """Keep a row per unit, with its cluster: one label for each of the `n_units`."""
        if len(clusters) != n_units:
            raise ValueError(f"There are {len(clusters)} cluster labels for {n_units} units; one per unit is needed.")
        cluster, _ = encode_labels(clusters, "cluster")
        ascending = np.sort(unit * n_levels + code)
        rated = np.flatnonzero(np.bincount(unit, minlength=n_units))
        table, units = unit_table(ascending, n_units, n_levels)
        return cls(table, units, without_gaps(cluster[rated]))

    @cached_property
    def cells(self) -> Cells:
        """The table as cells that are not 0."""
        if isinstance(self.table, np.ndarray):
            row, level = np.nonzero(self.table)
            return Cells(row, level, self.table[row, level])
        return cells_of(self.table)

    def rows(self, part: slice) -> Floats:
        """Return a stretch of the table, dense."""
        return self.table[part] if isinstance(self.table, np.ndarray) else self.table[part].toarray()

    @cached_property
    def size(self) -> Floats:
        """Ratings of a unit of each pattern."""
        return np.asarray(self.table.sum(axis=1)).ravel()

    @cached_property
    def paired(self) -> "Patterns":
        """The patterns with at least two ratings."""
        several = self.size >= 2
        if several.all():
            return self
        group = None if self.group is None else without_gaps(self.group[several])
        return Patterns(self.table[several], self.units[several], group)

    @property
    def n_units(self) -> int:
        return int(self.units.sum())

    @cached_property
    def weight(self) -> Floats:
        """How often each group occurs: what is left out together, a unit of the pattern or a cluster."""
        return self.units if self.group is None else np.ones(int(self.group.max(initial=-1)) + 1)

    def by_group(self, figures: Floats) -> Floats:
        """Sum figures of one unit of each pattern, shape (n_patterns,) or (n_patterns, k), over one group."""
        if self.group is None:
            return figures
        shape = (len(self.weight), len(self.units))
        member = csr_array((np.ones(shape[1]), (self.group, np.arange(shape[1]))), shape=shape)
        return np.asarray(member @ figures)


class Counts:
    """The cells of patterns on the levels in use."""

    def __init__(self, patterns: Patterns) -> None:
        pooled = np.asarray(patterns.units @ patterns.table)
        self.used = np.flatnonzero(pooled)
        self.pooled = pooled[self.used]
        cells = patterns.cells
        self.cells = Cells(cells.row, np.searchsorted(self.used, cells.level), cells.count)
        self.patterns = patterns

    def group_cells(self, share: float) -> Cells:
        """Return cells with a row per group: how often each level occurs in that share of what is left out together."""
        cells, group = self.cells, self.patterns.group
        if group is None:
            return Cells(cells.row, cells.level, share * cells.count)
        key, position = np.unique(group[cells.row] * len(self.used) + cells.level, return_inverse=True)
        row, level = np.divmod(key, len(self.used))
        return Cells(row, level, share * sums(position, cells.count, len(key)))


def without_gaps(group: Integers) -> Integers:
    return np.unique(group, return_inverse=True)[1].astype(np.intp)


def cells_of(table: csr_array) -> Cells:
    ordered = table.sorted_indices()
    row = np.repeat(np.arange(table.shape[0]), np.diff(ordered.indptr))
    return Cells(row, ordered.indices.astype(np.intp), ordered.data)
