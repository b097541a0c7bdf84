"""The table of agreement: a row per figure, round and criterion; then errors, words, and pairs of graders."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from grading.models import AgreementReport, RoundReport
from grading.queries.agreement import NAMES, Figure, read_out
from grading.queries.pairs import pairs_of
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan, position_of

# The first one is drawn.
FIGURES = ("krippendorff_alpha", *(key for key in NAMES if key != "krippendorff_alpha"))


class Agreement:
    freeze = "A2"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.title = _("Agreement")
        reports = AgreementReport.objects.filter(round__assignment=plan.assignment)
        rounds = RoundReport.objects.filter(round__assignment=plan.assignment)
        self.round_reports = list(rounds.order_by("round_id"))
        self.reports = list(
            reports.select_related("criterion__rubric__question").order_by(
                "round_id", "criterion__rubric__question__position", "criterion__position"
            )
        )

    @property
    def columns(self) -> list[Column]:
        return [
            Column(_("Figure"), 34),
            Column(_("Round"), 8),
            Column(_("Criterion"), 34),
            Column(_("Value"), 10, _("How far graders agree; 1 is complete agreement. Of an error: points.")),
            Column(_("Low"), 10, _("The 95 % interval; why there is none stands under “Note”.")),
            Column(_("High"), 10),
            Column(_("Papers"), 10, _("How many the figure is told from.")),
            Column(_("Note"), 50),
            Column(self.plan.in_zone(_("Computed")), 22),
            Column(_("Standard error"), 14, _("Of the figure.")),
        ]

    def rows(self) -> Iterator[list[Any]]:
        for key in self.keys():
            for report in self.reports:
                yield self.figure_row(report, key)
        for report in self.reports:
            if report.panel:
                yield self.error_row(report)
        for report in self.reports:
            for sentence in read_out(report.panel):
                row = [_("In words"), *self.about(report), None, None, None, report.panel["n_units"], sentence]
                yield [*row, self.plan.local(report.computed_at)]
        for of_round in self.round_reports:
            yield from self.pair_rows(of_round)

    def about(self, report: AgreementReport) -> list[Any]:
        title = f"{self.plan.question_title(position_of(report.criterion))} · {report.criterion.title}"
        return [self.plan.round_numbers[report.round_id], title]

    def figure_row(self, report: AgreementReport, key: str) -> list[Any]:
        figure = Figure.of(report.coefficients, key)
        return [
            str(NAMES.get(key, key)),
            *self.about(report),
            figure.value,
            figure.low,
            figure.high,
            figure.n,
            str(figure.reason) if figure.reason else None,
            self.plan.local(report.computed_at),
            report.coefficients.get(key, {}).get("standard_error"),
        ]

    def error_row(self, report: AgreementReport) -> list[Any]:
        error, n = report.panel["sem"], report.panel["n_units"]
        note = _("cannot be told from these marks") if error is None else _("It has no interval.")
        name = _("Standard error of one mark")
        return [name, *self.about(report), error, None, None, n, note, self.plan.local(report.computed_at)]

    def pair_rows(self, report: RoundReport) -> Iterator[list[Any]]:
        """Who agrees least, by pseudonym: as many as the page shows."""
        for pair in pairs_of(report).least:
            graders = f"{pair.first} – {pair.second}"
            note = _("points a paper that the first gives more: %(points)s") % {"points": pair.difference_text}
            row = [_("Same level, two graders"), self.plan.round_numbers[report.round_id], graders]
            row += [pair.exact, pair.low, pair.high, pair.papers, note]
            yield [*row, self.plan.local(report.computed_at)]

    def keys(self) -> list[str]:
        """Return which figures there are, those known here first."""
        found = {key: None for report in self.reports for key in report.coefficients}
        return [*FIGURES, *(key for key in found if key not in FIGURES)] if self.reports else []
