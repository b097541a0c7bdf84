"""From the cells of one score column to marks on a stated scale."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.utils.translation import gettext as _

from edu_crowd.shared.tables import UnreadableTable, clean
from grading.agreement import Ratings
from grading.agreement.krippendorff import Scale
from grading.agreement.ratings import Repeats

Mark = float | str

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
RANGE = re.compile(r"(?P<low>[+-]?\d+(\.\d+)?)\.\.(?P<high>[+-]?\d+(\.\d+)?)")
# Up to so many whole numbers are taken for rubric levels; a longer range of them is a scale of points.
MOST_ORDINAL_LEVELS = 12
MOST_LEVELS = 1001


class Place(NamedTuple):
    """Where a cell was read, for sentences; and whether a comma in its file can be a decimal one."""

    file: str
    row: int
    comma_is_decimal: bool


class Declared(NamedTuple):
    """What `--levels` says: levels, or only the ends of a range that has no steps."""

    levels: tuple[Mark, ...] | None
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Criterion:
    """One score column: a mark or None per row, the same rows as in the file it came from."""

    name: str
    scale: Scale
    weights: str
    marks: tuple[Mark | None, ...]
    levels: tuple[Mark, ...] | None = None
    levels_from: Literal["declared", "data"] | None = None
    on_levels: bool = True
    highest: float | None = None  # points that can be reached, where declared
    notes: tuple[str, ...] = ()

    @property
    def has_points(self) -> bool:
        """Whether its marks can be averaged and added up."""
        return self.scale != "nominal" and not any(isinstance(level, str) for level in self.levels or ())

    def ratings(self, units: Sequence[str], graders: Sequence[str], repeats: Repeats = "last") -> Ratings:
        declared = self.levels if self.levels_from == "declared" and self.on_levels else None
        return Ratings.from_long(units, graders, self.marks, levels=declared, repeats=repeats)


def parse_levels(text: str) -> Declared:
    """Read `1,2,3`, `low,mid,high` or `0..100`; raises `UnreadableTable`."""
    wrong = UnreadableTable(
        _("“{text}” are no levels; write them as 1,2,3 or as 0..100, all numbers or all text, none twice.").format(
            text=text
        )
    )
    ends = RANGE.fullmatch(clean(text))
    if ends:
        low, high = float(ends["low"]), float(ends["high"])
        if not low < high:
            raise wrong
        whole = low.is_integer() and high.is_integer() and high - low < MOST_LEVELS
        levels = tuple(float(level) for level in range(int(low), int(high) + 1)) if whole else None
        return Declared(levels, low, high)
    parts = [clean(part) for part in text.split(",")]
    numbers = [float(part) for part in parts if NUMBER.fullmatch(part)]
    if not all(parts) or len(set(parts)) < len(parts) or len(set(numbers)) not in (0, len(parts)):
        raise wrong
    if numbers:
        return Declared(tuple(sorted(numbers)), min(numbers), max(numbers))
    return Declared(tuple(parts))


def read_column(
    name: str,
    cells: Sequence[str | None],
    places: Sequence[Place],
    *,
    scale: Scale | None = None,
    weights: str | None = None,
    declared: Declared | None = None,
) -> Criterion:
    """Settle the scale of a column and read its marks; None are missing. Raises `UnreadableTable`."""
    notes: list[str] = []
    marks = read_marks(name, cells, places, nominal=scale == "nominal", notes=notes)
    given: set[Mark] = {mark for mark in marks if mark is not None}
    is_text = any(isinstance(mark, str) for mark in given)
    levels = declared.levels if declared else None
    if not given and levels:
        is_text = isinstance(levels[0], str)
    if scale is None:
        scale = "nominal" if is_text else usual_scale(levels or (None if declared else sorted(given, key=float)))
    if is_text and scale != "nominal" and (scale != "ordinal" or levels is None):
        raise UnreadableTable(
            _("Column “{name}” holds text: its scale is nominal, or ordinal with --levels in order.").format(name=name)
        )
    on_levels = True
    if declared is not None:
        on_levels = all_on_levels(name, marks, places, declared, scale=scale, is_text=is_text, notes=notes)
        if not on_levels and scale != "ratio":
            scale = "interval"
    elif scale in ("ordinal", "nominal"):
        levels = tuple(sorted(given, key=lambda mark: mark if is_text else float(mark)))
    return Criterion(
        name=name,
        scale=scale,
        weights=weights or ("identity" if scale == "nominal" else "quadratic"),
        marks=tuple(marks),
        levels=levels,
        levels_from=None if levels is None else "declared" if declared else "data",
        on_levels=on_levels,
        highest=declared.high if declared and not math.isnan(declared.high) else None,
        notes=tuple(notes),
    )


def usual_scale(levels: Iterable[Mark] | None) -> Scale:
    """Return ordinal for a few whole numbers, else interval."""
    numbers = [float(level) for level in levels or ()]
    few = 0 < len(numbers) <= MOST_ORDINAL_LEVELS
    return "ordinal" if few and all(number.is_integer() for number in numbers) else "interval"


def read_marks(
    name: str, cells: Sequence[str | None], places: Sequence[Place], *, nominal: bool, notes: list[str]
) -> list[Mark | None]:
    numbers = [
        None if cell is None else number_in(name, cell, place, notes) for cell, place in zip(cells, places, strict=True)
    ]
    text = [row for row, cell in enumerate(cells) if cell is not None and numbers[row] is None]
    if not text:
        return list(numbers)
    if any(number is not None for number in numbers):
        if not nominal:
            where = places[text[0]]
            raise UnreadableTable(
                _(
                    "{file}, row {row}: “{value}” in column “{name}” is not a number as others are; correct it, "
                    "declare it with --missing, or give --scale nominal."
                ).format(file=where.file, row=where.row, value=cells[text[0]], name=name)
            )
        return [cell if number is None else f"{number:g}" for cell, number in zip(cells, numbers, strict=True)]
    return list(cells)


def number_in(name: str, cell: str, place: Place, notes: list[str]) -> float | None:
    """Return the number a cell shows, None for text; raises `UnreadableTable` for one that can be read in two ways."""
    text = cell.replace("−", "-")
    if DECIMAL_COMMA.fullmatch(text):
        if not place.comma_is_decimal or THOUSANDS.fullmatch(text):
            raise UnreadableTable(
                _(
                    "{file}, row {row}: “{value}” in column “{name}” can be read in two ways; use a decimal point."
                ).format(file=place.file, row=place.row, value=cell, name=name)
            )
        note = _("{file}: commas in numbers were read as decimal points.").format(file=place.file)
        if note not in notes:
            notes.append(note)
        text = text.replace(",", ".")
    if not NUMBER.fullmatch(text):
        return None
    number = float(text)
    if math.isinf(number):
        raise UnreadableTable(
            _("{file}, row {row}: {value} in column “{name}” is too large.").format(
                file=place.file, row=place.row, value=cell, name=name
            )
        )
    return number


def all_on_levels(
    name: str,
    marks: Sequence[Mark | None],
    places: Sequence[Place],
    declared: Declared,
    *,
    scale: Scale,
    is_text: bool,
    notes: list[str],
) -> bool:
    """Return whether every mark is a declared level; raises `UnreadableTable` for one outside their range."""
    levels = set(declared.levels or ())
    between: list[int] = []
    for row, mark in enumerate(marks):
        if mark is None or mark in levels:
            continue
        inside = not isinstance(mark, str) and scale != "nominal" and declared.low <= mark <= declared.high
        if not inside:
            raise UnreadableTable(
                _("{file}, row {row}: {value} in column “{name}” is outside the declared levels.").format(
                    file=places[row].file, row=places[row].row, value=shown_mark(mark), name=name
                )
            )
        between.append(row)
    if between and levels:
        first = between[0]
        sentence = _(
            "Marks between the declared levels: {count}, the first {value} ({file}, row {row}); treated as {scale}."
        )
        notes.append(
            sentence.format(
                count=len(between),
                value=shown_mark(marks[first]),
                file=places[first].file,
                row=places[first].row,
                scale="ratio" if scale == "ratio" else "interval",
            )
        )
    return not between


def shown_mark(mark: Mark | None) -> str:
    return f"{mark:g}" if isinstance(mark, float) else f"“{mark}”"
