"""The files themselves: every table as a sheet of one workbook, or one table as CSV."""

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from grading.workbooks.gradebook.about import About, Table
from grading.workbooks.gradebook.agreement import Agreement
from grading.workbooks.gradebook.cells import csv_value, guard_of
from grading.workbooks.gradebook.charts import Charts, draw_agreement
from grading.workbooks.gradebook.flags import Flags
from grading.workbooks.gradebook.plan import Plan
from grading.workbooks.gradebook.results import Results
from grading.workbooks.gradebook.sheets import Sheets

# Told how many rows were written since it was told last; whatever it raises ends the writing.
Progress = Callable[[int], None]
EVERY = 200
HEADER = {"font": Font(bold=True), "fill": PatternFill("solid", fgColor="FFE8EEF7")}


def write_workbook(plan: Plan, file: IO[bytes], *, progress: Progress, now: datetime) -> None:
    """Write the whole gradebook. Rows go to the disk as they come: memory does not grow with them."""
    results, sheets, agreement, flags = Results(plan), Sheets(plan), Agreement(plan), Flags(plan)
    charts = Charts(results, flags)
    about = About(plan, [results, sheets, agreement, flags], written_at=now)
    with workbook() as book:
        shown: list[Table] = [results, charts, sheets, agreement, flags, about]
        pages = {table.title: book.create_sheet(table.title) for table in shown}
        for table in (results, sheets, agreement, flags, charts, about):  # the charts count what went before
            fill(pages[table.title], table, progress=progress)
        charts.draw(pages[charts.title])
        draw_agreement(agreement, pages[agreement.title])
        book.save(file)


@contextmanager
def workbook() -> Iterator[Workbook]:
    """Yield a workbook for one pass, and leave none of its temporary files behind when that breaks off."""
    book = Workbook(write_only=True)
    try:
        yield book
    except BaseException:
        for sheet in book.worksheets:
            with suppress(Exception):  # one that was closed already says so
                sheet.close()
            written = getattr(getattr(sheet, "_writer", None), "out", None)
            if isinstance(written, str):
                Path(written).unlink(missing_ok=True)
        raise


def fill(sheet: Any, table: Table, *, progress: Progress) -> None:
    columns, guard = table.columns, guard_of(sheet)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = table.freeze
    sheet.append([header(sheet, guard(column.title)) for column in columns])
    count = 0
    for row in table.rows():
        sheet.append([guard(value) if type(value) is str else value for value in row])
        count += 1
        if not count % EVERY:
            progress(EVERY)
    progress(count % EVERY)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"


def header(sheet: Any, title: Any) -> Any:
    cell = title if hasattr(title, "data_type") else WriteOnlyCell(sheet, value=title)
    cell.font, cell.fill = HEADER["font"], HEADER["fill"]
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def write_csv(table: Table, file: IO[bytes], *, progress: Progress) -> None:
    """Write one table as spreadsheets read it: UTF-8 with its mark, CRLF."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([csv_value(column.title) for column in table.columns])
        width, count = len(table.columns), 0
        for row in table.rows():
            writer.writerow([*map(csv_value, row), *[""] * (width - len(row))])
            count += 1
            if not count % EVERY:
                progress(EVERY)
        progress(count % EVERY)
    finally:
        text.detach()
