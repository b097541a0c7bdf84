"""Reads a table out of a file as people have it: CSV, TSV or XLSX, in whatever delimiter and encoding."""

import csv
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem

LARGEST_FILE = 200 * 2**20
ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Whitespace comes last: text in fields contains spaces, and a tab or a comma in each line is no accident.
DELIMITERS = ("\t", ";", ",", " ")
SAMPLE_LINES = 200


class UnreadableTable(Problem):
    """A file that cannot be read as a table of marks. Says which file, where, and what to do."""


@dataclass(frozen=True)
class Row:
    number: int  # as a person counts: line of a text file, row of a sheet
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """Rows of text cells under column names, which are numbers from 1 where the file has no header."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    delimiter: str | None = None  # none in a workbook

    def position(self, column: str) -> int:
        """Return where a column is; raises `UnreadableTable` for one that is not there, or there twice."""
        wanted = clean(column)
        found = [position for position, name in enumerate(self.columns) if name == wanted]
        if len(found) == 1:
            return found[0]
        known = ", ".join(self.columns)
        if found:
            sentence = _("{file} has {count} columns called “{column}”; rename them. Its columns are: {known}.")
        else:
            sentence = _("{file} has no column “{column}”. Its columns are: {known}.")
        raise UnreadableTable(sentence.format(file=self.name, column=wanted, count=len(found), known=known))


def clean(text: str) -> str:
    """Return text in one spelling: full-width digits narrow, no spaces, quotes or byte order mark around it."""
    text = unicodedata.normalize("NFKC", text).strip().strip("\ufeff").strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


def table_of(name: str, rows: list[Row], *, header: bool, notes: list[str], delimiter: str | None) -> Table:
    """Split off the header and refuse rows of another width; raises `UnreadableTable`."""
    rows = [Row(row.number, tuple(clean(cell) for cell in row.cells)) for row in rows]
    rows = [row for row in rows if any(row.cells)]
    if not rows:
        raise UnreadableTable(_("{file} is empty.").format(file=name))
    width = len(rows[0].cells)
    if header:
        columns, rows = rows[0].cells, rows[1:]
        if not rows:
            raise UnreadableTable(_("{file} has column names and no rows below them.").format(file=name))
    else:
        columns = tuple(str(number) for number in range(1, width + 1))
    for row in rows:
        if len(row.cells) != width:
            raise UnreadableTable(
                _(
                    "{file}, row {row}, has {cells} columns where the first row has {width}; complete or remove it."
                ).format(file=name, row=row.number, cells=len(row.cells), width=width)
            )
    return Table(name, columns, tuple(rows), tuple(notes), delimiter)


def read_text_table(path: Path, *, header: bool = True) -> Table:
    """Read a text file, its delimiter guessed; raises `UnreadableTable`."""
    notes: list[str] = []
    lines = decoded(path, notes).splitlines(keepends=True)
    delimiter = sniff(lines)
    if delimiter == " ":
        lines = [" ".join(line.split()) + "\n" for line in lines]
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            rows.append(Row(reader.line_num, tuple(cells)))
    except csv.Error as error:
        raise UnreadableTable(
            _("{file}, row {row}, cannot be split into columns ({error}); look for a stray quote there.").format(
                file=path, row=reader.line_num, error=error
            )
        ) from None
    return table_of(str(path), rows, header=header, notes=notes, delimiter=delimiter)


def decoded(path: Path, notes: list[str]) -> str:
    content = content_of(path)
    encoding = next((name for mark, name in ENCODINGS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        try:
            text = content.decode("cp932")
        except UnicodeDecodeError:
            raise UnreadableTable(
                _("{file} is neither UTF-8 nor Shift_JIS text; save it as CSV in UTF-8.").format(file=path)
            ) from None
        notes.append(_("{file} is not UTF-8 and was read as Shift_JIS.").format(file=path))
    if any(character in text for character in map(chr, (*range(9), *range(14, 32)))):
        raise UnreadableTable(_("{file} is not a text file; save it as CSV in UTF-8 or as XLSX.").format(file=path))
    return text


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raises `UnreadableTable`."""
    try:
        if path.is_dir():
            raise UnreadableTable(_("{file} is a folder; name the file in it.").format(file=path))
        if path.stat().st_size > LARGEST_FILE:
            size = LARGEST_FILE // 2**20
            raise UnreadableTable(_("{file} is larger than {size} MB; split it.").format(file=path, size=size))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UnreadableTable(_("{file} cannot be opened: {reason}.").format(file=path, reason=reason)) from None


def sniff(lines: list[str]) -> str:
    """Return the delimiter that splits most of the first lines into the same number of columns, at least two."""
    sample = [line for line in lines if line.strip()][:SAMPLE_LINES]
    best, best_share = ",", 0.0
    for delimiter in DELIMITERS:
        widths = Counter(width_of(line, delimiter) for line in sample)
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        if width >= 2 and count / len(sample) > best_share:
            best, best_share = delimiter, count / len(sample)
    return best


def width_of(line: str, delimiter: str) -> int:
    if delimiter == " ":
        line = " ".join(line.split())
    try:
        return len(next(csv.reader([line], delimiter=delimiter)))
    except csv.Error:
        return 1
