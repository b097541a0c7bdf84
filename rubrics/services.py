"""Writing rubrics. A pinned version never changes: editing one means making the next."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Question
from edu_crowd.people.models import User
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem
from rubrics.models import Criterion, Level, Rubric
from rubrics.queries import CriterionSpec, LevelSpec, current_rubric, specs_of

__all__ = ["CriterionSpec", "LevelSpec", "create_rubric", "edit_rubric", "new_version", "pin"]


class RubricExists(Problem):
    """The question has a rubric already."""


class RubricPinned(Problem):
    """A round marks by this version."""


class RubricIncomplete(Problem):
    """A criterion or a level is missing, or there twice."""


def create_rubric(
    *, owner: User, title: str, criteria: Sequence[CriterionSpec], question: Question | None = None
) -> Rubric:
    """Write the first version of a question's rubric, or of one for the library.

    Locks the question. Raises `RubricExists`, `RubricIncomplete`, `InvalidField`.
    """
    with transaction.atomic():
        if question is not None:
            _lock(question)
            if current_rubric(question) is not None:
                raise RubricExists(_("The question has a rubric already. Make a new version of it."))
        rubric = Rubric(owner=owner, title=title, question=question)
        _write(rubric, criteria)
    return rubric


def new_version(
    *, rubric: Rubric, by: User, criteria: Sequence[CriterionSpec] | None = None, title: str | None = None
) -> Rubric:
    """Write the next version of a rubric; what is not given is copied, and criteria are known by their keys.

    Locks the question. Raises `RubricIncomplete`, `InvalidField`.
    """
    with transaction.atomic():
        latest = rubric
        if rubric.question is not None:
            _lock(rubric.question)
            latest = current_rubric(rubric.question) or rubric
        version = Rubric(
            owner=by,
            title=rubric.title if title is None else title,
            question=rubric.question,
            version=latest.version + 1,
            parent=rubric,
        )
        _write(version, specs_of(rubric) if criteria is None else criteria)
    return version


def edit_rubric(*, rubric: Rubric, criteria: Sequence[CriterionSpec], title: str | None = None) -> None:
    """Rewrite a version that no round has pinned.

    Locks the rubric. Raises `RubricPinned`, `RubricIncomplete`, `InvalidField`.
    """
    with transaction.atomic():
        rubric.refresh_from_db(from_queryset=Rubric.objects.select_for_update())
        if rubric.pinned_at is not None:
            raise RubricPinned(_("Papers are marked by this version, so it stays as it is. Make a new version."))
        rubric.title = rubric.title if title is None else title
        Level.objects.filter(criterion__rubric=rubric).delete()
        rubric.criteria.all().delete()
        _write(rubric, criteria)


def pin(*, rubric: Rubric, now: datetime) -> None:
    """Fix a version for good; a version that is pinned stays as it was pinned first."""
    Rubric.objects.filter(pk=rubric.pk, pinned_at=None).update(pinned_at=now)
    rubric.refresh_from_db(fields=["pinned_at"])


def _lock(question: Question) -> None:
    Question.objects.select_for_update(no_key=True).get(pk=question.pk)


def _write(rubric: Rubric, specs: Sequence[CriterionSpec]) -> None:
    _check_complete(specs)
    check_fields(rubric)
    rubric.save()
    criteria = [
        Criterion(
            rubric=rubric,
            position=position,
            key=spec.key,
            title=spec.title,
            scale=spec.scale,
            weight=spec.weight,
            tolerance=spec.tolerance,
        )
        for position, spec in enumerate(specs, start=1)
    ]
    for criterion in criteria:
        check_fields(criterion)
    Criterion.objects.bulk_create(criteria)
    levels = [
        Level(criterion=criterion, position=position, points=spec.points, label=spec.label, descriptor=spec.descriptor)
        for criterion, criterion_spec in zip(criteria, specs, strict=True)
        for position, spec in enumerate(criterion_spec.levels, start=1)
    ]
    for level in levels:
        check_fields(level)
    Level.objects.bulk_create(levels)


def _check_complete(specs: Sequence[CriterionSpec]) -> None:
    if not specs:
        raise RubricIncomplete(_("A rubric needs a criterion. Add one."))
    if len({spec.key for spec in specs}) < len(specs):
        raise RubricIncomplete(_("Two criteria have the same key. Give each its own."))
    for spec in specs:
        if not spec.levels:
            raise RubricIncomplete(_("The criterion “%(title)s” has no level. Add one.") % {"title": spec.title})
        if len({level.points for level in spec.levels}) < len(spec.levels):
            raise RubricIncomplete(
                _("Two levels of “%(title)s” are worth the same points. Change one.") % {"title": spec.title}
            )
