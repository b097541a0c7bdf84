"""Reads files of marks, long or wide, by the options that the commands share. Knows nothing of the database."""

from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from edu_crowd.shared.sheets import read_table
from edu_crowd.shared.tables import Table, UnreadableTable
from grading.agreement.krippendorff import SCALES
from grading.agreement.ratings import Repeats
from grading.workbooks.columns import Criterion, parse_levels, read_column
from grading.workbooks.rows import long_rows, names_in, wide_rows

Setting = TypeVar("Setting")

WEIGHTS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio")


@dataclass(frozen=True)
class MarkFile:
    """Rows of marks: who was rated by whom, and a column of marks per criterion, all of the same length."""

    units: tuple[str, ...]
    graders: tuple[str, ...]
    clusters: Mapping[str, str] | None  # by unit
    criteria: tuple[Criterion, ...]
    repeats: Repeats
    notes: tuple[str, ...]


FILES_HELP = "CSV, TSV or XLSX; several with the same columns join"


def add_column_arguments(parser: ArgumentParser) -> None:
    """Add the options that say how a file of marks is laid out; naming the files is left to the command."""
    parser.add_argument("--unit", metavar="COL[,COL…]", help="columns that together name what was marked")
    parser.add_argument("--grader", metavar="COL", help="column of the grader")
    parser.add_argument("--score", metavar="COL[,COL…]", help="a column of marks per criterion")
    parser.add_argument("--wide", action="store_true", help="a column per grader; rows are numbered without --unit")
    parser.add_argument("--cluster", metavar="COL", help="what is left out together for intervals (default: the unit)")
    parser.add_argument("--sheet", metavar="NAME", help="sheet of a workbook (default: the first)")
    parser.add_argument("--no-header", action="store_true", help="columns are numbered from 1")
    parser.add_argument("--missing", action="append", default=[], metavar="TEXT[,TEXT…]", help="also means missing")
    parser.add_argument("--repeats", choices=("last", "keep"), default="last", help="marks given twice to one unit")
    parser.add_argument("--scale", action="append", default=[], metavar="|".join(SCALES), help="once, or per column")
    parser.add_argument("--weights", action="append", default=[], metavar="|".join(WEIGHTS), help="once, or per column")
    parser.add_argument("--levels", action="append", default=[], metavar="1,2,3|0..100", help="once, or per column")


def read_marks(options: Mapping[str, Any]) -> MarkFile:
    """Read the files named by the options of `add_column_arguments`; raises `UnreadableTable`."""
    tables = read_tables(options, options["files"])
    unit = names_in(options["unit"])
    rows = (wide_rows if options["wide"] else long_rows)(options, tables, unit)
    if not rows.units:
        raise UnreadableTable(_("{file} has no row with a unit and a grader.").format(file=tables[0].name))
    scales = per_column("--scale", listed(options["scale"]), rows.names, one_of(SCALES))
    weights = per_column("--weights", listed(options["weights"]), rows.names, one_of(WEIGHTS))
    levels = per_column("--levels", options["levels"], rows.names, parse_levels)
    criteria = tuple(
        read_column(name, cells, rows.places, scale=scale, weights=weight, declared=declared)
        for name, cells, scale, weight, declared in zip(rows.names, rows.cells, scales, weights, levels, strict=True)
    )
    return MarkFile(
        units=tuple(rows.units),
        graders=tuple(rows.graders),
        clusters=rows.clusters if options["cluster"] else None,
        criteria=criteria,
        repeats=options["repeats"],
        notes=tuple(note for table in tables for note in table.notes),
    )


def read_tables(options: Mapping[str, Any], files: Sequence[str]) -> list[Table]:
    return [read_table(Path(file), header=not options["no_header"], sheet=options["sheet"]) for file in files]


def listed(texts: Sequence[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",")]


def per_column(
    option: str, texts: Sequence[str], columns: Sequence[str], read: Callable[[str], Setting]
) -> list[Setting | None]:
    """Return the setting of each column, from an option given never, once, or once per column."""
    given: list[Setting | None] = [read(text) for text in texts]
    if len(given) in (0, 1):
        return (given or [None]) * len(columns)
    if len(given) != len(columns):
        raise UnreadableTable(
            _("{option} is given {count} times for {columns} columns; give it once, or once per column.").format(
                option=option, count=len(given), columns=len(columns)
            )
        )
    return given


def one_of(known: Sequence[Setting]) -> Callable[[str], Setting]:
    def read(text: str) -> Setting:
        for name in known:
            if name == text:
                return name
        raise UnreadableTable(_("“{text}” is none of {known}.").format(text=text, known=", ".join(map(str, known))))

    return read
