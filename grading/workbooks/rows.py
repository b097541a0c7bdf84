"""Gathers the rows of long and wide tables: who was marked by whom, and the cells of the score columns."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from edu_crowd.shared.tables import Row, Table, UnreadableTable, clean
from grading.workbooks.columns import Place

MISSING = frozenset({"", "na", "n/a", "nan", "null", ".", "-"})
TOTAL = "total"
WIDE_CRITERION = "score"


@dataclass
class Rows:
    """Cells of the score columns, gathered over files; None is missing."""

    names: list[str]
    units: list[str] = field(default_factory=list)
    graders: list[str] = field(default_factory=list)
    clusters: dict[str, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    cells: list[list[str | None]] = field(default_factory=list)

    def add(self, place: Place, unit: str, grader: str, cells: Sequence[str | None]) -> None:
        self.places.append(place)
        self.units.append(unit)
        self.graders.append(grader)
        for column, cell in zip(self.cells, cells, strict=True):
            column.append(cell)

    def add_cluster(self, place: Place, unit: str, cluster: str) -> None:
        if self.clusters.setdefault(unit, cluster) != cluster:
            raise UnreadableTable(
                _("{file}, row {row}: unit {unit} lies in cluster {cluster} and in {other}; give it one.").format(
                    file=place.file, row=place.row, unit=unit, cluster=cluster, other=self.clusters[unit]
                )
            )


def names_in(text: str | None) -> list[str]:
    """Return the names of a comma-separated option; a name with a comma is quoted."""
    return [clean(name) for name in next(csv.reader([text], skipinitialspace=True))] if text else []


def missing_words(options: Mapping[str, Any]) -> frozenset[str]:
    added = (clean(word).lower() for words in options["missing"] for word in words.split(","))
    return MISSING | frozenset(added)


def long_rows(options: Mapping[str, Any], tables: Sequence[Table], unit: list[str]) -> Rows:
    """Return one row per row of the files; raises `UnreadableTable`."""
    names = names_in(options["score"])
    for option, given in (("--unit", unit), ("--grader", options["grader"]), ("--score", names)):
        if not given:
            raise UnreadableTable(
                _("{option} is missing: name a column, or give --wide. The columns are: {known}.").format(
                    option=option, known=", ".join(tables[0].columns)
                )
            )
    refuse_names(names)
    rows = Rows(names, cells=[[] for _name in names])
    missing = missing_words(options)
    for table in tables:
        unit_at, scores_at = positions(table, unit), positions(table, names)
        grader_at, cluster_at = (
            positions(table, [clean(options["grader"])]),
            positions(table, names_in(options["cluster"])),
        )
        for row in table.rows:
            cells = cells_at(row, scores_at, missing)
            key, grader = key_of(row, unit_at), key_of(row, grader_at)
            place = place_of(table, row)
            if key is None or grader is None:
                refuse_marks_of_nobody(place, cells, "unit" if key is None else "grader")
                continue
            rows.add(place, key, grader, cells)
            gather_cluster(rows, row, cluster_at)
    return rows


def wide_rows(options: Mapping[str, Any], tables: Sequence[Table], unit: list[str]) -> Rows:
    """Return one row per cell of the graders' columns; raises `UnreadableTable`."""
    if options["score"] and options["grader"]:
        raise UnreadableTable(_("With --wide each column is a grader: choose them by --grader or --score, not both."))
    rows = Rows([WIDE_CRITERION], cells=[[]])
    missing = missing_words(options)
    number = 0
    for table in tables:
        unit_at, cluster_at = positions(table, unit), positions(table, names_in(options["cluster"]))
        chosen = positions(table, names_in(options["grader"] or options["score"]))
        graders_at = chosen or [at for at in range(len(table.columns)) if at not in unit_at + cluster_at]
        graders = [table.columns[at] for at in graders_at]
        refuse_names(graders)
        for row in table.rows:
            number += 1
            key = key_of(row, unit_at) if unit_at else str(number)
            cells = cells_at(row, graders_at, missing)
            place = place_of(table, row)
            if key is None:
                refuse_marks_of_nobody(place, cells, "unit")
                continue
            for grader, cell in zip(graders, cells, strict=True):
                rows.add(place, key, grader, [cell])
            gather_cluster(rows, row, cluster_at)
    return rows


def positions(table: Table, names: Sequence[str]) -> list[int]:
    return [table.position(name) for name in names]


def place_of(table: Table, row: Row) -> Place:
    return Place(table.name, row.number, table.delimiter != ",")


def cells_at(row: Row, at: Sequence[int], missing: frozenset[str]) -> list[str | None]:
    return [None if row.cells[position].lower() in missing else row.cells[position] for position in at]


def key_of(row: Row, at: Sequence[int]) -> str | None:
    """Return the joined key of some columns; None where one of them is empty."""
    parts = [row.cells[position] for position in at]
    if any(part.lower() in MISSING for part in parts):
        return None
    return parts[0] if len(parts) == 1 else ",".join(part.replace(",", "\\,") for part in parts)


def gather_cluster(rows: Rows, row: Row, cluster_at: Sequence[int]) -> None:
    if cluster_at:
        cluster = key_of(row, cluster_at)
        if cluster is None:
            place = rows.places[-1]
            raise UnreadableTable(_("{file}, row {row} names no cluster.").format(file=place.file, row=place.row))
        rows.add_cluster(rows.places[-1], rows.units[-1], cluster)


def refuse_marks_of_nobody(place: Place, cells: Sequence[str | None], noun: str) -> None:
    if any(cell is not None for cell in cells):
        raise UnreadableTable(
            _("{file}, row {row} has marks and names no {noun}; complete or remove it.").format(
                file=place.file, row=place.row, noun=noun
            )
        )


def refuse_names(names: Sequence[str]) -> None:
    """Refuse columns without a name, named twice, or `total` beside others."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if not all(names):
        raise UnreadableTable(_("A column of marks has no name; name it in the first row, or give --no-header."))
    if twice:
        raise UnreadableTable(_("The column “{column}” is named twice.").format(column=twice[0]))
    if TOTAL in names and len(names) > 1:
        raise UnreadableTable(_("“total” is the sum of the other columns; leave it out of --score or rename it."))
