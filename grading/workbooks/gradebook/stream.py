"""Rows of a workbook, written as XML straight to the disk.

openpyxl makes an element of every cell and serialises it: ten times the work of writing the few letters that a cell
is, and for 100,000 sheets most of the time a teacher waits. So openpyxl makes the book, with headers, styles and
charts, and the rows are put into its pages here; what a cell looks like is ECMA-376, part 1, 18.3.1.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from math import isfinite
from os import SEEK_END
from shutil import copyfileobj
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from grading.workbooks.gradebook.cells import RISKY, plain_text

DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # a cell has no zone
SECONDS = 86_400
END_OF_ROWS = b"</sheetData>"
PIECE = 1 << 20
AT_A_GLANCE = 16_000
# What the plain sizes of a zip archive hold for certain, head and tail of the page included.
ZIP32 = 2**31 - (1 << 24)


class Styles:
    """The numbers that this book has for how a time and a text that looks like a formula are shown."""

    def __init__(self, sheet: Any) -> None:
        self.time = WriteOnlyCell(sheet, value=DAY_ZERO).style_id
        quoted = WriteOnlyCell(sheet)
        quoted.quotePrefix = True  # it stays a text when somebody edits the cell
        self.quoted = quoted.style_id


def xml_of(styles: Styles) -> Callable[[str, Any], str]:
    """Return what writes one value at one place. Texts are inline strings: whatever they say, nothing runs them."""

    def cell(place: str, value: Any) -> str:
        if type(value) is str:
            style = ""
            if not (value.isprintable() and len(value) < AT_A_GLANCE):  # true of most texts
                value = plain_text(value)
            if not value:
                return ""
            if value[0] in RISKY:
                style = f' s="{styles.quoted}"'
            if "&" in value or "<" in value or ">" in value:
                value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return f'<c r="{place}" t="inlineStr"{style}><is><t xml:space="preserve">{value}</t></is></c>'
        if isinstance(value, datetime):
            since = value - DAY_ZERO
            return f'<c r="{place}" s="{styles.time}"><v>{since.days + since.seconds / SECONDS!r}</v></c>'
        if isinstance(value, float) and not isfinite(value):
            return ""
        return f'<c r="{place}"><v>{value}</v></c>'

    return cell


def write_rows(rows: Iterator[list[Any]], width: int, file: IO[bytes], styles: Styles) -> Iterator[int]:
    """Write rows below a header; yield their number as it grows."""
    letters = [get_column_letter(number) for number in range(1, width + 1)]
    cell = xml_of(styles)
    number = 0
    for number, row in enumerate(rows, start=1):
        place = str(number + 1)
        cells = [cell(letter + place, value) for letter, value in zip(letters, row, strict=False) if value is not None]
        file.write(f'<row r="{place}">{"".join(cells)}</row>'.encode())
        yield number


def put_rows(frame: IO[bytes], rows_by_member: Mapping[str, IO[bytes]], file: IO[bytes]) -> None:
    """Copy a book that has headers alone, and put each page's rows in below."""
    with ZipFile(frame) as source, ZipFile(file, "w", ZIP_DEFLATED) as target:
        for member in source.namelist():
            content = source.read(member)
            rows = rows_by_member.get(member)
            if rows is None:
                target.writestr(member, content)
                continue
            head, end, tail = content.partition(END_OF_ROWS)
            if not end:
                raise ValueError(f"{member} has no place for rows")
            is_huge = rows.seek(0, SEEK_END) > ZIP32
            rows.seek(0)
            # Spreadsheet programs offer to repair a file with the longer sizes, so only what needs them has them.
            with target.open(member, "w", force_zip64=is_huge) as page:
                page.write(head)
                copyfileobj(rows, page, PIECE)
                page.write(end + tail)
