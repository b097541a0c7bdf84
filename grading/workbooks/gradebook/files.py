"""The files themselves: every table as a sheet of one workbook, or one table as CSV."""

import csv
import io
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from grading.workbooks.gradebook.about import About, Table
from grading.workbooks.gradebook.agreement import Agreement
from grading.workbooks.gradebook.cells import csv_value, plain_text
from grading.workbooks.gradebook.charts import Charts, draw_agreement
from grading.workbooks.gradebook.flags import Flags
from grading.workbooks.gradebook.plan import Plan
from grading.workbooks.gradebook.results import Results
from grading.workbooks.gradebook.sheets import Sheets
from grading.workbooks.gradebook.stream import Styles, put_rows, write_rows

# Told how many rows were written since it was told last; whatever it raises ends the writing.
Progress = Callable[[int], None]
EVERY = 200
BOLD, SHADE = Font(bold=True), PatternFill("solid", fgColor="FFE8EEF7")


def write_workbook(plan: Plan, file: IO[bytes], *, progress: Progress, now: datetime) -> None:
    """Write the whole gradebook in one pass. Rows go to the disk as they come: memory does not grow with them."""
    results, sheets, agreement, flags = Results(plan), Sheets(plan), Agreement(plan), Flags(plan)
    charts = Charts(results, flags)
    about = About(plan, [results, sheets, agreement, flags], written_at=now)
    shown: list[Table] = [results, charts, sheets, agreement, flags, about]
    book = Workbook(write_only=True)
    pages = {table.title: book.create_sheet(table.title) for table in shown}
    styles = Styles(pages[results.title])
    with ExitStack() as scratch:
        rows = {title: scratch.enter_context(tempfile.TemporaryFile(prefix="edu-crowd-rows-")) for title in pages}
        counts = {
            table.title: count_rows(table, rows[table.title], styles, progress)
            for table in (results, sheets, agreement, flags, charts, about)  # the charts count what went before
        }
        charts.draw(pages[charts.title])
        draw_agreement(agreement, pages[agreement.title])
        for table in shown:  # last: from the first header on, openpyxl has files of its own open
            put_header(pages[table.title], table, counts[table.title])
        frame = io.BytesIO()
        book.save(frame)
        put_rows(frame, {page.path.lstrip("/"): rows[title] for title, page in pages.items()}, file)


def count_rows(table: Table, file: IO[bytes], styles: Styles, progress: Progress) -> int:
    """Write the rows of a table to a file of their own; return how many."""
    count = 0
    for count in write_rows(table.rows(), len(table.columns), file, styles):
        if not count % EVERY:
            progress(EVERY)
    progress(count % EVERY)
    return count


def put_header(sheet: Any, table: Table, rows: int) -> None:
    columns = table.columns
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = table.freeze
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{rows + 1}"
    sheet.append([header(sheet, column.title) for column in columns])


def header(sheet: Any, title: str) -> Any:
    cell = WriteOnlyCell(sheet, value=plain_text(title))
    cell.data_type = "s"
    cell.font, cell.fill = BOLD, SHADE
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.quotePrefix = True
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
