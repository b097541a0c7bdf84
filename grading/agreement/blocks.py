"""Work through long columns in pieces that stay in the processor's cache, so that no long temporary is made."""

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
