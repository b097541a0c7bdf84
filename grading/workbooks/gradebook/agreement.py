"""The table of agreement: one row per figure, round and criterion."""

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grading.models import AgreementReport
from grading.queries.agreement import Figure
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan, position_of

# The first one is drawn.
FIGURES: dict[str, str | Promise] = {
    "krippendorff_alpha": gettext_lazy("Krippendorff’s α"),
    "percent_exact": gettext_lazy("Same level"),
    "percent_within_one": gettext_lazy("Within one level"),
}


class Agreement:
    freeze = "A2"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.title = _("Agreement")
        reports = AgreementReport.objects.filter(round__assignment=plan.assignment)
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
            Column(_("Value"), 10, _("How far graders agree; 1 is complete agreement.")),
            Column(_("Low"), 10, _("The 95 % interval; why there is none stands under “Note”.")),
            Column(_("High"), 10),
            Column(_("Papers"), 10, _("How many the figure is told from.")),
            Column(_("Note"), 50),
            Column(self.plan.in_zone(_("Computed")), 22),
        ]

    def rows(self) -> Iterator[list[Any]]:
        for key in self.keys():
            for report in self.reports:
                figure = Figure.of(report.coefficients, key)
                yield [
                    str(FIGURES.get(key, key)),
                    self.plan.round_numbers[report.round_id],
                    f"{self.plan.question_title(position_of(report.criterion))} · {report.criterion.title}",
                    figure.value,
                    figure.low,
                    figure.high,
                    figure.n,
                    str(figure.reason) if figure.reason else None,
                    self.plan.local(report.computed_at),
                ]

    def keys(self) -> list[str]:
        """Return which figures there are, those known here first."""
        found = {key: None for report in self.reports for key in report.coefficients}
        return [*FIGURES, *(key for key in found if key not in FIGURES)] if self.reports else []
