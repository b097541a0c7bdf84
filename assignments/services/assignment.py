"""Assignments: written as a draft, then draft → published → closed → released → archived."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from assignments.autograde import InvalidKey, check_key
from assignments.models import Assignment, Course, Enrolment, Extension, Question
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import parse_number

State = Assignment.State


class NotDraft(Problem):
    """What students see already does not change under their hands."""


class WrongState(Problem):
    """The assignment cannot go there from where it is."""


class Incomplete(Problem):
    """Something is missing for publication; the message lists all of it."""


class WrongTimes(Problem):
    """Times that contradict each other."""


class NotInCourse(Problem):
    """The student belongs to another course."""


def create_assignment(*, course: Course, title: str, **fields: Any) -> Assignment:
    """Write a draft; `fields` are those of the row. Raises `WrongTimes`, `InvalidField`."""
    assignment = Assignment(course=course, title=title, **fields)
    check_fields(assignment)
    if assignment.opens_at and assignment.due_at and assignment.opens_at >= assignment.due_at:
        raise WrongTimes(_("The assignment opens after it is due. Let it open earlier."))
    assignment.save()
    return assignment


def add_question(
    *,
    assignment: Assignment,
    kind: str,
    prompt: str,
    points: Decimal,
    key: Mapping[str, Any] | None = None,
    language: str | None = None,
) -> Question:
    """Add the last question of a draft; a key may still be missing, until publication.

    Locks the assignment. Raises `NotDraft`, `InvalidKey`, `InvalidField`.
    """
    with transaction.atomic():
        _lock(assignment)
        if assignment.state != State.DRAFT:
            raise NotDraft(_("Students see this assignment already. Put the question into a new one."))
        last = assignment.questions.aggregate(last=Max("position"))["last"] or 0
        question = Question(
            assignment=assignment,
            position=last + 1,
            kind=kind,
            prompt=prompt,
            points=points,
            key={} if key is None else check_key(kind, key),
            language=language or assignment.course.language,
        )
        check_fields(question)
        question.save()
    return question


def publish(*, assignment: Assignment, now: datetime) -> None:
    """Show a draft to the students; its cut scores are spelled plainly from here on.

    Locks the assignment. Raises `Incomplete`, `WrongState`.
    """
    with transaction.atomic():
        _lock(assignment)
        missing = _missing(assignment, now) if assignment.state == State.DRAFT else []
        if missing:
            raise Incomplete(" ".join(missing))
        if assignment.state == State.DRAFT and assignment.reporting != Assignment.Reporting.POINTS:
            assignment.bands = _plain_bands(assignment)
            assignment.save(update_fields=["bands"])
        _move(assignment, to=State.PUBLISHED, from_=State.DRAFT)


def close(*, assignment: Assignment, now: datetime) -> None:
    """Stop taking papers; closing early makes now the due time.

    Locks the assignment. Raises `WrongState`, `WrongTimes`.
    """
    with transaction.atomic():
        _lock(assignment)
        _move(assignment, to=State.CLOSED, from_=State.PUBLISHED)
        if assignment.due_at is not None and now < assignment.due_at:
            if assignment.opens_at is not None and now <= assignment.opens_at:
                raise WrongTimes(_("The assignment has not opened yet. Let it open earlier, then close it."))
            assignment.due_at = now
            assignment.save(update_fields=["due_at"])


def reopen(*, assignment: Assignment, due_at: datetime, now: datetime) -> None:
    """Take papers again until a new due time. Locks the assignment. Raises `WrongState`, `WrongTimes`."""
    with transaction.atomic():
        _lock(assignment)
        if due_at <= now:
            raise WrongTimes(_("The new due time is over already. Choose a later one."))
        _move(assignment, to=State.PUBLISHED, from_=State.CLOSED)
        assignment.due_at = due_at
        assignment.save(update_fields=["due_at"])


def mark_released(*, assignment: Assignment) -> None:
    """Note that the class has its results. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        _lock(assignment)
        _move(assignment, to=State.RELEASED, from_=State.CLOSED)


