"""A rubric as a sheet, one row per level: written as XLSX, read from XLSX or CSV."""

import re
from collections.abc import Iterator
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from edu_crowd.shared.text import clean_text
from rubrics.changes import scale_name
from rubrics.models import Rubric
from rubrics.queries import specs_of

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = ("key", "criterion", "scale", "weight", "tolerance", "points", "level", "descriptor")
WIDTHS = (16, 28, 20, 9, 12, 9, 20, 60)
NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
LONGEST_NAME = 80


def header(column: str) -> str:
    """Return what a column is called, in the language that is on."""
    return {
        "key": pgettext("sheet", "Criterion key"),
        "criterion": _("Criterion"),
        "scale": pgettext("sheet", "Scale"),
        "weight": pgettext("sheet", "Weight"),
        "tolerance": pgettext("sheet", "Tolerance in levels"),
        "points": _("Points"),
        "level": pgettext("sheet", "Level"),
        "descriptor": pgettext("sheet", "Description"),
    }[column]


def written(rubric: Rubric) -> bytes:
    """Return a rubric as a workbook. Text stays text: what begins like a formula is marked as none."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = pgettext("sheet", "Rubric")[:31]
    for row, values in enumerate(_rows(rubric), start=1):
        for place, value in enumerate(values, start=1):
            cell = sheet.cell(row, place)
            if isinstance(value, str):
                cell.value = clean_text(value)
                cell.data_type = "s"
                cell.quotePrefix = value[:1] in tuple("=+-@")
            else:
                cell.value = value
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if row == 1:
                cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def file_name(rubric: Rubric) -> str:
    """Return a name that every system takes."""
    name = NOT_IN_A_NAME.sub(" ", clean_text(rubric.title))
    return f"{' '.join(name.split())[:LONGEST_NAME].strip('. ') or 'rubric'}.xlsx"


def _rows(rubric: Rubric) -> Iterator[tuple[object, ...]]:
    yield tuple(header(column) for column in COLUMNS)
    for spec in specs_of(rubric):
        for level in spec.levels:
            yield (
                spec.key,
                spec.title,
                scale_name(spec.scale),
                spec.weight,
                spec.tolerance,
                level.points,
                level.label,
                level.descriptor.replace("\r\n", "\n"),
            )
