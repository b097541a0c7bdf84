"""Which rows of ratings count, and whether they stand in order."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import blocks

Integers = NDArray[np.intp]


def only_blind(
    blind: Iterable[bool], present: NDArray[np.bool_] | None, code: NDArray[Any]
) -> tuple[NDArray[np.bool_], NDArray[Any]]:
    """Return which rows have a blind rating, and the codes of these."""
    given = np.ones(len(code), dtype=bool) if present is None else present
    wanted = np.array(list(blind))
    if wanted.dtype != bool and len(wanted):
        raise TypeError(f"The column blind holds {wanted.dtype.name}, not True and False.")
    if len(wanted) != len(given):
        raise ValueError(f"The columns differ in length: {len(given)} values and {len(wanted)} for blind.")
    kept = given & wanted.astype(bool)
    return kept, code[kept[given]]


def rise(grader: Integers, size: int) -> bool:
    """Return whether the graders of each unit ascend, none twice, where each unit has so many rows."""
    for block in blocks(len(grader) // size):
        part = grader[block.start * size : block.stop * size]
        rising = part[1:] > part[:-1]
        rising[size - 1 :: size] = True  # from one unit to the next
        if not rising.all():
            return False
    return True


def ascend(unit: Integers, grader: Integers, n_graders: int) -> bool:
    """Return whether the pairs of unit and grader ascend, none twice."""
    for block in blocks(len(unit)):
        part = slice(block.start, block.stop + 1)  # with the first row of the next block
        pair = unit[part] * n_graders
        pair += grader[part]
        if not (pair[1:] > pair[:-1]).all():
            return False
    return True
