"""The table of sheets: one row per sealed sheet, each version of it."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from grading.models import Allocation
from grading.queries.export import Row, marks_of, parts, pseudonyms_in, sheets_of
from grading.queries.mark import COUNTED
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan

AT_ONCE = 2_000
ALLOCATION = 6  # where a row of `sheets_of` has it


class Sheets:
    freeze = "D2"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.title = _("Sheets")

    @property
    def columns(self) -> list[Column]:
        return [
            Column(_("Student number"), 16),
            Column(_("Family name"), 16),
            Column(_("Given name"), 16),
            Column(_("Round"), 8, _("Rounds of the assignment, numbered in the order they were made.")),
            Column(_("Question"), 14),
            Column(_("Grader"), 16, _("The name the grader has in the round; real names are in no file.")),
            Column(
                _("Purpose"), 14, _("Base and further readings settle the score; the others check it or the grader.")
            ),
            Column(self.plan.in_zone(_("Sealed")), 22, _("Clock time in the zone of the course.")),
            Column(_("Active minutes"), 14, _("Time with the paper in view and something going on.")),
            Column(_("Late"), 8, _("“yes” where the sheet came after its lease had run out.")),
            Column(_("Version"), 8, _("A correction is a new version.")),
            Column(_("Counts"), 8, _("“yes” where it is the newest version of a reading that settles the score.")),
            *(Column(title, 14, _("Points on this criterion.")) for title in self.plan.criterion_titles),
            Column(_("Total"), 10, _("Points times the weight of their criterion, summed.")),
            Column(_("Comments"), 60, _("By criterion, then on the whole.")),
        ]

    def rows(self) -> Iterator[list[Any]]:
        plan = self.plan
        pseudonyms = pseudonyms_in(plan.assignment)
        for student_ids in parts(plan.extent.student_ids):
            sheets = sheets_of(plan.assignment, student_ids, plan.extent)
            newest = [one[ALLOCATION] != following[ALLOCATION] for one, following in pairwise(sheets)] + [True]
            for start in range(0, len(sheets), AT_ONCE):
                some = slice(start, start + AT_ONCE)
                yield from self.rows_of(sheets[some], newest[some], pseudonyms)

    def rows_of(
        self, sheets: list[Row], newest: list[bool], pseudonyms: dict[tuple[int, int], str]
    ) -> Iterator[list[Any]]:
        """Put marks to their sheets. Run for every sheet of the file: what can be looked up is not computed."""
        plan = self.plan
        zone, places, round_numbers = plan.zone, plan.criterion_places, plan.round_numbers
        empty: list[Decimal | None] = [None] * len(plan.criterion_titles)
        weights = {key: None if one.weight == 1 else one.weight for key, one in plan.criteria.items()}
        titles = {key: one.title for key, one in plan.criteria.items()}
        purposes = {value: str(label) for value, label in Allocation.Purpose.choices}
        questions = {position: plan.question_title(position) for position in {row[5] for row in sheets}}
        yes, no = _("yes"), _("no")
        marks = marks_of([row[0] for row in sheets])
        for row, is_newest in zip(sheets, newest, strict=True):
            sheet, number, family, given, round_, position, _allocation, grader = row[:8]
            purpose, state, is_late, version, sealed_at, active_ms, comment = row[8:]
            points = empty.copy()
            total = Decimal(0)
            comments = []
            for _sheet, criterion, got, said in marks.get(sheet, ()):
                points[places[criterion]] = got
                weight = weights[criterion]
                total += got if weight is None else got * weight
                if said:
                    comments.append(f"{titles[criterion]}: {said}")
            if comment:
                comments.append(comment)
            counts = is_newest and state == Allocation.State.SEALED and purpose in COUNTED
            yield [
                number,
                family,
                given,
                round_numbers[round_],
                questions[position],
                pseudonyms.get((round_, grader)),
                purposes[purpose],
                sealed_at.astimezone(zone).replace(tzinfo=None, microsecond=0),
                round(active_ms / 60_000, 1),
                yes if is_late else None,
                version,
                yes if counts else no,
                *points,
                total,
                "\n".join(comments),
            ]
