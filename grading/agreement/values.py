"""From labels and marks, as people write them, to integer codes."""

import math
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import ROWS, blocks, run_length, smallest

Integers = NDArray[np.integer[Any]]
Labels = Sequence[Hashable]
# The code of each whole number from an offset on.
Places = tuple[Integers, int]

# Whole numbers this close together are looked up in a table of places.
WIDEST_TABLE = 2**16
# The greatest whole number up to which floats hold all.
EXACT = 2**53


def encode_labels(labels: Iterable[Hashable], noun: str) -> tuple[NDArray[np.intp], Labels]:
    """Return the code of each label and the labels: whole numbers ascending, others in order of first appearance."""
    if isinstance(labels, np.ndarray):
        if labels.dtype.kind in "iu" and labels.ndim == 1 and not isinstance(labels, np.ma.MaskedArray):
            return encode_numbers(labels)
        labels = labels.tolist()
    position: dict[Hashable, int] = {}
    codes: list[int] = []
    for row, label in enumerate(labels):
        try:
            codes.append(position.setdefault(label, len(position)))
        except TypeError:
            raise TypeError(f"The {noun} of row {row} is a {type(label).__name__}, which cannot be a label.") from None
        if label is None or label != label:
            raise ValueError(f"Row {row} names no {noun}.")
    return np.array(codes, dtype=np.intp), tuple(position)


