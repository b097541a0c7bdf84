"""A class at a glance: every student, their paper, and what it earns as things stand now."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Enrolment, Extension, Question, Submission
from assignments.queries.roster import class_of
from assignments.queries.submission import counting_last
from edu_crowd.shared.text import fold
from grading.models import Appeal, Feedback
from grading.queries.outcome import Cell, Outcome, cells_of, outcome_of
from grading.queries.standing import Standing, standings_of

HANDED_IN = Submission.State.HANDED_IN


class Show(StrEnum):
    MISSING = "missing"
    UNSETTLED = "unsettled"
    OVERRIDDEN = "overridden"
    APPEAL = "appeal"
    LATE = "late"

    @property
    def label(self) -> Promise:
        return SHOWN[self]


class Sort(StrEnum):
    NAME = "name"
    NUMBER = "number"
    TOTAL = "total"

    @property
    def label(self) -> Promise:
        return SORTED[self]


SHOWN: dict[Show, Promise] = {
    Show.MISSING: _("no paper handed in"),
    Show.UNSETTLED: _("not settled"),
    Show.OVERRIDDEN: _("total set by hand"),
    Show.APPEAL: _("open appeal"),
    Show.LATE: _("handed in late"),
}
SORTED: dict[Sort, Promise] = {
    Sort.NAME: _("by name"),
    Sort.NUMBER: _("by student number"),
    Sort.TOTAL: _("by total, the highest first"),
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a student was last given."""

    version: int
    total: Decimal
    reported: str
    read_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One student. Their paper is the one that counts, else the one last begun."""

    enrolment: Enrolment
    paper: Submission | None
    attempts: int  # handed in
    extension: Extension | None
    standing: Standing | None  # none unless a paper counts
    outcome: Outcome | None  # none while something is to be read or decided
    told: Told | None
    open_appeals: int

    @property
    def is_missing(self) -> bool:
        return self.standing is None

    @property
    def is_late(self) -> bool:
        return self.standing is not None and self.standing.late_days > 0

    @property
    def is_unsettled(self) -> bool:
        return self.standing is not None and self.outcome is None

    @property
    def is_overridden(self) -> bool:
        return self.standing is not None and self.standing.override is not None

    @property
    def has_moved(self) -> bool:
        """Would read another total or grade than they were given."""
        now, told = self.outcome, self.told
        return bool(now and told and (now.total, now.reported) != (told.total, told.reported))

    @property
    def total(self) -> Decimal | None:
        """The total as it stands, also while it is looked at again."""
        if self.outcome:
            return self.outcome.total
        return self.standing.recorded.total if self.standing and self.standing.recorded else None

    @property
    def reported(self) -> str | None:
        if self.outcome:
            return self.outcome.reported
        return self.standing.recorded.reported if self.standing and self.standing.recorded else None

    @cached_property
    def cells(self) -> list[Cell]:
        return cells_of(self.standing) if self.standing else []


IS_SHOWN: dict[Show, Callable[[Line], bool]] = {
    Show.MISSING: lambda line: line.is_missing,
    Show.UNSETTLED: lambda line: line.is_unsettled,
    Show.OVERRIDDEN: lambda line: line.is_overridden,
    Show.APPEAL: lambda line: line.open_appeals > 0,
    Show.LATE: lambda line: line.is_late,
}


@dataclass(frozen=True, kw_only=True)
class Gradebook:
    assignment: Assignment
    questions: list[Question]
    lines: list[Line]  # by name

    @property
    def maximum(self) -> Decimal:
        return sum((question.points for question in self.questions), Decimal(0))

    @property
    def counting(self) -> list[Line]:
        return [line for line in self.lines if line.standing]

    def counts(self) -> dict[Show, int]:
        return {show: sum(map(IS_SHOWN[show], self.lines)) for show in Show}

    def chosen(self, *, show: str = "", text: str = "", sort: str = "") -> list[Line]:
        """Return the lines of a filter in which each word of the text occurs, sorted."""
        words = fold(text).split()
        lines = [line for line in self.lines if all(word in haystack(line.enrolment) for word in words)]
        if show in set(Show):
            lines = [line for line in lines if IS_SHOWN[Show(show)](line)]
        if sort == Sort.NUMBER:
            lines.sort(key=lambda line: natural(line.enrolment.student_number))
        elif sort == Sort.TOTAL:
            lines.sort(key=lambda line: (line.total is None, -(line.total or 0)))
        return lines


def gradebook_of(assignment: Assignment) -> Gradebook:
    """Return the whole class; the number of queries does not depend on its size."""
    papers = papers_by_enrolment(assignment)
    chosen = {enrolment: own[-1] for enrolment, own in papers.items()}
    for paper in chosen.values():
        paper.assignment = assignment
    counting = [paper for paper in chosen.values() if paper.state == HANDED_IN]
    standings = {standing.submission.pk: standing for standing in standings_of(assignment, counting)}
    extensions = {row.enrolment_id: row for row in Extension.objects.filter(assignment=assignment)}
    appeals = Counter(
        Appeal.objects.filter(feedback__submission__assignment=assignment, state__in=Appeal.PENDING)
        .order_by()
        .values_list("feedback__submission", flat=True)
    )
    told = told_in(assignment)
    lines = []
    for enrolment in class_of(assignment).select_related("user").order_by("pk"):
        own = chosen.get(enrolment.pk)
        standing = standings.get(own.pk) if own else None
        lines.append(
            Line(
                enrolment=enrolment,
                paper=own,
                attempts=sum(one.state == HANDED_IN for one in papers.get(enrolment.pk, [])),
                extension=extensions.get(enrolment.pk),
                standing=standing,
                outcome=outcome_of(standing) if standing else None,
                told=told.get(own.pk) if own else None,
                open_appeals=appeals[own.pk] if own else 0,
            )
        )
    lines.sort(key=lambda line: (fold(line.enrolment.reading or str(line.enrolment)), line.enrolment.pk))
    return Gradebook(assignment=assignment, questions=list(assignment.questions.all()), lines=lines)


def papers_by_enrolment(assignment: Assignment) -> dict[int, list[Submission]]:
    """Return each student's papers; the last is the one that counts, else the one last begun."""
    papers: dict[int, list[Submission]] = {}
    rows = Submission.objects.filter(assignment=assignment).select_related("enrolment__user")
    for paper in counting_last(rows):
        papers.setdefault(paper.enrolment_id, []).append(paper)
    return papers


def told_in(assignment: Assignment) -> dict[int, Told]:
    """Return by paper what its student was last given; without the sheets themselves."""
    rows = Feedback.objects.filter(submission__assignment=assignment).order_by("version")
    values = rows.values_list("submission", "version", "result__total", "result__reported", "read_at")
    return {
        paper: Told(version=version, total=total, reported=reported, read_at=read_at)
        for paper, version, total, reported, read_at in values
    }


def haystack(enrolment: Enrolment) -> str:
    account = enrolment.user.display_name if enrolment.user else ""
    names = (enrolment.family_name, enrolment.given_name, enrolment.reading, enrolment.student_number, account)
    return fold(" ".join(names))


def natural(number: str) -> list[tuple[bool, int, str]]:
    """Order S9 before S10, and who has no number last."""
    pieces = re.findall(r"\d+|\D+", fold(number))
    return [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces] or [
        (True, 0, "\U0010ffff")
    ]
