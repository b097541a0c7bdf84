"""Drawings of one criterion, in units of their own: intervals, shares of levels, and levels against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import prefetch_related_objects

from grading.models import Round
from grading.queries.agreement import Agreement, NamedFigure, agreement_in
from grading.queries.measured import MOST_LEVELS

WIDTH, MARGIN = 320, 8
LOW, HIGH = -0.2, 1.0
TICKS = {0.0: "middle", 0.5: "middle", 1.0: "end"}
ROW = 38
# The heatmap: room for the levels' points at its sides, and cells no larger than these.
SIDE, LARGEST_CELL = 40, 46
# Numbers fit into cells of up to so many levels.
MOST_WITH_NUMBERS = 6


def place(value: float) -> float:
    """Return where a figure stands on the axis; one that is off it stands at its end."""
    inside = min(max(value, LOW), HIGH)
    return round(MARGIN + (inside - LOW) / (HIGH - LOW) * (WIDTH - 2 * MARGIN), 1)


@dataclass(frozen=True, kw_only=True)
class Whisker:
    """A figure with its interval, as a dot and a line; only words where it has no value."""

    named: NamedFigure
    y: int

    @property
    def x(self) -> float | None:
        value = self.named.figure.value
        return None if value is None else place(value)

    @property
    def ends(self) -> tuple[float, float] | None:
        figure = self.named.figure
        return None if figure.low is None or figure.high is None else (place(figure.low), place(figure.high))

    @property
    def goes_on(self) -> bool:
        """Whether the interval begins before the axis does."""
        return self.named.figure.low is not None and self.named.figure.low < LOW


@dataclass(frozen=True, kw_only=True)
class Tick:
    value: float
    x: float
    anchor: str

    @property
    def is_end(self) -> bool:
        return self.value in (0, 1)


@dataclass(frozen=True, kw_only=True)
class LevelBar:
    label: str
    points: Decimal
    share: float
    y: int
    # What others gave where one gave this.
    row: "HeatRow | None"

    @property
    def length(self) -> float:
        return round(self.share * (WIDTH - 2 * MARGIN), 1)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Where one grader gave the row's level, the share of others who gave the column's; None where nobody gave it."""

    share: float | None
    x: float
    y: float
    middle_x: float

    @property
    def percent(self) -> int:
        return round(100 * (self.share or 0.0))

    @property
    def opacity(self) -> float:
        return round((self.share or 0.0) * 0.6, 3)  # letters stay legible on it


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    points: Decimal
    cells: list[Cell]
    corner: float  # of the cell on the diagonal, from the left and from the top
    middle: float


@dataclass(frozen=True, kw_only=True)
class Heat:
    rows: list[HeatRow]
    size: float

    @property
    def has_numbers(self) -> bool:
        return len(self.rows) <= MOST_WITH_NUMBERS

    @property
    def middle(self) -> float:
        return round(SIDE + self.size * len(self.rows) / 2, 1)

    @property
    def height(self) -> float:
        return round(SIDE + self.size * len(self.rows) + 4, 1)


@dataclass(frozen=True, kw_only=True)
class Detail:
    """One criterion of a round with its drawings; those of levels are missing where marks are off them, or many."""

    agreement: Agreement
    whiskers: list[Whisker]
    bars: list[LevelBar]
    heat: Heat | None

    @property
    def ticks(self) -> list[Tick]:
        return [Tick(value=value, x=place(value), anchor=anchor) for value, anchor in TICKS.items()]

    @property
    def most_levels(self) -> int:
        return MOST_LEVELS

    @property
    def axis_y(self) -> int:
        return ROW * len(self.whiskers)

    @property
    def whiskers_height(self) -> int:
        return self.axis_y + 22

    @property
    def bars_height(self) -> int:
        return ROW * len(self.bars)


def details_in(round_: Round) -> list[Detail]:
    found = agreement_in(round_)
    prefetch_related_objects([one.criterion for one in found], "levels")
    return [detail_of(one) for one in found]


def detail_of(agreement: Agreement) -> Detail:
    panel = agreement.panel
    whiskers = [Whisker(named=one, y=ROW * row) for row, one in enumerate(agreement.figures)]
    levels = sorted(agreement.criterion.levels.all(), key=lambda level: level.points)
    if not any(panel.get("given", [])) or [float(level.points) for level in levels] != panel["levels"]:
        return Detail(agreement=agreement, whiskers=whiskers, bars=[], heat=None)
    heat = heat_of([level.points for level in levels], panel["confusion"]) if agreement.papers else None
    rows = heat.rows if heat else [None] * len(levels)
    bars = [
        LevelBar(label=level.label, points=level.points, share=share, y=ROW * place_from_top, row=row)
        for place_from_top, (level, share, row) in enumerate(
            reversed(list(zip(levels, panel["given"], rows, strict=True)))
        )
    ]
    return Detail(agreement=agreement, whiskers=whiskers, bars=bars, heat=heat)


def heat_of(points: Sequence[Decimal], confusion: Sequence[Sequence[float]]) -> Heat:
    size = round(min(LARGEST_CELL, (WIDTH - SIDE - MARGIN) / len(points)), 1)
    middles = [round(SIDE + (place + 0.5) * size, 1) for place in range(len(points))]
    rows = [
        HeatRow(
            points=points[place],
            corner=round(middles[place] - size / 2, 1),
            middle=middles[place],
            cells=cells_of(counts, place, middles, size),
        )
        for place, counts in enumerate(confusion)
    ]
    return Heat(rows=rows, size=size)


def cells_of(counts: Sequence[float], row: int, middles: Sequence[float], size: float) -> list[Cell]:
    marks = sum(counts)
    corners = [round(middle - size / 2, 1) for middle in middles]
    return [
        Cell(
            share=count / marks if marks else None,
            x=corners[column],
            y=corners[row],
            middle_x=middles[column],
        )
        for column, count in enumerate(counts)
    ]
