"""Reads one sheet of an XLSX workbook, as the values it shows."""

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from edu_crowd.shared.tables import LARGEST_FILE, Row, Table, UnreadableTable, content_of, read_text_table, table_of

# What a workbook may grow to when unpacked. A zip archive declares sizes that its reader does not exceed.
LARGEST_UNPACKED = 4 * LARGEST_FILE
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_table(path: Path, *, header: bool = True, sheet: str | None = None) -> Table:
    """Read a workbook or a text file, whatever its name says; raises `UnreadableTable`."""
    beginning = content_of(path)[:4]
    if beginning == OLD_OFFICE:
        raise UnreadableTable(
            _("{file} is an old or a protected workbook; save it as XLSX without a password.").format(file=path)
        )
    if beginning == ZIP:
        return read_sheet(path, header=header, sheet=sheet)
    return read_text_table(path, header=header)


def read_sheet(path: Path, *, header: bool, sheet: str | None) -> Table:
    """Read the named sheet, or the first; raises `UnreadableTable`."""
    notes: list[str] = []
    try:
        refuse_bomb(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which marks do not need
            rows = rows_of(path, sheet, notes)
    except UnreadableTable:
        raise
    except Exception:  # on files that are not what they say, openpyxl and zipfile fail in any number of ways
        raise UnreadableTable(
            _("{file} is not a workbook that can be read; save it as XLSX again.").format(file=path)
        ) from None
    return table_of(str(path), list(padded(rows)), header=header, notes=notes, delimiter=None)


def rows_of(path: Path, sheet: str | None, notes: list[str]) -> list[Row]:
    workbook = load_workbook(path, read_only=True, data_only=True)
    try:
        names = [worksheet.title for worksheet in workbook.worksheets]
        if not names or (sheet is not None and sheet not in names):
            sentence = _("{file} has no sheet “{sheet}”. Its sheets are: {names}.")
            raise UnreadableTable(sentence.format(file=path, sheet=sheet or "", names=", ".join(names)))
        worksheet = workbook.worksheets[names.index(sheet) if sheet is not None else 0]
        if sheet is None and len(names) > 1:
            sentence = _("{file} has {count} sheets; the first, “{sheet}”, was read.")
            notes.append(sentence.format(file=path, count=len(names), sheet=worksheet.title))
        refuse_unreadable_cells(path, worksheet)
        # The size a file states for its sheet may be wrong, and then rows would be cut off.
        worksheet.reset_dimensions()
        return [
            Row(number, tuple(shown(cell) for cell in cells))
            for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1)
        ]
    finally:
        workbook.close()


def refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableTable(_("{file} unpacks to more than it may; save only the marks.").format(file=path))


def refuse_unreadable_cells(path: Path, worksheet: Any) -> None:
    """Refuse what openpyxl's values do not show: formulas that were never calculated, and merged cells."""
    with worksheet._get_source() as source:  # no public way leads to the sheet's own file
        for _event, element in iterparse(source, forbid_dtd=True):
            if element.tag == f"{MAIN}c" and has_no_result(element):
                sentence = _(
                    "{file}, sheet “{sheet}”: cell {cell} is a formula without a result; "
                    "open the file in a spreadsheet program and save it."
                )
                refuse_cell(path, worksheet, element.get("r"), sentence)
            elif element.tag == f"{MAIN}mergeCell":
                sentence = _("{file}, sheet “{sheet}”: cells {cell} are merged; split them and fill in each one.")
                refuse_cell(path, worksheet, element.get("ref"), sentence)
            elif element.tag == f"{MAIN}row":
                element.clear()


def has_no_result(cell: Any) -> bool:
    """Tell whether a cell is a formula that no program has calculated; the result may be empty text."""
    return cell.find(f"{MAIN}f") is not None and not cell.findtext(f"{MAIN}v") and cell.get("t") != "str"


def refuse_cell(path: Path, worksheet: Any, cell: str | None, sentence: str) -> None:
    raise UnreadableTable(sentence.format(file=path, sheet=worksheet.title, cell=cell))


def shown(value: Any) -> str:
    """Return the value of a cell as text; whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def padded(rows: list[Row]) -> Iterator[Row]:
    """Yield rows of one width: a sheet does not store the empty cells at the end of a row."""
    filled = [max((place for place, cell in enumerate(row.cells, start=1) if cell), default=0) for row in rows]
    width = max(filled, default=0)
    for row in rows:
        yield Row(row.number, (row.cells + ("",) * width)[:width])
