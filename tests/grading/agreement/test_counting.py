"""Every way to count patterns, and rows on either side of the ends of blocks, against a count unit by unit."""

from collections import Counter, defaultdict

import numpy as np
import pytest

from grading.agreement import Histogram, Ratings
from grading.agreement.blocks import ROWS

EDGES = [4095, 4096, 4097, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS - 1, 2 * ROWS, 2 * ROWS + 1]


def obvious_counts(units, graders, marks):
    last = {}
    for unit, grader, mark in zip(units.tolist(), graders.tolist(), marks.tolist(), strict=True):
        last[unit, grader] = mark
    of_unit = defaultdict(list)
    for (unit, _), mark in last.items():
        of_unit[unit].append(mark)
    return Counter(tuple(sorted(levels)) for levels in of_unit.values())


def columns(size, levels, rows=2 * ROWS + 2 * 3 * 5):
    n_units = rows // size
    marks = np.random.default_rng(size).integers(0, levels, n_units * size)
    return np.repeat(np.arange(n_units), size), np.tile(np.arange(size), n_units), marks


def counted(units, graders, marks, levels):
    return Histogram.of(Ratings.from_long(units, graders, marks, levels=range(levels))).counts


@pytest.mark.parametrize(("size", "levels"), [(1, 5), (2, 5), (3, 5), (3, 30), (5, 40), (12, 3)])
def test_units_of_one_size_are_counted(size, levels):
    rows = columns(size, levels)
    assert counted(*rows, levels) == obvious_counts(*rows)


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("what", ["lost", "twice", "moved", "swapped", "gap"])
def test_irregular_row_at_the_end_of_a_block_is_seen(edge, what):
    units, graders, marks = columns(3, 5)
    for row in (edge, 3 * edge):
        if row + 1 >= len(units):
            continue
        unit, grader, mark = units.copy(), graders.copy(), marks.copy()
        if what == "lost":
            unit, grader, mark = (np.delete(column, row) for column in (unit, grader, mark))
        elif what == "twice":
            unit[row], grader[row] = unit[row - 1], grader[row - 1]
        elif what == "moved":
            unit[row] = 7
            grader[row] = 5
        elif what == "swapped":
            unit[row : row + 2], grader[row : row + 2] = unit[row : row + 2][::-1], grader[row : row + 2][::-1]
        else:
            unit[row:] += 1
        assert counted(unit, grader, mark, 5) == obvious_counts(unit, grader, mark)


@pytest.mark.parametrize("row", [ROWS * 3 - 1, ROWS * 3, ROWS * 3 + 1, ROWS * 3 + 2, 4])
def test_repeat_inside_units_of_one_size_is_seen(row):
    units, graders, marks = columns(3, 5, rows=3 * ROWS + 30)
    if row % 3:
        graders[row] = graders[row - 1]
    else:
        graders[row + 1] = graders[row]
    assert counted(units, graders, marks, 5) == obvious_counts(units, graders, marks)


@pytest.mark.parametrize(("largest", "levels"), [(12, 14), (12, 15), (12, 16), (15, 18), (16, 15), (21, 7), (25, 30)])
def test_wide_units_whose_number_nearly_overflows_are_counted(largest, levels):
    rng = np.random.default_rng(largest)
    rows = [
        (u, g, m) for u in range(40) for g in range(rng.integers(1, largest + 1)) for m in [rng.integers(0, levels)]
    ]
    rows += [(40 + twin, g, levels - 1 - (g == 0) * twin) for twin in range(2) for g in range(largest)]
    rows += [(42 + twin, g, (g == 0) * twin) for twin in range(2) for g in range(largest)]
    units, graders, marks = (np.array(column) for column in zip(*rows, strict=True))
    assert counted(units, graders, marks, levels) == obvious_counts(units, graders, marks)
