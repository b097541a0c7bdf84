"""Units that show the same counts of levels are one pattern: sums over units become sums over few patterns."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.blocks import blocks, runs
from grading.agreement.values import encode_labels

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
Clusters = Sequence[Hashable] | None

# A number whose digits are counts is summed in float64, one whose digits are levels in a signed integer.
EXACT_BITS = 53
KEY_BITS = 63
# Up to so many different numbers are counted in a table, more are sorted.
COUNTED = 2**20


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
    def of(cls, unit: Integers, code: NDArray[Any], n_units: int, n_levels: int, *, in_order: bool) -> "Patterns":
        """Count the patterns of ratings of which none is repeated; `in_order` says that units stand together."""
        if not len(unit):
            return cls(np.empty((0, n_levels)), np.empty(0))
        size = equal_size(unit) if in_order else None
        largest = size or int(np.bincount(unit).max())
        if n_levels * math.log2(largest + 1) < EXACT_BITS:
            return cls.by_counts(unit, code, size, largest + 1, n_levels)
        ascending = np.sort(unit * n_levels + code)
        if largest * math.log2(n_levels + 1) < KEY_BITS:
            return cls.by_sorted_levels(ascending, n_levels)
        table = unit_table(ascending, n_units, n_levels)
        return cls(table, np.ones(table.shape[0]))

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
        return cls(unit_table(ascending, n_units, n_levels), np.ones(len(rated)), without_gaps(cluster[rated]))

    @classmethod
    def by_counts(cls, unit: Integers, code: NDArray[Any], size: int | None, base: int, n_levels: int) -> "Patterns":
        """Give each unit the number whose digits are its counts."""
        power = base ** np.arange(n_levels)
        if size is None:
            distinct, units = tally(np.bincount(unit, weights=power.astype(np.float64)[code]).astype(np.int64))
        elif base**n_levels <= COUNTED:
            found = np.zeros(base**n_levels, dtype=np.intp)
            for block in blocks(len(code) // size):
                marks = power.take(code[block.start * size : block.stop * size], mode="clip").reshape(-1, size)
                found += np.bincount(marks.sum(axis=1), minlength=len(found))
            distinct = np.flatnonzero(found)
            units = found[distinct]
        else:
            distinct, units = tally(power.take(code).reshape(-1, size).sum(axis=1))
        counts = distinct[:, None] // power % base
        return cls(counts.astype(np.float64), units.astype(np.float64))

    @classmethod
    def by_sorted_levels(cls, ascending: Integers, n_levels: int) -> "Patterns":
        """Give each unit the number whose digits are its levels in order, one higher so that none is 0."""
        unit, level = np.divmod(ascending, n_levels)
        start = runs(unit)
        size = np.diff(start, append=len(unit))
        key = np.zeros(len(start), dtype=np.int64)
        for place in range(int(size.max())):
            has = np.flatnonzero(size > place)
            key[has] = key[has] * (n_levels + 1) + level[start[has] + place] + 1
        distinct, units = tally(key)
        rows: list[Integers] = []
        levels: list[Integers] = []
        rest, pattern = distinct, np.arange(len(distinct))
        while len(rest):
            rest, digit = np.divmod(rest, n_levels + 1)
            rows.append(pattern)
            levels.append(digit - 1)
            pattern, rest = pattern[rest > 0], rest[rest > 0]
        where = (np.concatenate(rows), np.concatenate(levels))
        shape = (len(distinct), n_levels)
        return cls(csr_array((np.ones(len(where[0])), where), shape=shape), units.astype(np.float64))

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


def equal_size(unit: Integers) -> int | None:
    """Return how many ratings each unit has, in a column where units stand together; None if that differs."""
    first = unit[: min(len(unit), 4096)]
    size = int(np.searchsorted(first, first[0], side="right"))
    if len(unit) % size or len(first) == size < len(unit):
        return None
    for block in blocks(len(unit) // size):
        part = unit[block.start * size : block.stop * size + 1]  # with the first row of the next block
        first, last = part[::size], part[size - 1 :: size]
        if not (first[: len(last)] == last).all() or not (first[1:] > first[:-1]).all():
            return None
    return size


def tally(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], Integers]:
    """Return the distinct codes above 0, ascending, and how often each occurs."""
    if codes.max() < COUNTED:
        found = np.bincount(codes)
        distinct = np.flatnonzero(found[1:]) + 1
        return distinct, found[distinct]
    ascending = np.sort(codes)
    start = runs(ascending)
    often = np.diff(start, append=len(ascending))
    return ascending[start][ascending[start] > 0], often[ascending[start] > 0]


def unit_table(ascending: Integers, n_units: int, n_levels: int) -> csr_array:
    """Return a row of counts per unit, from the sorted numbers unit × n_levels + level."""
    start = runs(ascending)
    unit, level = np.divmod(ascending[start], n_levels)
    count = np.diff(start, append=len(ascending)).astype(np.float64)
    table = csr_array((count, (unit, level)), shape=(n_units, n_levels))
    return table[np.diff(table.indptr) > 0]


def without_gaps(group: Integers) -> Integers:
    return np.unique(group, return_inverse=True)[1].astype(np.intp)


def cells_of(table: csr_array) -> Cells:
    ordered = table.sorted_indices()
    row = np.repeat(np.arange(table.shape[0]), np.diff(ordered.indptr))
    return Cells(row, ordered.indices.astype(np.intp), ordered.data)
