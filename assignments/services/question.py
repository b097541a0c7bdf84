"""Questions of a draft; after publication only words are mended, and only while nobody has begun a paper."""

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from assignments.autograde import check_key
from assignments.models import Assignment, Question
from assignments.queries.assignment import papers_begun
from assignments.services.state import NotDraft, State, lock
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.drawn import check_unchanged
from edu_crowd.shared.errors import Problem

# What a teacher writes of a question.
WRITTEN = ("prompt", "language", "points", "key")


class PapersBegun(Problem):
    """Students write to these words already."""


class QuestionGone(Problem):
    """Another window has deleted the question."""


class QuestionInUse(Problem):
    """Other rows hold on to the question."""


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
        lock(assignment)
        if assignment.state != State.DRAFT:
            raise NotDraft(_("Students see this assignment already. Put the question into a new one."))
        question = Question(
            assignment=assignment,
            position=_last_position(assignment) + 1,
            kind=kind,
            prompt=prompt,
            points=points,
            key={} if key is None else check_key(kind, key),
            language=language or assignment.course.language,
        )
        check_fields(question)
        question.save()
        record("question.added", question, assignment=assignment.pk, kind=kind)
    return question


def edit_question(
    *,
    question: Question,
    prompt: str,
    language: str,
    points: Decimal | None = None,
    key: Mapping[str, Any] | None = None,
    base: str | None = None,
) -> None:
    """Write a question anew; points and key stay as they are where none are given.

    `base` is the fingerprint of what the writer saw.
    Locks the assignment. Raises `NotDraft`, `PapersBegun`, `QuestionGone`, `ChangedMeanwhile`, `InvalidKey`,
    `InvalidField`.
    """
    with transaction.atomic():
        lock(question.assignment)
        read_again(question, "kind", *WRITTEN)
        edited = copy(question)
        edited.prompt, edited.language = prompt, language
        if points is not None:
            edited.points = points
        if key is not None:
            edited.key = check_key(question.kind, key)
        check_fields(edited)
        changed = [name for name in WRITTEN if getattr(edited, name) != getattr(question, name)]
        if not changed:
            return
        if question.assignment.state != State.DRAFT:
            _check_published(question.assignment, changed)
        check_unchanged(question, WRITTEN, base=base, changed=changed)
        edited.save(update_fields=changed)
        for name in changed:
            setattr(question, name, getattr(edited, name))
        record("question.edited", question, fields=changed)


def delete_question(*, question: Question) -> None:
    """Take a question out of a draft; those behind it move up.

    Locks the assignment. Raises `NotDraft`, `QuestionInUse`.
    """
    with transaction.atomic():
        lock(question.assignment)
        if question.assignment.state != State.DRAFT:
            raise NotDraft(_("Students see this assignment already, so its questions stay."))
        record("question.deleted", question, assignment=question.assignment_id)
        try:
            Question.objects.filter(pk=question.pk).delete()
        except ProtectedError:
            raise question_in_use() from None
        for position, one in enumerate(question.assignment.questions.order_by("position"), start=1):
            if one.position != position:
                Question.objects.filter(pk=one.pk).update(position=position)


def move_question(*, question: Question, by: int) -> None:
    """Move a question of a draft up (-1) or down (1); at the end it stays where it is.

    Locks the assignment. Raises `NotDraft`, `QuestionGone`.
    """
    with transaction.atomic():
        lock(question.assignment)
        if question.assignment.state != State.DRAFT:
            raise NotDraft(_("Students see this assignment already, so the order of its questions stays."))
        read_again(question, "position")
        neighbours = question.assignment.questions.exclude(pk=question.pk)
        if by < 0:
            neighbour = neighbours.filter(position__lt=question.position).order_by("-position").first()
        else:
            neighbour = neighbours.filter(position__gt=question.position).order_by("position").first()
        if neighbour is None:
            return
        here, there = question.position, neighbour.position
        # Two questions never share a position, not even on the way.
        for one, position in (
            (question, _last_position(question.assignment) + 1),
            (neighbour, here),
            (question, there),
        ):
            one.position = position
            one.save(update_fields=["position"])
        record("question.moved", question, position=there)


def read_again(question: Question, *fields: str) -> None:
    try:
        question.refresh_from_db(fields=fields)
    except Question.DoesNotExist:
        raise QuestionGone(_("This question was deleted in the meantime.")) from None


def question_in_use() -> QuestionInUse:
    return QuestionInUse(
        _("A round of marking was prepared with this question. Discard the round, then delete the question.")
    )


def _last_position(assignment: Assignment) -> int:
    return assignment.questions.aggregate(last=Max("position"))["last"] or 0


def _check_published(assignment: Assignment, changed: list[str]) -> None:
    if {"points", "key"} & set(changed):
        raise NotDraft(_("Students see this assignment already, so points and key stay as they are."))
    if assignment.state != State.PUBLISHED or papers_begun(assignment):
        raise PapersBegun(_("A student has begun a paper, so the words of the question stay as they are."))
