"""From labels and marks, as people write them, to integer codes."""

import math
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.intp]


def encode_labels(labels: Iterable[Hashable], noun: str) -> tuple[Integers, tuple[Hashable, ...]]:
    """Return the code of each label and the labels, in order of first appearance."""
    if isinstance(labels, np.ndarray):
        labels = labels.tolist()
    position: dict[Hashable, int] = {}
    codes: list[int] = []
    for row, label in enumerate(labels):
        if label is None or label != label:
            raise ValueError(f"Row {row} names no {noun}.")
        try:
            codes.append(position.setdefault(label, len(position)))
        except TypeError:
            raise TypeError(f"The {noun} of row {row} is a {type(label).__name__}, which cannot be a label.") from None
    return np.array(codes, dtype=np.intp), tuple(position)


def encode_values(
    values: Iterable[Any], levels: Sequence[Any] | None, value_range: tuple[float, float] | None
) -> tuple[NDArray[np.bool_], Integers, NDArray[Any]]:
    """Return which values are present, the level code of those, and the levels in order."""
    column = as_column(values, "value")
    present = column != np.array(None) if column.dtype == object else ~np.isnan(column)
    seen = column[present]
    if value_range is not None:
        refuse_outside(column, present, value_range)
    if levels is None:
        # astype: numpy sorts text of a fixed width much faster than objects
        found, code = np.unique(seen.astype(str) if seen.dtype == object else seen, return_inverse=True)
        return present, code.astype(np.intp), found
    declared = as_column(levels, "level")
    if len(declared) != len(set(declared.tolist())) or None in declared.tolist() or bool(np.any(declared != declared)):
        raise ValueError("The levels contain a missing or a repeated one.")
    if declared.dtype != object:
        declared = np.sort(declared)
    if len(seen) and (declared.dtype == object) != (seen.dtype == object):
        raise TypeError("The levels and the values must both be numbers or both be text.")
    position = {level: code for code, level in enumerate(declared.tolist())}
    code = np.array([position.get(value, -1) for value in seen.tolist()], dtype=np.intp)
    if len(code) and code.min() < 0:
        row = int(np.flatnonzero(present)[np.argmin(code)])
        raise ValueError(f"Row {row} has {column[row]}, which is none of the levels {declared.tolist()}.")
    return present, code, declared.astype(str) if declared.dtype == object else declared


def as_column(values: Iterable[Any], noun: str) -> NDArray[Any]:
    """Return numbers as float64 with NaN for missing, or text as objects with None for missing."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iuf":
        column = values.astype(np.float64)
        infinite = np.flatnonzero(np.isinf(column))
        if len(infinite):
            raise ValueError(f"The {noun} in row {infinite[0]} is infinite.")
        return column
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
        number = as_float(cell)
        if math.isinf(number):
            raise ValueError(f"The {noun} in row {row} is infinite.")
        if not math.isnan(number):
            kinds.add("number")
    if len(kinds) == 2:
        raise TypeError(f"Some {noun}s are numbers and some are text.")
    if kinds == {"text"}:
        return np.array([cell if isinstance(cell, str) else None for cell in cells], dtype=object)
    return np.array([math.nan if cell is None else float(cell) for cell in cells], dtype=np.float64)


def as_float(number: Any) -> float:
    """Return the number as a float, infinite where it is too large for one."""
    try:
        return float(number)
    except OverflowError:
        return math.inf


def refuse_outside(column: NDArray[Any], present: NDArray[np.bool_], value_range: tuple[float, float]) -> None:
    low, high = value_range
    if not low <= high:
        raise ValueError(f"The range {low} to {high} runs backwards.")
    if column.dtype == object:
        raise TypeError("A range needs numbers, and the values are text.")
    with np.errstate(invalid="ignore"):
        outside = np.flatnonzero(present & ~((column >= low) & (column <= high)))
    if len(outside):
        raise ValueError(f"Row {outside[0]} has {column[outside[0]]:g}, outside {low:g} to {high:g}.")
