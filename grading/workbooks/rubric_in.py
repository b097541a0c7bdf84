"""Where imported marks go: the criteria of an assignment, or a course made from the columns of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assignments.models import Assignment, Question
from assignments.services.assignment import close, create_assignment, publish
from assignments.services.enrolment import create_course
from assignments.services.question import add_question
from edu_crowd.people.models import User
from edu_crowd.shared.text import fold
from grading.queries.script import criteria_of_round
from grading.workbooks.columns import Criterion as Column
from grading.workbooks.mark_files import MarkFile, read_marks
from grading.workbooks.round_in import CannotLoad, known_import_round
from grading.workbooks.rows import WIDE_CRITERION, names_in
from rubrics.models import Criterion
from rubrics.queries import CriterionSpec, LevelSpec, criteria_of, current_rubric
from rubrics.services import create_rubric

# More levels than a person reads become this many even steps; marks between them are kept as points.
MOST_LEVELS, STEPS = 12, 10


@dataclass(frozen=True)
class Incoming:
    """A file that was read, and where its marks go."""

    marks: MarkFile
    assignment: Assignment
    criteria: list[Criterion]


def into_existing(*, assignment: Assignment, options: Mapping[str, Any]) -> Incoming:
    """Read a file for an assignment that is there. Raises `CannotLoad`, `UnreadableTable`."""
    if assignment.state == Assignment.State.DRAFT:
        raise CannotLoad(_("The assignment is a draft. Publish it first: then its questions and rubrics stand."))
    columns = [WIDE_CRITERION] if options["wide"] else names_in(options["score"])
    criteria = criteria_for(assignment, columns)
    marks = read_marks({**options, "levels": options["levels"] or levels_option(criteria)})
    return Incoming(marks, assignment, criteria)


def into_new(*, title: str, owner: User, options: Mapping[str, Any], now: datetime) -> Incoming:
    """Read a file for an assignment that is made from it. Raises `CannotLoad`, `UnreadableTable`."""
    marks = read_marks(options)
    assignment = assignment_for(title=title, owner=owner, marks=marks, now=now)
    return Incoming(marks, assignment, criteria_for(assignment, [column.name for column in marks.criteria]))


def criteria_for(assignment: Assignment, columns: Sequence[str]) -> list[Criterion]:
    """Return the criteria of an assignment that the columns mean: by key or title, or in order where none is named.

    Raises `CannotLoad`.
    """
    found = criteria_there(assignment)
    by_name = {fold(name): criterion for criterion in found for name in (criterion.key, criterion.title)}
    named = [by_name.get(fold(column)) for column in columns]
    titles = ", ".join(one.title for one in found)
    if found and all(named) and len(set(named)) == len(found):
        return [criterion for criterion in named if criterion]
    if len(columns) != len(found):
        raise CannotLoad(
            _("The rubric has %(wanted)d criteria (%(names)s) and --score names %(given)d columns. Name one for each.")
            % {"wanted": len(found), "names": titles, "given": len(columns)}
        )
    if any(named):  # one wrong letter must not move the marks of the others
        raise CannotLoad(
            _("Some columns of --score are criteria of the rubric, some are not. Call all as it does: %(names)s.")
            % {"names": titles}
        )
    return found


def criteria_there(assignment: Assignment) -> list[Criterion]:
    """Return the criteria that marks go to: those that the assignment's import round pinned, else the current ones."""
    round_ = known_import_round(assignment)
    if round_ is not None:
        return list(criteria_of_round(round_))
    questions = [question for question in assignment.questions.all() if not question.is_machine_marked]
    rubrics = [rubric for question in questions if (rubric := current_rubric(question))]
    return [criterion for rubric in rubrics for criterion in criteria_of([rubric])]


def levels_option(criteria: Sequence[Criterion]) -> list[str]:
    """Return a rubric's levels as the option of the columns, so that a mark outside them is refused with its row."""
    return [",".join(f"{level.points.normalize():f}" for level in one.levels.all()) for one in criteria]


@transaction.atomic
def assignment_for(*, title: str, owner: User, marks: MarkFile, now: datetime) -> Assignment:
    """Return the owner's assignment of this title, or make it with its course and its rubric. Raises `CannotLoad`."""
    known = Assignment.objects.filter(
        title=title, course__title=title, course__enrolments__user=owner, course__enrolments__role="owner"
    ).first()
    if known is not None:
        return known
    specs = [spec_of(column, place) for place, column in enumerate(marks.criteria, start=1)]
    course = create_course(owner=owner, title=title, language=owner.locale, time_zone=owner.time_zone)
    assignment = create_assignment(course=course, title=title, due_at=now)
    points = sum((max(level.points for level in spec.levels) for spec in specs), Decimal(0))
    question = add_question(
        assignment=assignment, kind=Question.Kind.LONG_TEXT, prompt=title, points=max(points, Decimal("0.01"))
    )
    create_rubric(owner=owner, title=title, criteria=specs, question=question)
    publish(assignment=assignment, now=now - timedelta(minutes=1))
    close(assignment=assignment, now=now)
    return assignment


def spec_of(column: Column, place: int) -> CriterionSpec:
    if not column.has_points:
        raise CannotLoad(
            _("“%(name)s” holds labels. Marks are loaded as numbers; `analyse` reads labels.") % {"name": column.name}
        )
    return CriterionSpec(
        key=slugify(f"{place}-{column.name}", allow_unicode=True)[:60],
        title=column.name[:200],
        levels=tuple(LevelSpec(points, f"{points:f}") for points in level_points(column)),
        scale=Criterion.Scale.ORDINAL if column.scale == "ordinal" else Criterion.Scale.INTERVAL,
    )


def level_points(column: Column) -> list[Decimal]:
    """Return the levels of a column, or even steps where there are too many to read."""
    numbers = sorted(float(level) for level in column.levels or () if not isinstance(level, str))
    if not numbers or len(numbers) > MOST_LEVELS:
        given = [float(mark) for mark in column.marks if mark is not None]
        low = numbers[0] if numbers else min([0.0, *given])
        high = numbers[-1] if numbers else max([low, *given] if column.highest is None else [column.highest])
        numbers = [low + (high - low) * step / STEPS for step in range(STEPS + 1)] if high > low else [low]
    return [Decimal(str(round(number, 2))).normalize() + 0 for number in numbers]
