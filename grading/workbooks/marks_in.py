"""Marks from elsewhere: from the columns of a file to sealed sheets in a round of kind "import"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from random import Random

from django.db import transaction
from django.db.models import Count, Max
from django.utils.translation import gettext as _

from assignments.models import Assignment, Enrolment, Submission
from assignments.queries.submission import counting_submissions
from grading.models import Allocation, Grader, Mark, MarkSheet, Round, Script
from grading.queries import origin
from grading.queries.mark import latest_sheets
from grading.services.enlistment import enlist_external
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.round_in import CannotLoad, import_round, refuse_told
from rubrics.models import Criterion

QUANTUM = Decimal("0.0001")
BATCH = 2000
Points = tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Loaded:
    """What a load has added."""

    round: Round
    units: int
    graders: int
    sheets: int
    corrected: int
    unchanged: int


def readings_of(marks: MarkFile) -> dict[tuple[str, str], Points]:
    """Return the points of each (unit, grader) by criterion; of a repeated row the last counts. Empty rows are none."""
    columns = zip(*(criterion.marks for criterion in marks.criteria), strict=True)
    found: dict[tuple[str, str], Points] = {}
    for unit, grader, row in zip(marks.units, marks.graders, columns, strict=True):
        if any(mark is not None for mark in row):
            found[unit, grader] = tuple(None if mark is None else decimal(mark) for mark in row)
    return found


def decimal(mark: float | str) -> Decimal:
    return Decimal(str(mark)).quantize(QUANTUM)


@transaction.atomic
def load(
    *,
    assignment: Assignment,
    criteria: Sequence[Criterion],
    readings: Mapping[tuple[str, str], Points],
    now: datetime,
    rng: Random,
) -> Loaded:
    """Insert what is not there yet; the same readings twice add nothing, other points are a sheet's next version.

    Raises `CannotLoad`.
    """
    # A release waits for this, and this for a release.
    held = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    round_ = import_round(held, now=now)
    names = list(dict.fromkeys(grader for _unit, grader in readings))
    graders = enlist_external(round_=round_, names=names, rng=rng)
    scripts = scripts_by_unit(round_, list(dict.fromkeys(unit for unit, _grader in readings)), now=now, rng=rng)
    allocations = allocations_of(round_, scripts, graders, readings, now=now)
    sheets = sheets_of(round_, allocations, criteria, readings, now=now)
    if sheets:
        refuse_told(held)
    insert_marks(sheets, criteria, readings)
    count_readings(round_, {scripts[unit] for (unit, _grader) in sheets})
    corrected = sum(sheet.version > 1 for sheet in sheets.values())
    return Loaded(
        round=round_,
        units=len(scripts),
        graders=len(names),
        sheets=len(sheets) - corrected,
        corrected=corrected,
        unchanged=len(readings) - len(sheets),
    )


def scripts_by_unit(round_: Round, units: Sequence[str], *, now: datetime, rng: Random) -> dict[str, int]:
    """Return script ids; a unit that is not there yet becomes a student without an account, a paper and a script."""
    papers = papers_by_unit(round_, units, now=now)
    known = origin.script_ids_by_submission(round_)
    question = round_.questions.get().question if round_.unit == Round.Unit.QUESTION else None
    assert round_.assignment is not None  # noqa: S101  # a constraint
    new = [papers[unit] for unit in units if papers[unit].pk not in known]
    scripts = Script.objects.bulk_create(
        [
            Script(
                round=round_,
                question=question,
                language=question.language if question else round_.assignment.course.language,
                readings_wanted=0,
                rnd=rng.random(),
            )
            for _ in new
        ],
        batch_size=BATCH,
    )
    origin.record_all(zip(scripts, new, strict=True))
    known |= {paper.pk: script.pk for paper, script in zip(new, scripts, strict=True)}
    return {unit: known[papers[unit].pk] for unit in units}


def papers_by_unit(round_: Round, units: Sequence[str], *, now: datetime) -> dict[str, Submission]:
    assignment = round_.assignment
    assert assignment is not None  # noqa: S101  # a constraint
    too_long = next((unit for unit in units if len(unit) > 40), None)
    if too_long:
        raise CannotLoad(_("“%(unit)s” is too long for a student number. Use up to 40 signs.") % {"unit": too_long})
    students = {one.student_number: one for one in Enrolment.objects.filter(course=assignment.course)}
    new = [
        Enrolment(course=assignment.course, role=Enrolment.Role.STUDENT, student_number=unit)
        for unit in units
        if unit not in students
    ]
    students |= {one.student_number: one for one in Enrolment.objects.bulk_create(new, batch_size=BATCH)}
    papers = {paper.enrolment_id: paper for paper in counting_submissions(assignment)}
    begun = dict(assignment.submissions.values_list("enrolment").annotate(last=Max("attempt")).order_by())
    at = min(now, assignment.due_at or now)
    missing = [
        Submission(
            assignment=assignment,
            enrolment=students[unit],
            attempt=begun.get(students[unit].pk, 0) + 1,
            state=Submission.State.HANDED_IN,
            started_at=at,
            handed_in_at=at,
        )
        for unit in units
        if students[unit].pk not in papers
    ]
    papers |= {paper.enrolment_id: paper for paper in Submission.objects.bulk_create(missing, batch_size=BATCH)}
    return {unit: papers[students[unit].pk] for unit in units}


def allocations_of(
    round_: Round,
    scripts: Mapping[str, int],
    graders: Mapping[str, Grader],
    readings: Mapping[tuple[str, str], Points],
    *,
    now: datetime,
) -> dict[tuple[str, str], Allocation]:
    """Return the sealed allocation of each reading."""
    known = {(one.script_id, one.grader_id): one for one in Allocation.objects.filter(script__round=round_)}
    keys = {(unit, grader): (scripts[unit], graders[grader].pk) for unit, grader in readings}
    new = [
        Allocation(script_id=script, grader_id=grader, state=Allocation.State.SEALED, claimed_at=now)
        for script, grader in keys.values()
        if (script, grader) not in known
    ]
    known |= {(one.script_id, one.grader_id): one for one in Allocation.objects.bulk_create(new, batch_size=BATCH)}
    return {reading: known[key] for reading, key in keys.items()}


def sheets_of(
    round_: Round,
    allocations: Mapping[tuple[str, str], Allocation],
    criteria: Sequence[Criterion],
    readings: Mapping[tuple[str, str], Points],
    *,
    now: datetime,
) -> dict[tuple[str, str], MarkSheet]:
    """Insert a sheet for every reading whose points are not those that lie there."""
    latest = {sheet.allocation_id: sheet for sheet in latest_sheets().filter(allocation__script__round=round_)}
    sheets: dict[tuple[str, str], MarkSheet] = {}
    for reading, points in readings.items():
        allocation = allocations[reading]
        before = latest.get(allocation.pk)
        version, digest = (before.version + 1 if before else 1), digest_of(criteria, points)
        if before is None or not before.client_mark_id.endswith(digest):
            sheets[reading] = MarkSheet(
                allocation=allocation, version=version, client_mark_id=f"import-{version}-{digest}", sealed_at=now
            )
    MarkSheet.objects.bulk_create(sheets.values(), batch_size=BATCH)
    return sheets


def digest_of(criteria: Sequence[Criterion], points: Points) -> str:
    """Return what tells two sheets apart: the points by criterion, in whatever order the columns came."""
    by_criterion = sorted((one.pk, str(given)) for one, given in zip(criteria, points, strict=True))
    return sha256(repr(by_criterion).encode()).hexdigest()[:32]


def insert_marks(
    sheets: Mapping[tuple[str, str], MarkSheet],
    criteria: Sequence[Criterion],
    readings: Mapping[tuple[str, str], Points],
) -> None:
    """Insert the marks; one that is none of its criterion's levels is kept as points."""
    levels = [{level.points: level for level in one.levels.all()} for one in criteria]
    Mark.objects.bulk_create(
        [
            Mark(sheet=sheet, criterion=criterion, level=levels[place].get(points), points=points)
            for reading, sheet in sheets.items()
            for place, (criterion, points) in enumerate(zip(criteria, readings[reading], strict=True))
            if points is not None
        ],
        batch_size=BATCH,
    )


def count_readings(round_: Round, script_ids: set[int]) -> None:
    """Bring the counters of these scripts in line with their sheets, and have them settled anew."""
    by_count: dict[int, list[int]] = {}
    sealed = Allocation.objects.filter(script__round=round_, state=Allocation.State.SEALED).values_list("script")
    for script, count in sealed.annotate(n=Count("pk")).order_by():
        if script in script_ids:
            by_count.setdefault(count, []).append(script)
    for count, scripts in by_count.items():
        for start in range(0, len(scripts), BATCH):
            Script.objects.filter(pk__in=scripts[start : start + BATCH]).update(
                readings_wanted=count, readings_taken=count, settled_at=None
            )
