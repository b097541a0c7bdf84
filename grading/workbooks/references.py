"""Reads marks to compare with, and marks that tie the scale."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from edu_crowd.shared.tables import UnreadableTable
from grading.workbooks.analysis import Reference
from grading.workbooks.columns import Criterion, Mark, read_column
from grading.workbooks.mark_files import MarkFile, read_tables
from grading.workbooks.marks import most_frequent, total_of
from grading.workbooks.rows import WIDE_CRITERION, cells_at, key_of, missing_words, names_in, place_of, positions


def add_reference_arguments(parser: ArgumentParser) -> None:
    """Add the options that name reference marks and anchors."""
    parser.add_argument("--reference", metavar="FILE", help="marks to compare with; several per unit are averaged")
    parser.add_argument("--reference-score", metavar="COL[,COL…]", help="one per --score, or one for the total")
    parser.add_argument("--reference-unit", metavar="COL[,COL…]", help="default: as --unit")
    parser.add_argument("--anchors", metavar="FILE", help="reference marks for the model; left out of the comparison")
    parser.add_argument("--anchor-score", metavar="COL[,COL…]", help="one per --score")
    parser.add_argument("--anchor-unit", metavar="COL[,COL…]", help="default: as --unit")


def read_truth(options: Mapping[str, Any], marks: MarkFile) -> Reference | None:
    """Read what to compare with; raises `UnreadableTable`."""
    if not options["reference"]:
        return None
    columns = names_in(options["reference_score"]) or default_columns(options)
    of_total = len(columns) == 1 < len(marks.criteria)
    if of_total and total_of(marks.criteria) is None:
        raise UnreadableTable(_("--reference-score names one column, and these criteria have no total; name one each."))
    like: Sequence[Criterion | None] = [None] if of_total else marks.criteria
    found = read_paired(options, options["reference"], options["reference_unit"], columns, like, "--reference-score")
    refuse_strangers(options["reference"], found, marks)
    return Reference(found, of_total)


def read_anchored_units(options: Mapping[str, Any], marks: MarkFile) -> set[str]:
    """Return the units that have an anchor; raises `UnreadableTable`."""
    if not options["anchors"]:
        return set()
    columns = names_in(options["anchor_score"]) or default_columns(options)
    found = read_paired(options, options["anchors"], options["anchor_unit"], columns, marks.criteria, "--anchor-score")
    refuse_strangers(options["anchors"], found, marks)
    return {
        unit
        for criterion, by_unit in zip(marks.criteria, found, strict=True)
        for unit, given in by_unit.items()
        if criterion.has_points or len(most_frequent(given)) == 1
    }


def default_columns(options: Mapping[str, Any]) -> list[str]:
    return [WIDE_CRITERION] if options["wide"] else names_in(options["score"])


def read_paired(
    options: Mapping[str, Any],
    file: str,
    unit: str | None,
    columns: Sequence[str],
    like: Sequence[Criterion | None],
    option: str,
) -> list[dict[str, list[Mark]]]:
    """Return for each column the marks of each unit, read as those of the criterion it goes with (None: a total)."""
    if len(columns) != len(like):
        raise UnreadableTable(
            _("{option} names {count} columns for {wanted} criteria; name one per --score, in the same order.").format(
                option=option, count=len(columns), wanted=len(like)
            )
        )
    (table,) = read_tables(options, [file])
    unit_at = positions(table, names_in(unit) or names_in(options["unit"]))
    keys = [key_of(row, unit_at) if unit_at else str(number) for number, row in enumerate(table.rows, start=1)]
    places = [place_of(table, row) for row in table.rows]
    missing = missing_words(options)
    found: list[dict[str, list[Mark]]] = []
    for name, criterion in zip(columns, like, strict=True):
        at = positions(table, [name])
        cells = [cells_at(row, at, missing)[0] for row in table.rows]
        labels = criterion is not None and not criterion.has_points
        column = read_column(name, cells, places, scale="nominal" if labels else "interval")
        by_unit: dict[str, list[Mark]] = {}
        for key, mark in zip(keys, column.marks, strict=True):
            if key is not None and mark is not None:
                by_unit.setdefault(key, []).append(mark)
        found.append(by_unit)
    return found


def refuse_strangers(file: str, found: Sequence[Mapping[str, Sequence[Mark]]], marks: MarkFile) -> None:
    known = set(marks.units)
    if not any(unit in known for by_unit in found for unit in by_unit):
        raise UnreadableTable(_("{file} has no unit of the marks; check its columns of the unit.").format(file=file))
