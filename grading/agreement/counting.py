"""One pass over the ratings, to how many units show each pattern."""

import math
from functools import lru_cache
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.blocks import blocks, runs

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
# Ratings of a unit of each pattern at each level, and how many units show the pattern.
Counted = tuple[Floats | csr_array, Floats]

# Up to so many tuples of levels are listed.
LISTED = 2**14
# Numbers are counted in a table of at most so many places per number, or so many in all; else they are sorted.
SPARSEST = 4
COUNTED = 2**12
# A number whose digits are counts is summed in float64, one whose digits are levels in a signed integer.
EXACT_BITS = 53
KEY_BITS = 63


def count_patterns(unit: Integers, code: NDArray[Any], n_units: int, n_levels: int, size: int | None) -> Counted:
    """Return the patterns by the cheapest way that holds them; with a size, units stand together and all have it."""
    if not len(unit):
        return np.empty((0, n_levels)), np.empty(0)
    if size is not None and size * math.log2(n_levels) <= math.log2(LISTED):
        return by_tuples(code, size, n_levels)
    largest = size or int(np.bincount(unit).max())
    if n_levels * math.log2(largest + 1) < EXACT_BITS:
        return by_counts(unit, code, largest + 1, n_levels)
    ascending = np.sort(unit * n_levels + code)
    if largest * math.log2(n_levels + 1) < KEY_BITS:
        return by_sorted_levels(ascending, n_levels)
    return unit_table(ascending, n_units, n_levels)


def by_tuples(code: NDArray[Any], size: int, n_levels: int) -> Counted:
    """Number the levels of each unit as they stand, and add up the tuples that differ only in their order."""
    found = np.zeros(n_levels**size, dtype=np.intp)
    for block in blocks(len(code) // size):
        marks = code[block.start * size : block.stop * size]
        number = marks[::size].astype(np.uint16)  # LISTED fits
        for place in range(1, size):
            number *= np.uint16(n_levels)
            number += marks[place::size]
        found += np.bincount(number, minlength=len(found))
    pattern, table = listed(n_levels, size)
    units = np.bincount(pattern, weights=found).astype(np.float64, copy=False)
    shown = np.flatnonzero(units)
    return table[shown], units[shown]


@lru_cache(maxsize=32)
def listed(n_levels: int, size: int) -> tuple[Integers, Floats]:
    """Return the pattern of each tuple of levels, and the counts of levels of each pattern."""
    patterns = list(combinations_with_replacement(range(n_levels), size))
    number = {pattern: position for position, pattern in enumerate(patterns)}
    of_tuple = [number[tuple(sorted(levels))] for levels in product(range(n_levels), repeat=size)]
    table = np.array([[pattern.count(level) for level in range(n_levels)] for pattern in patterns], dtype=np.float64)
    return np.array(of_tuple, dtype=np.intp), table


def by_counts(unit: Integers, code: NDArray[Any], base: int, n_levels: int) -> Counted:
    """Give each unit the number whose digits are its counts."""
    power = base ** np.arange(n_levels)
    distinct, units = tally(np.bincount(unit, weights=power.astype(np.float64)[code]).astype(np.int64))
    return (distinct[:, None] // power % base).astype(np.float64), units.astype(np.float64)


def by_sorted_levels(ascending: Integers, n_levels: int) -> Counted:
    """Give each unit the number whose digits are its levels in order, one higher so that none is 0.

    `ascending` are the sorted numbers unit × n_levels + level.
    """
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
    return csr_array((np.ones(len(where[0])), where), shape=(len(distinct), n_levels)), units.astype(np.float64)


def unit_table(ascending: Integers, n_units: int, n_levels: int) -> Counted:
    """Return a row of counts per rated unit, from the sorted numbers unit × n_levels + level."""
    start = runs(ascending)
    unit, level = np.divmod(ascending[start], n_levels)
    count = np.diff(start, append=len(ascending)).astype(np.float64)
    table = csr_array((count, (unit, level)), shape=(n_units, n_levels))
    rated = table[np.diff(table.indptr) > 0]
    return rated, np.ones(rated.shape[0])


def tally(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], Integers]:
    """Return the distinct codes above 0, ascending, and how often each occurs."""
    if codes.max() < max(COUNTED, SPARSEST * len(codes)):
        found = np.bincount(codes)
        distinct = np.flatnonzero(found[1:]) + 1
        return distinct, found[distinct]
    ascending = np.sort(codes)
    start = runs(ascending)
    often = np.diff(start, append=len(ascending))
    above = ascending[start] > 0
    return ascending[start][above], often[above]
