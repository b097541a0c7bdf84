"""The table of results: one row per student."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.queries.submission import share_kept
from edu_crowd.shared.text import parse_number
from grading.queries.export import Paper, papers_of, parts, students_in
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan

BINS = 10


class Results:
    freeze = "D2"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.title = _("Results")
        # How many totals lie in each tenth of the maximum; counted as the rows go by.
        self.bins = [0] * BINS
        self.reports_points = plan.assignment.reporting == Assignment.Reporting.POINTS

    @property
    def columns(self) -> list[Column]:
        plan = self.plan
        return [
            Column(_("Student number"), 16, _("As on the roster.")),
            Column(_("Family name"), 16),
            Column(_("Given name"), 16),
            Column(_("Reading"), 16, _("How the name is read.")),
            Column(_("Paper"), 14, _("The last paper handed in; without one, the last begun.")),
            Column(plan.in_zone(_("Handed in")), 22, _("Clock time in the zone of the course.")),
            Column(_("Days late"), 10, _("Each day begun counts; an extension is taken into account.")),
            *(
                Column(
                    _("Question %(number)s (of %(points)s)")
                    % {"number": question.position, "points": format(question.points.normalize(), "f")},
                    16,
                    _("Points on this question, before a deduction for lateness."),
                )
                for question in plan.questions
            ),
            Column(
                _("Deducted for lateness"),
                14,
                _("Taken off the sum of the questions; empty where nothing is, or where the teacher set the total."),
            ),
            Column(_("Total"), 10, _("After a deduction for lateness, or as the teacher set it.")),
            Column(_("Maximum"), 10),
            Column(_("Reported grade"), 16, _("The total by the rule of the assignment.")),
            Column(_("Set by hand"), 12, _("“yes” where the teacher set the total.")),
            Column(_("Standard error"), 14, _("Of the total; empty where it is not known.")),
            Column(_("Readings"), 10, _("How many readings of the paper count.")),
        ]

    def rows(self) -> Iterator[list[Any]]:
        plan = self.plan
        for student_ids in parts(plan.extent.student_ids):
            papers = papers_of(plan.assignment, student_ids, plan.extent)
            for key, *names in students_in(student_ids):
                yield [*names, *self.paper_cells(papers.get(key))]

    def paper_cells(self, paper: Paper | None) -> list[Any]:
        if paper is None:
            return [_("no paper")]
        head = [str(paper.state), self.plan.local(paper.handed_in_at), paper.days_late]
        if paper.result is None:
            none: list[Any] = [None] * (len(self.plan.questions) + 6)
            return [*head, *none, paper.readings]
        total, maximum, reported, standard_error, given = paper.result
        points = {part["question"]: Decimal(part["points"]) for part in given}
        if maximum:
            self.bins[min(BINS - 1, int(total * BINS / maximum))] += 1
        return [
            *head,
            *(points.get(question.pk) for question in self.plan.questions),
            self.deducted(paper, points, total),
            total,
            maximum,
            # A paper that is looked at again may stand under the rule there was before.
            number if self.reports_points and (number := parse_number(reported)) is not None else reported,
            _("yes") if paper.is_overridden else None,
            standard_error,
            paper.readings,
        ]

    def deducted(self, paper: Paper, points: dict[int, Decimal], total: Decimal) -> Decimal | None:
        if paper.is_overridden or not paper.days_late or share_kept(self.plan.assignment, paper.days_late) == 1:
            return None
        return sum(points.values(), Decimal(0)) - total or None
