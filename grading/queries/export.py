"""What goes into a file of an assignment, read a class part at a time.

No read spans the whole file: a part is a handful of queries of its own, so a long export holds no snapshot, no cursor
and no lock, and can say how far it is in between. Sheets and results are append-only; those written after the export
began are left out by their number, so that its first page and its last tell the same story.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet

from assignments.models import Assignment, Enrolment, Extension, Submission
from assignments.queries import submission as papers
from assignments.queries.roster import class_of
from edu_crowd.people.models import User
from grading.models import Enlistment, Export, Flag, Mark, MarkSheet, Override, Result
from grading.queries import origin

AT_ONCE = 500
RECENT = 5
Row = tuple[Any, ...]


def recent_exports(assignment: Assignment, user: User) -> QuerySet[Export]:
    """Return the files this person asked for last."""
    return Export.objects.filter(assignment=assignment, by=user)[:RECENT]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """What an export covers, told when it begins."""

    student_ids: list[int]
    last_sheet: int
    last_result: int
    sheets: int
    flags: int


def extent_of(assignment: Assignment) -> Extent:
    """Return what there is: the class in the order of the roster, sheets and flags."""
    sheets = MarkSheet.objects.filter(allocation__script__round__assignment=assignment)
    return Extent(
        student_ids=list(class_of(assignment).order_by(*origin.ROSTER_ORDER).values_list("pk", flat=True)),
        last_sheet=MarkSheet.objects.aggregate(last=Max("pk"))["last"] or 0,
        last_result=Result.objects.aggregate(last=Max("pk"))["last"] or 0,
        sheets=sheets.count(),
        flags=flags_of(assignment).count(),
    )


def parts(student_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(student_ids), AT_ONCE):
        yield student_ids[start : start + AT_ONCE]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What the file says of one student's paper that counts, or of the one that is nearest to that."""

    state: str
    handed_in_at: datetime | None
    days_late: int | None
    result: Row | None  # total, maximum, reported, standard error, parts
    is_overridden: bool
    readings: int | None


def students_in(student_ids: Sequence[int]) -> QuerySet[Enrolment, Row]:
    """Return the key, number, family name, given name and reading of each."""
    students = Enrolment.objects.filter(pk__in=student_ids).order_by(*origin.ROSTER_ORDER)
    return students.values_list("pk", "student_number", "family_name", "given_name", "reading")


def papers_of(assignment: Assignment, student_ids: Sequence[int], extent: Extent) -> dict[int, Paper]:
    """Return the paper of each student who has one: the last handed in, else the last begun."""
    submissions = Submission.objects.filter(assignment=assignment, enrolment__in=student_ids)
    ordered = papers.counting_last(submissions).values_list("enrolment_id", "pk", "state", "handed_in_at")
    rows: dict[int, Row] = {row[0]: row for row in ordered}
    ids = [row[1] for row in rows.values()]
    results: dict[int, Row] = {}
    found = Result.objects.filter(submission__in=ids, pk__lte=extent.last_result).order_by("version")
    for key, *result in found.values_list("submission_id", "total", "maximum", "reported", "standard_error", "parts"):
        results[key] = tuple(result)
    overrides: dict[int, Decimal | None] = dict(
        Override.objects.filter(submission__in=ids).order_by("version").values_list("submission_id", "points")
    )
    due_times = extended_due_times(assignment, student_ids)
    readings = origin.readings_of(ids)
    return {
        student: Paper(
            state=Submission.State(state).label,  # type: ignore[arg-type]  # a label is text as soon as it is shown
            handed_in_at=handed_in_at if state == Submission.State.HANDED_IN else None,
            days_late=days_late(due_times.get(student, assignment.due_at), handed_in_at, state),
            result=results.get(key),
            is_overridden=overrides.get(key) is not None,
            readings=readings.get(key),
        )
        for student, key, state, handed_in_at in rows.values()
    }


def extended_due_times(assignment: Assignment, student_ids: Sequence[int]) -> dict[int, datetime]:
    extensions = Extension.objects.filter(assignment=assignment, enrolment__in=student_ids)
    return {
        student: max(extended, assignment.due_at or extended)
        for student, extended in extensions.values_list("enrolment_id", "due_at")
        if extended is not None
    }


def days_late(due: datetime | None, handed_in_at: datetime | None, state: str) -> int | None:
    if due is None or handed_in_at is None or state != Submission.State.HANDED_IN:
        return None
    return papers.days_late(handed_in_at, due)


def sheets_of(assignment: Assignment, student_ids: Sequence[int], extent: Extent) -> list[Row]:
    """Return the sheets of these students' papers, ordered so that the versions of one follow each other.

    Sheet, number, family name, given name, round, question's position, allocation, grader, purpose, state, is late,
    version, sealed at, active milliseconds, comment.
    """
    student, place = "submission__enrolment__", "script__allocations__"
    return list(
        origin.sheets_by_author(assignment, student_ids, last_sheet=extent.last_sheet).values_list(
            "sheet",
            f"{student}student_number",
            f"{student}family_name",
            f"{student}given_name",
            "script__round_id",
            "script__question__position",
            f"{place}id",
            f"{place}grader_id",
            f"{place}purpose",
            f"{place}state",
            f"{place}is_late",
            f"{place}sheets__version",
            f"{place}sheets__sealed_at",
            f"{place}sheets__active_ms",
            f"{place}sheets__comment__text",
        )
    )


def marks_of(sheet_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return sheet, criterion, points and comment of each mark, by sheet, in the order they were written."""
    marks: dict[int, list[Row]] = defaultdict(list)
    rows = Mark.objects.filter(sheet__in=sheet_ids).order_by("pk")
    for mark in rows.values_list("sheet_id", "criterion_id", "points", "comment__text"):
        marks[mark[0]].append(mark)
    return marks


def pseudonyms_in(assignment: Assignment) -> dict[tuple[int, int], str]:
    """Return the only name a file has for a grader, by round and grader."""
    places = Enlistment.objects.filter(round__assignment=assignment)
    return {(round_, grader): name for round_, grader, name in places.values_list("round_id", "grader_id", "pseudonym")}


def flags_of(assignment: Assignment) -> QuerySet[Flag]:
    return Flag.objects.filter(script__round__assignment=assignment)


def flags_in_parts(assignment: Assignment) -> Iterator[list[Row]]:
    """Yield the flags, open and cleared, in the order they were raised.

    Key, script, round, question's position, its criterion's question's position and title, reason, evidence, grader,
    raised at, cleared at.
    """
    last = 0
    while True:
        rows = list(
            flags_of(assignment)
            .filter(pk__gt=last)
            .order_by("pk")
            .values_list(
                "pk",
                "script_id",
                "script__round_id",
                "script__question__position",
                "criterion__rubric__question__position",
                "criterion__title",
                "reason",
                "evidence",
                "allocation__grader_id",
                "raised_at",
                "cleared_at",
            )[: AT_ONCE * 4]
        )
        if not rows:
            return
        last = rows[-1][0]
        yield rows
