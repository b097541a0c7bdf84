"""Assignments: written as a draft, then draft → published → closed → released → archived."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from assignments.models import Assignment, Course, Question
from assignments.queries.assignment import missing_for_publication
from assignments.reporting import plain_bands
from assignments.services.settings import SET
from assignments.services.state import NotDraft, State, WrongTimes, check_times, lock, move
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem

# What a copy takes over; times belong to one class.
COPIED = [name for name in SET if name not in ("title", "opens_at", "due_at")]


class Incomplete(Problem):
    """Something is missing for publication; the message lists all of it."""


class DraftInUse(Problem):
    """Other rows hold on to the draft."""


def create_assignment(*, course: Course, title: str, **fields: Any) -> Assignment:
    """Write a draft; `fields` are those of the row. Raises `WrongTimes`, `InvalidField`."""
    assignment = Assignment(course=course, title=title, **fields)
    check_fields(assignment)
    check_times(assignment)
    with transaction.atomic():
        assignment.save()
        record("assignment.created", assignment, course=course.pk)
    return assignment


def copy_assignment(*, assignment: Assignment, course: Course, title: str) -> Assignment:
    """Write a draft with the settings and questions of another assignment, without its times. Raises `InvalidField`."""
    with transaction.atomic():
        draft = Assignment(course=course, title=title, **{name: getattr(assignment, name) for name in COPIED})
        check_fields(draft)
        draft.save()
        Question.objects.bulk_create(
            Question(
                assignment=draft,
                position=position,
                kind=question.kind,
                prompt=question.prompt,
                points=question.points,
                key=question.key,
                language=question.language,
            )
            for position, question in enumerate(assignment.questions.all(), start=1)
        )
        record("assignment.copied", draft, course=course.pk, source=assignment.pk)
    return draft


def delete_draft(*, assignment: Assignment) -> None:
    """Delete a draft with its questions and extensions; nobody but its teachers has seen it.

    Locks the assignment. Raises `NotDraft`, `DraftInUse`.
    """
    with transaction.atomic():
        lock(assignment)
        if assignment.state != State.DRAFT:
            raise NotDraft(_("Students see this assignment already, so it stays."))
        record("assignment.deleted", assignment, course=assignment.course_id, questions=assignment.questions.count())
        try:
            assignment.extensions.all().delete()
            assignment.questions.all().delete()
            Assignment.objects.filter(pk=assignment.pk).delete()
        except ProtectedError:
            raise draft_in_use() from None


def draft_in_use() -> DraftInUse:
    return DraftInUse(
        _("A round of marking, a file or a paper belongs to this draft. Discard the round, then delete the draft.")
    )


def publish(*, assignment: Assignment, now: datetime) -> None:
    """Show a draft to the students; its cut scores are spelled plainly from here on.

    Locks the assignment. Raises `Incomplete`, `WrongState`.
    """
    with transaction.atomic():
        lock(assignment)
        missing = missing_for_publication(assignment, now=now) if assignment.state == State.DRAFT else []
        if missing:
            raise Incomplete(" ".join(missing))
        if assignment.state == State.DRAFT and assignment.reporting != Assignment.Reporting.POINTS:
            assignment.bands = plain_bands(assignment.bands)
            assignment.save(update_fields=["bands"])
        if move(assignment, to=State.PUBLISHED, from_=State.DRAFT):
            record("assignment.published", assignment)


def close(*, assignment: Assignment, now: datetime) -> None:
    """Stop taking papers; closing early makes now the due time.

    Locks the assignment. Raises `WrongState`, `WrongTimes`.
    """
    with transaction.atomic():
        lock(assignment)
        is_early = assignment.due_at is not None and now < assignment.due_at
        if assignment.state == State.PUBLISHED and is_early and assignment.opens_at and now <= assignment.opens_at:
            raise WrongTimes(_("The assignment has not opened yet. Let it open earlier, then close it."))
        if not move(assignment, to=State.CLOSED, from_=State.PUBLISHED):
            return
        if is_early:
            assignment.due_at = now
            assignment.save(update_fields=["due_at"])
        record("assignment.closed", assignment, early=is_early)


def reopen(*, assignment: Assignment, due_at: datetime, now: datetime) -> None:
    """Take papers again until a new due time. Locks the assignment. Raises `WrongState`, `WrongTimes`."""
    with transaction.atomic():
        lock(assignment)
        if due_at <= now:
            raise WrongTimes(_("The new due time is over already. Choose a later one."))
        if move(assignment, to=State.PUBLISHED, from_=State.CLOSED):
            record("assignment.reopened", assignment)
        assignment.due_at = due_at
        assignment.save(update_fields=["due_at"])


def mark_released(*, assignment: Assignment) -> None:
    """Note that the class has its results. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        lock(assignment)
        move(assignment, to=State.RELEASED, from_=State.CLOSED)


def withdraw_release(*, assignment: Assignment) -> None:
    """Note that the results were taken back. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        lock(assignment)
        move(assignment, to=State.CLOSED, from_=State.RELEASED)


def archive(*, assignment: Assignment) -> None:
    """Put an assignment away for good. Locks the assignment. Raises `WrongState`."""
    with transaction.atomic():
        lock(assignment)
        if move(assignment, to=State.ARCHIVED, from_=State.RELEASED):
            record("assignment.archived", assignment)
