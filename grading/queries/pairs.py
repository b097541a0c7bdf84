"""Graders against each other, by pseudonym, and criteria against each other, as the report of a round keeps them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from grading.models import Enlistment, Round, RoundReport
from grading.queries.agreement import Figure, signed
from grading.queries.measured import ENOUGH_SHARED
from rubrics.models import Criterion

# How dark a cell is: from 0 to this.
SHADES = 5
ALL_ALIKE = _("on one of the two all papers have the same mark")


@dataclass(frozen=True, kw_only=True)
class ShownPair:
    """Two graders; `difference` is in weighted points a paper, above 0 where the first gives more."""

    first: str
    second: str
    papers: int
    exact: float
    low: float
    high: float
    within_one: float | None
    difference: float | None

    @property
    def shade(self) -> int:
        return round(self.exact * SHADES)

    @property
    def difference_text(self) -> str:
        text = signed(self.difference)
        return f"+{text}" if self.difference is not None and round(self.difference, 2) > 0 else text


@dataclass(frozen=True, kw_only=True)
class PairRow:
    grader: str
    cells: list[ShownPair | None]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """`enough` pairs share enough papers to be named; the `least` of them agree least."""

    graders: int
    all: int
    enough: int
    matrix: list[PairRow]
    least: list[ShownPair]
    computed_at: datetime

    @property
    def enough_shared(self) -> int:
        return ENOUGH_SHARED

    @property
    def left_out(self) -> int:
        return self.enough - len(self.least)


@dataclass(frozen=True, kw_only=True)
class CriterionCell:
    """How a criterion goes with an earlier one, as a rank correlation."""

    figure: Figure

    @property
    def shade(self) -> int:
        return round(abs(self.figure.value or 0.0) * SHADES)


@dataclass(frozen=True, kw_only=True)
class CriterionRow:
    criterion: Criterion
    cells: list[CriterionCell | None]


def report_of(round_: Round) -> RoundReport | None:
    return RoundReport.objects.filter(round=round_).first()


def pairs_of(report: RoundReport) -> Pairs:
    """Return the pairs with the pseudonyms their graders have in the round."""
    kept = report.pairs
    places = Enlistment.objects.filter(round=report.round_id, grader__in=graders_in(kept))
    names = defaultdict(lambda: "–", places.values_list("grader", "pseudonym"))
    shown = {(row["first"], row["second"]): row for row in kept["rows"]}
    return Pairs(
        graders=kept["graders"],
        all=kept["all"],
        enough=kept["enough"],
        matrix=[
            PairRow(grader=names[one], cells=[cell(shown, names, one, other) for other in kept["busiest"]])
            for one in kept["busiest"]
        ],
        least=[shown_pair(row, names) for row in kept["least"]],
        computed_at=report.computed_at,
    )


def graders_in(kept: Mapping[str, Any]) -> set[int]:
    return {*kept["busiest"], *(row[side] for row in kept["least"] for side in ("first", "second"))}


def cell(shown: Mapping[tuple[int, int], Any], names: Mapping[int, str], one: int, other: int) -> ShownPair | None:
    """Return the pair from the side of the one; kept is one side alone."""
    if (one, other) in shown:
        return shown_pair(shown[one, other], names)
    row = shown.get((other, one))
    return None if row is None else shown_pair(turned(row), names)


def turned(row: Mapping[str, Any]) -> dict[str, Any]:
    difference = None if row["difference"] is None else -row["difference"]
    return {**row, "first": row["second"], "second": row["first"], "difference": difference}


def shown_pair(row: Mapping[str, Any], names: Mapping[int, str]) -> ShownPair:
    return ShownPair(
        first=names[row["first"]],
        second=names[row["second"]],
        papers=row["n_units"],
        exact=row["exact"],
        low=row["low"],
        high=row["high"],
        within_one=row["within_one"],
        difference=row["difference"],
    )


def criteria_of(report: RoundReport, criteria: list[Criterion]) -> list[list[CriterionRow]]:
    """Return a table for each set of criteria that are marked on the same papers, of those with more than one."""
    known = {(row["first"], row["second"]): row["spearman"] for row in report.criteria}
    tables: list[list[Criterion]] = []
    for criterion in criteria:
        mates = [table for table in tables if any((one.pk, criterion.pk) in known for one in table)]
        if mates:
            mates[0].append(criterion)
        else:
            tables.append([criterion])
    return [
        [CriterionRow(criterion=one, cells=[correlation(known, other, one) for other in table]) for one in table]
        for table in tables
        if len(table) > 1
    ]


def correlation(known: Mapping[tuple[int, int], Any], first: Criterion, second: Criterion) -> CriterionCell | None:
    found = known.get((first.pk, second.pk))
    if found is None:
        return None
    figure = Figure.of({"rho": found}, "rho")
    if figure.value is None and found["reason"] == "no_variation":
        figure = replace(figure, reason=ALL_ALIKE)
    return CriterionCell(figure=figure)
