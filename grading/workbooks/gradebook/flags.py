"""The table of flags, open and cleared."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from grading.models import Flag
from grading.queries import origin
from grading.queries.export import flags_in_parts, pseudonyms_in
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan


class Flags:
    freeze = "A2"

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.title = _("Flags")
        # How often each reason was raised; counted as the rows go by.
        self.reasons: Counter[str] = Counter()

    @property
    def columns(self) -> list[Column]:
        return [
            Column(_("Round"), 8),
            Column(_("Question"), 14),
            Column(_("Criterion"), 24, _("Empty: the paper as a whole.")),
            Column(_("Reason"), 44),
            Column(_("Spread"), 10, _("How far the marks lie apart: in levels, or in points for a total.")),
            Column(_("Tolerance"), 10, _("How far they may.")),
            Column(_("Student number"), 16),
            Column(_("Family name"), 16),
            Column(_("Given name"), 16),
            Column(_("Grader"), 16, _("The one whose mark stands apart; empty where nobody can be named.")),
            Column(self.plan.in_zone(_("Raised")), 22),
            Column(self.plan.in_zone(_("Cleared")), 22, _("Empty while it is open.")),
        ]

    def rows(self) -> Iterator[list[Any]]:
        plan = self.plan
        pseudonyms = pseudonyms_in(plan.assignment)
        words = {value: str(label) for value, label in Flag.Reason.choices}
        for flags in flags_in_parts(plan.assignment):
            authors = origin.authors_of(row[1] for row in flags)
            for _key, script, round_, position, asked, title, reason, evidence, grader, raised, cleared in flags:
                self.reasons[words[reason]] += 1
                yield [
                    plan.round_numbers[round_],
                    plan.question_title(position if asked is None else asked),
                    title,
                    words[reason],
                    evidence.get("spread"),
                    evidence.get("tolerance"),
                    *authors.get(script, (None, None, None)),
                    pseudonyms.get((round_, grader)),
                    plan.local(raised),
                    plan.local(cleared),
                ]