def withdraw_release(*, assignment: Assignment) -> None:
    """Note that the results were taken back. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        _lock(assignment)
        _move(assignment, to=State.CLOSED, from_=State.RELEASED)


def archive(*, assignment: Assignment) -> None:
    """Put an assignment away for good. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        _lock(assignment)
        _move(assignment, to=State.ARCHIVED, from_=State.RELEASED)


def extend(
    *, assignment: Assignment, enrolment: Enrolment, due_at: datetime | None = None, extra_minutes: int = 0
) -> Extension:
    """Give one student another due time, extra minutes on the clock, or both; replaces an earlier extension.

    Locks the assignment. Raises `NotInCourse`, `WrongTimes`.
    """
    with transaction.atomic():
        _lock(assignment)
        if enrolment.course_id != assignment.course_id:
            raise NotInCourse(_("This student is not in the course. Choose one of the roster."))
        if due_at is not None and assignment.due_at is not None and due_at < assignment.due_at:
            raise WrongTimes(_("An extension cannot end before the due time. Choose a later time."))
        extension, _created = Extension.objects.update_or_create(
            assignment=assignment,
            enrolment=enrolment,
            defaults={"due_at": due_at, "extra_minutes": extra_minutes},
        )
    return extension


def _lock(assignment: Assignment) -> None:
    assignment.refresh_from_db(
        from_queryset=Assignment.objects.select_related("course").select_for_update(no_key=True, of=("self",))
    )


def _move(assignment: Assignment, *, to: State, from_: State) -> None:
    """Change the state; a move that was made already is no failure."""
    if assignment.state == to:
        return
    if assignment.state != from_:
        raise WrongState(
            _("The assignment is %(state)s, so this cannot be done. Load the page again to see what can.")
            % {"state": assignment.get_state_display()}
        )
    assignment.state = to
    assignment.save(update_fields=["state"])


def _missing(assignment: Assignment, now: datetime) -> list[str]:
    """List, as sentences, what stands between a draft and its publication."""
    missing = []
    if assignment.due_at is None:
        missing.append(_("Set a due time."))
    elif assignment.due_at <= now:
        missing.append(_("The due time is over already. Set a later one."))
    questions = list(assignment.questions.all())
    if not questions:
        missing.append(_("Add a question."))
    for question in questions:
        try:
            check_key(question.kind, question.key)
        except InvalidKey as problem:
            missing.append(
                _("Question %(position)d: %(problem)s") % {"position": question.position, "problem": problem}
            )
    return missing + _missing_bands(assignment)


def _missing_bands(assignment: Assignment) -> list[str]:
    if assignment.reporting == Assignment.Reporting.POINTS:
        return []
    cuts = []
    for band in assignment.bands:
        cut = _cut_of(band) if isinstance(band, dict) and {"from", "label"} <= band.keys() else None
        if cut is None or not 0 <= cut <= 100 or not str(band["label"]).strip():
            return [_("Give each band a label and a cut score from 0 to 100 percent.")]
        cuts.append(cut)
    if assignment.reporting == Assignment.Reporting.PASS_FAIL and len(cuts) != 1:
        return [_("Give one cut score for a pass.")]
    if not cuts:
        return [_("Give at least one band with its cut score.")]
    if any(lower >= upper for upper, lower in pairwise(cuts)):
        return [_("Order the bands from the top, each with a lower cut score than the one above.")]
    return []


def _cut_of(band: Mapping[str, Any]) -> Decimal | None:
    return parse_number(str(band["from"]))


def _plain_bands(assignment: Assignment) -> list[dict[str, str]]:
    """Return the bands with their cut scores as `Decimal` reads them, however they were typed: 80.5 for ８０，５."""
    return [
        {"label": str(band["label"]), "from": f"{cut.normalize() + 0:f}"}
        for band in assignment.bands
        if (cut := _cut_of(band)) is not None
    ]
