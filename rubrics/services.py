"""Writing rubrics. A pinned version never changes: editing one means making the next."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from assignments.models import Question
from edu_crowd.people.models import User
from edu_crowd.shared import audit
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem
from rubrics.models import Criterion, Level, Rubric
from rubrics.queries import CriterionSpec, LevelSpec, current_rubric, fingerprint, specs_of, versions_of

__all__ = [
    "CriterionSpec",
    "LevelSpec",
    "copy_rubric",
    "create_rubric",
    "delete_rubric",
    "edit_rubric",
    "new_version",
    "pin",
]


class RubricExists(Problem):
    """The question has a rubric already."""


class RubricPinned(Problem):
    """A round marks by this version."""


class RubricChanged(Problem):
    """Somebody else wrote since this was read."""


class RubricIncomplete(Problem):
    """A criterion or a level is missing, or there twice."""


class NotInLibrary(Problem):
    """Only what lies in a library, and what nobody marks by, can be deleted."""


def create_rubric(
    *,
    owner: User,
    title: str,
    criteria: Sequence[CriterionSpec],
    question: Question | None = None,
    imported: bool = False,
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
        _record("created", rubric, imported=imported)
    return rubric


def copy_rubric(*, rubric: Rubric, owner: User, question: Question | None = None) -> Rubric:
    """Copy a version to a question that has no rubric, or into somebody's library; the two are apart from then on.

    Locks the question. Raises `RubricExists`.
    """
    with transaction.atomic():
        copy = create_rubric(owner=owner, title=rubric.title, criteria=specs_of(rubric), question=question)
        audit.record("rubric.copied", copy, from_rubric=rubric.pk)
    return copy


def new_version(
    *,
    rubric: Rubric,
    by: User,
    criteria: Sequence[CriterionSpec] | None = None,
    title: str | None = None,
    base: str | None = None,
    imported: bool = False,
) -> Rubric:
    """Write the next version of a rubric; what is not given is copied, and criteria are known by their keys.

    `base` is the fingerprint of what was read before. Locks the question, or the rubric of a library.
    Raises `RubricChanged`, `RubricIncomplete`, `InvalidField`.
    """
    with transaction.atomic():
        _lock(rubric.question or rubric)
        latest = _newest(rubric)
        _check_base(latest, base)
        version = Rubric(
            owner=by,
            title=rubric.title if title is None else title,
            question=rubric.question,
            version=latest.version + 1,
            # A library knows its versions by this chain, so it has no branches.
            parent=rubric if rubric.question else latest,
        )
        _write(version, specs_of(rubric) if criteria is None else criteria)
        _record("versioned", version, imported=imported)
    return version


def edit_rubric(
    *,
    rubric: Rubric,
    criteria: Sequence[CriterionSpec],
    title: str | None = None,
    base: str | None = None,
    imported: bool = False,
) -> None:
    """Rewrite a version that no round has pinned.

    `base` is the fingerprint of what was read before. Locks the question and the rubric.
    Raises `RubricPinned`, `RubricChanged`, `RubricIncomplete`, `InvalidField`.
    """
    with transaction.atomic():
        if rubric.question is not None:
            _lock(rubric.question)
        rubric.refresh_from_db(from_queryset=Rubric.objects.select_for_update())
        if base is not None:
            _check_base(_newest(rubric), base)
        if rubric.pinned_at is not None:
            raise _pinned()
        rubric.title = rubric.title if title is None else title
        try:
            _empty(rubric)
        except ProtectedError:
            raise _pinned() from None
        _write(rubric, criteria)
        _record("edited", rubric, imported=imported)


def delete_rubric(*, rubric: Rubric) -> None:
    """Delete a rubric of a library with all its versions; copies of it stay.

    Locks the versions. Raises `NotInLibrary`.
    """
    with transaction.atomic():
        versions = versions_of(rubric)
        locked = Rubric.objects.select_for_update().filter(pk__in=[one.pk for one in versions])
        if any(one.question_id is not None or one.pinned_at is not None for one in locked):
            raise NotInLibrary(_("Papers are marked by this rubric, so it stays. Only what lies in a library can go."))
        for version in versions:  # newest first: each points to the one before
            _empty(version)
            Rubric.objects.filter(pk=version.pk).delete()
        audit.record("rubric.deleted", rubric, versions=len(versions))


def pin(*, rubric: Rubric, now: datetime) -> None:
    """Fix a version for good; a version that is pinned stays as it was pinned first."""
    Rubric.objects.filter(pk=rubric.pk, pinned_at=None).update(pinned_at=now)
    rubric.refresh_from_db(fields=["pinned_at"])


def _lock(row: Question | Rubric) -> None:
    type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def _newest(rubric: Rubric) -> Rubric:
    return versions_of(rubric)[0]


def _check_base(newest: Rubric, base: str | None) -> None:
    if base is not None and fingerprint(newest) != base:
        raise RubricChanged(_("Somebody saved this rubric while you wrote. Both are below: yours is not saved yet."))


def _pinned() -> RubricPinned:
    return RubricPinned(_("Papers are marked by this version, so it stays as it is. Make a new version."))


def _empty(rubric: Rubric) -> None:
    Level.objects.filter(criterion__rubric=rubric).delete()
    rubric.criteria.all().delete()


def _record(act: str, rubric: Rubric, *, imported: bool) -> None:
    action = "rubric.imported" if imported else f"rubric.{act}"
    audit.record(action, rubric, act=act, version=rubric.version, question=rubric.question_id)


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