def counts_up(labels: Iterable[Hashable]) -> int | None:
    """Return how often each number stands in a column that counts up by one, the same for all; else None."""
    if type(labels) is not np.ndarray or labels.dtype != np.int64 or labels.ndim != 1 or not len(labels):
        return None
    size = run_length(labels)
    first, last = ends(labels)
    if len(labels) % size or last - first != len(labels) // size - 1:
        return None
    rows = max(min(ROWS, len(labels)) // size, 1)
    steps = np.repeat(np.arange(rows), size)
    for block in blocks(len(labels) // size, rows):
        part = labels[block.start * size : block.stop * size]
        if not (part - steps[: len(part)] == first + block.start).all():
            return None
    return size


def ends(labels: Integers) -> tuple[int, int]:
    return int(labels[0]), int(labels[-1])


def encode_numbers(labels: Integers) -> tuple[NDArray[np.intp], Labels]:
    """Return codes of whole-number labels; the labels 0 … n−1 are their own codes, and are not copied."""
    if not len(labels):
        return np.empty(0, dtype=np.intp), ()
    if labels.dtype.itemsize < 8:
        labels = labels.astype(np.int64)  # the distance of two narrow numbers may be none of their kind
    low, high = int(labels.min()), int(labels.max())
    if high - low > max(4 * len(labels), WIDEST_TABLE):
        distinct, code = np.unique(labels, return_inverse=True)
        return code.astype(np.intp, copy=False), tuple(distinct.tolist())
    seen = np.zeros(high - low + 1, dtype=bool)
    for block in blocks(len(labels)):
        seen[labels[block] - low if low else labels[block]] = True
        if len(seen) < len(labels) // 16 and seen.all():
            break  # of few graders the first rows name all
    if seen.all():
        return from_zero(labels, (low, high))
    place = np.cumsum(seen) - 1
    return place[labels - low], tuple((np.flatnonzero(seen) + low).tolist())


def from_zero(labels: Integers, span: tuple[int, int] | None = None) -> tuple[NDArray[np.intp], Labels]:
    """Return codes of whole numbers of which none is left out, from the first of the span to the last."""
    low, high = span or ends(labels)
    codes = labels - low if low else labels
    return codes.astype(np.intp, copy=False), range(low, high + 1)


def encode_values(
    values: Iterable[Any], levels: Sequence[Any] | None, value_range: tuple[float, float] | None
) -> tuple[NDArray[np.bool_] | None, Integers, NDArray[Any]]:
    """Return which values are present (None for all), the level code of those, and the levels in order."""
    column = as_column(values, "value")
    if value_range is not None:
        refuse_outside(column, value_range)
    if levels is None:
        return encode_seen(column)
    declared, place = in_order(tuple(levels))
    if declared.dtype == object:
        return encode_text(column, declared)
    if column.dtype == object:
        raise TypeError("The levels and the values must both be numbers or both be text.")
    return encode_points(column, declared, place if column.dtype.kind != "f" else None)


@lru_cache(maxsize=256)
def in_order(levels: tuple[Any, ...]) -> tuple[NDArray[Any], Places | None]:
    """Return the declared levels, numbers ascending, and where to look up whole numbers among them."""
    declared = as_column(levels, "level")
    if len(declared) != len(set(declared.tolist())) or None in declared.tolist() or bool(np.any(declared != declared)):
        raise ValueError("The levels contain a missing or a repeated one.")
    if declared.dtype != object:
        declared = np.sort(declared)
    declared.flags.writeable = False
    return declared, None if declared.dtype == object else places(declared)


def encode_seen(column: NDArray[Any]) -> tuple[NDArray[np.bool_] | None, Integers, NDArray[Any]]:
    """Code the values by themselves: whole numbers close together through a table, others by sorting."""
    present = is_present(column)
    seen = column if present is None else column[present]
    if seen.dtype == object:
        # numpy sorts text of a fixed width much faster than objects
        found, code = np.unique(seen.astype(str), return_inverse=True)
        return present, code.astype(smallest(len(found))), found
    if len(seen) and 0 <= seen.max().item() - (low := seen.min().item()) < WIDEST_TABLE:
        # in 64 bits: the distance of two narrow numbers may be none of their kind
        place = (seen - low if seen.dtype.kind == "f" else np.subtract(seen, low, dtype=np.int64)).astype(np.intp)
        if seen.dtype.kind != "f" or bool((place + low == seen).all()):
            counts = np.bincount(place)
            table = (np.cumsum(counts > 0) - 1).astype(smallest(len(counts)))
            return present, table[place], np.flatnonzero(counts) + np.float64(low)
    found, code = np.unique(seen, return_inverse=True)
    return present, code.astype(smallest(len(found))), found.astype(np.float64)


def encode_text(
    column: NDArray[Any], declared: NDArray[Any]
) -> tuple[NDArray[np.bool_] | None, Integers, NDArray[Any]]:
    present = is_present(column)
    seen = column if present is None else column[present]
    if seen.dtype != object and len(seen):
        raise TypeError("The levels and the values must both be numbers or both be text.")
    position = {level: code for code, level in enumerate(declared.tolist())}
    code = np.array([position.get(value, -1) for value in seen.tolist()], dtype=np.intp)
    if len(code) and code.min() < 0:
        refuse_level(column, present, code < 0, declared)
    return present, code.astype(smallest(len(declared))), declared.astype(str)


def encode_points(
    column: NDArray[Any], levels: NDArray[np.float64], place: Places | None
) -> tuple[NDArray[np.bool_] | None, Integers, NDArray[np.float64]]:
    """Find each number among the levels, block by block; what is found elsewhere is missing or wrong."""
    code = np.empty(len(column), dtype=smallest(len(levels)))
    for block in blocks(len(column)):
        if place is None:
            search(levels, column[block], code[block])
        else:
            table, low = place
            whole = column[block].astype(np.int64, copy=False)
            table.take(whole - low if low else whole, out=code[block], mode="clip")
    if not len(code) or code.max() < len(levels):
        return None, code, levels
    odd, present = code == len(levels), is_present(column)
    wrong = odd if present is None else odd & present
    if wrong.any():
        refuse_level(column, None, wrong, levels)
    return present, code[present], levels


def search(levels: NDArray[np.float64], numbers: NDArray[Any], code: Integers) -> None:
    """Write the place of each number among the levels, and one beyond them all for what is no level."""
    found = np.searchsorted(levels, numbers)
    is_level = np.append(levels, np.nan)[found] == numbers
    code[:] = np.where(is_level, found, len(levels))


def places(levels: NDArray[np.float64]) -> Places | None:
    """Return a table from whole numbers to levels with its offset; its ends stand for all that is no level."""
    if not len(levels) or not np.isfinite(levels).all() or levels[-1] - levels[0] > WIDEST_TABLE:
        return None
    if bool((levels != np.floor(levels)).any()) or np.abs(levels).max() > EXACT:
        return None
    low = 0 if levels[0] > 0 and levels[-1] < WIDEST_TABLE else int(levels[0]) - 1  # 0 saves a subtraction
    table = np.full(int(levels[-1]) - low + 2, len(levels), dtype=smallest(len(levels)))
    table[levels.astype(np.int64) - low] = np.arange(len(levels))
    return table, low


def is_present(column: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Return which cells are not missing, None for all."""
    if column.dtype.kind in "iu":
        return None
    present = column != np.array(None) if column.dtype == object else ~np.isnan(column)
    return None if bool(present.all()) else present


def refuse_level(
    column: NDArray[Any], present: NDArray[np.bool_] | None, wrong: NDArray[np.bool_], levels: NDArray[Any]
) -> None:
    position = int(np.argmax(wrong))
    row = position if present is None else int(np.flatnonzero(present)[position])
    raise ValueError(f"Row {row} has {column[row]}, which is none of the levels {levels.tolist()}.")


def as_column(values: Iterable[Any], noun: str) -> NDArray[Any]:
    """Return whole numbers as they are, others as float64 with NaN for missing, text as objects with None for missing.

    Raises
    ------
    TypeError
        Cells that are neither numbers nor text, or both.
    """
    if isinstance(values, np.ma.MaskedArray):
        values = values.tolist()
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iuf":
        return values if is_small(values) else values.astype(np.float64, copy=False)
    cells = values.tolist() if isinstance(values, np.ndarray) else list(values)
    kinds: set[str] = set()
    for row, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            kinds.add("text")
            continue
        if isinstance(cell, bool) or not isinstance(cell, Real | Decimal):
            raise TypeError(f"The {noun} in row {row} is a {type(cell).__name__}, neither a number nor text.")
        if not math.isnan(as_float(cell)):
            kinds.add("number")
    if len(kinds) == 2:
        raise TypeError(f"Some {noun}s are numbers and some are text.")
    if kinds == {"text"}:
        return np.array([cell if isinstance(cell, str) else None for cell in cells], dtype=object)
    return np.array([math.nan if cell is None else as_float(cell) for cell in cells], dtype=np.float64)


def is_small(values: NDArray[Any]) -> bool:
    """Return whether these are whole numbers that a float holds exactly: two of them are never one level."""
    if values.dtype.kind == "f":
        return False
    return values.dtype.itemsize < 8 or not len(values) or bool(values.min() >= -EXACT and values.max() <= EXACT)


def as_float(number: Any) -> float:
    """Return the number as a float, infinite where it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def refuse_outside(column: NDArray[Any], value_range: tuple[float, float]) -> None:
    low, high = value_range
    if not low <= high:
        raise ValueError(f"The range {low} to {high} runs backwards.")
    if column.dtype == object:
        raise TypeError("A range needs numbers, and the values are text.")
    outside = np.flatnonzero((column < low) | (column > high))
    if len(outside):
        raise ValueError(f"Row {outside[0]} has {column[outside[0]]:g}, outside {low:g} to {high:g}.")
