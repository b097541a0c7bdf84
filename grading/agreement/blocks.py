"""Small tools on columns: pieces that stay in the processor's cache, runs of equal values, numbers of any size."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 2**16


def blocks(length: int, rows: int = ROWS) -> Iterator[slice]:
    """Yield the slices of a column of this length, one after the other."""
    for start in range(0, length, rows):
        yield slice(start, min(start + rows, length))


def smallest(n_codes: int) -> np.dtype[Any]:
    """Return the smallest unsigned integer type that holds the codes 0 … n_codes."""
    return np.min_scalar_type(n_codes)


def runs(ascending: NDArray[Any]) -> NDArray[np.intp]:
    """Return where each run of equal values begins in a sorted array."""
    if not len(ascending):
        return np.empty(0, dtype=np.intp)
    return np.concatenate([[0], np.flatnonzero(ascending[1:] != ascending[:-1]) + 1])


def run_length(column: NDArray[Any]) -> int:
    """Return how often the first value stands at the beginning; of very many the first 4096."""
    first = column[:4096]
    return int(np.argmax(first != first[0])) or len(first)


def within_one(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers divided by that power of two which brings the largest below 1: exact, and no sum overflows."""
    exponent = np.frexp(np.abs(numbers).max(initial=0.0))[1]
    return np.asarray(np.ldexp(numbers, -exponent))


def summable(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return levels, halved where the sum of two would overflow: for ratios of a difference and a sum."""
    return levels / 2 if np.abs(levels).max(initial=0.0) > np.finfo(np.float64).max / 2 else levels
