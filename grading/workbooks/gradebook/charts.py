"""The page of charts, each beside the numbers it is drawn from."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.chart import BarChart, Reference

from grading.workbooks.gradebook.agreement import Agreement
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.flags import Flags
from grading.workbooks.gradebook.results import BINS, Results

APART = 18  # rows that a chart covers


class Charts:
    """Filled after the tables it counts, and shown before them."""

    freeze = "A2"

    def __init__(self, results: Results, flags: Flags) -> None:
        self.results, self.flags = results, flags
        self.title = _("Charts")

    @property
    def columns(self) -> list[Column]:
        return [Column(_("What"), 44), Column(_("How many"), 12)]

    def rows(self) -> Iterator[list[Any]]:
        yield from [[label, count] for label, count in zip(bin_labels(), self.results.bins, strict=True)]
        for _blank in range(APART - BINS):
            yield []
        yield from [[reason, count] for reason, count in self.flags.reasons.most_common()]

    def draw(self, sheet: Any) -> None:
        histogram = bars(_("Totals"), _("share of the maximum"), _("students"))
        add_series(histogram, sheet, first=2, last=1 + BINS, values=2, labels=1)
        histogram.gapWidth = 4
        sheet.add_chart(histogram, "D2")
        if self.flags.reasons:
            reasons = bars(_("Flags by reason"), None, _("flags"))
            first = 2 + APART
            add_series(reasons, sheet, first=first, last=first - 1 + len(self.flags.reasons), values=2, labels=1)
            sheet.add_chart(reasons, f"D{first}")


def draw_agreement(agreement: Agreement, sheet: Any) -> None:
    """Draw the first figure of each criterion beside the table."""
    if agreement.reports:
        chart = bars(str(next(agreement.rows())[0]), None, None)
        add_series(chart, sheet, first=2, last=1 + len(agreement.reports), values=4, labels=3)
        chart.y_axis.scaling.max = 1
        sheet.add_chart(chart, "K2")


def bin_labels() -> list[str]:
    step = 100 // BINS
    return [f"{low}–{low + step} %" for low in range(0, 100, step)]


def bars(title: str, x_title: str | None, y_title: str | None) -> BarChart:
    chart = BarChart()
    chart.title, chart.legend = title, None
    chart.x_axis.title, chart.y_axis.title = x_title, y_title
    chart.x_axis.delete = chart.y_axis.delete = False  # else newer versions of Excel hide them
    chart.width, chart.height = 18, 8.5
    return chart


def add_series(chart: BarChart, sheet: Any, *, first: int, last: int, values: int, labels: int) -> None:
    chart.add_data(Reference(sheet, min_col=values, min_row=first, max_row=last), titles_from_data=False)
    chart.set_categories(Reference(sheet, min_col=labels, min_row=first, max_row=last))
