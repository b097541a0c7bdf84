"""Rubrics as others read them: which version holds, its criteria, and the points they are worth."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from assignments.models import Assignment, Course, Question
from edu_crowd.people.models import User
from edu_crowd.shared.access import objects_with_right
from rubrics.models import Criterion, Level, Rubric


@dataclass(frozen=True)
class LevelSpec:
    points: Decimal
    label: str
    descriptor: str = ""


@dataclass(frozen=True)
class CriterionSpec:
    key: str
    title: str
    levels: tuple[LevelSpec, ...]
    weight: Decimal = Decimal(1)
    tolerance: int = 1
    scale: str = Criterion.Scale.ORDINAL.value


def current_rubric(question: Question) -> Rubric | None:
    """Return the highest version."""
    return Rubric.objects.filter(question=question).order_by("-version").first()


def criteria_of(rubrics: Iterable[Rubric]) -> QuerySet[Criterion]:
    """Return the criteria of these versions in order, with their levels."""
    return Criterion.objects.filter(rubric__in=rubrics).order_by("rubric", "position").prefetch_related("levels")


def specs_of(rubric: Rubric) -> list[CriterionSpec]:
    """Return what a rubric says, free of its rows: to copy it, or to start another one from it."""
    return specs_by_rubric([rubric])[rubric.pk]


def specs_by_rubric(rubrics: Sequence[Rubric]) -> dict[int, list[CriterionSpec]]:
    """Return what each of these rubrics says, by its id."""
    found: dict[int, list[CriterionSpec]] = {rubric.pk: [] for rubric in rubrics}
    for criterion in criteria_of(rubrics):
        found[criterion.rubric_id].append(
            CriterionSpec(
                key=criterion.key,
                title=criterion.title,
                levels=tuple(
                    LevelSpec(level.points, level.label, level.descriptor) for level in criterion.levels.all()
                ),
                weight=criterion.weight,
                tolerance=criterion.tolerance,
                scale=criterion.scale,
            )
        )
    return found


def fingerprint(rubric: Rubric | None) -> str:
    """Return what tells this state of a version from any other; "none" where there is no rubric yet."""
    if rubric is None:
        return "none"
    return sha256(repr((rubric.pk, rubric.title, specs_of(rubric))).encode()).hexdigest()[:20]


def versions_of(rubric: Rubric) -> list[Rubric]:
    """Return all versions of a question's rubric, or of one in the library, newest first."""
    if rubric.question_id is not None:
        return list(Rubric.objects.filter(question_id=rubric.question_id).order_by("-version"))
    own = {one.pk: one for one in Rubric.objects.filter(question=None, owner_id=rubric.owner_id)}
    following = {one.parent_id: one for one in own.values() if one.parent_id}
    newest = rubric
    while newest.pk in following:
        newest = following[newest.pk]
    chain = [newest]
    while chain[-1].parent_id in own:
        chain.append(own[chain[-1].parent_id])
    return chain


def library_of(owner: User) -> QuerySet[Rubric]:
    """Return the newest version of each rubric in somebody's library, by title."""
    return with_sizes(Rubric.objects.filter(question=None, owner=owner).exclude(_followed())).order_by("title", "pk")


def copyable_by(person: User) -> QuerySet[Rubric]:
    """Return what a person may start from: their library, and the newest rubrics of the courses they manage."""
    taught = objects_with_right(person, "manage_course", Course)
    later = Rubric.objects.filter(question=OuterRef("question"), version__gt=OuterRef("version"))
    newest = Q(question__assignment__course__in=taught) & ~Exists(later)
    mine = Q(question=None, owner=person) & ~_followed()
    return (
        with_sizes(Rubric.objects.filter(mine | newest))
        .select_related("question__assignment__course")
        .order_by(F("question").asc(nulls_first=True), "title", "pk")
    )


def with_sizes(rubrics: QuerySet[Rubric]) -> QuerySet[Rubric]:
    """Add how many criteria and levels each has."""
    criteria = Criterion.objects.filter(rubric=OuterRef("pk")).order_by().values("rubric")
    levels = Level.objects.filter(criterion__rubric=OuterRef("pk")).order_by().values("criterion__rubric")
    return rubrics.annotate(
        criterion_count=Subquery(criteria.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        level_count=Subquery(levels.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
    )


def questions_without_rubric(person: User) -> QuerySet[Question]:
    """Return the hand-marked questions of the courses a person manages that have no rubric yet."""
    taught = objects_with_right(person, "manage_course", Course).filter(archived_at=None)
    return (
        Question.objects.filter(assignment__course__in=taught, rubrics=None)
        .exclude(kind__in=Question.MACHINE_MARKED)
        .exclude(assignment__state=Assignment.State.ARCHIVED)
        .select_related("assignment__course")
        .order_by("-assignment", "position")
    )


def without_rubric(assignment: Assignment) -> list[Question]:
    """Return the hand-marked questions of an assignment that have no rubric yet."""
    questions = assignment.questions.filter(rubrics=None).exclude(kind__in=Question.MACHINE_MARKED)
    return list(questions.order_by("position"))


def has_rubric(assignment: Assignment) -> bool:
    """Tell whether any question of an assignment has a rubric."""
    return Rubric.objects.filter(question__assignment=assignment).exists()


def _followed() -> Exists:
    return Exists(Rubric.objects.filter(parent=OuterRef("pk"), question=None))


def maximum(criterion: Criterion) -> Decimal:
    """Return the points of the best level."""
    return max(level.points for level in criterion.levels.all())


@dataclass(frozen=True)
class Worth:
    """What one criterion brings: its best level, weighted, and how much of the question's points that is."""

    title: str
    weight: Decimal
    maximum: Decimal
    points: Decimal | None

    @property
    def weighted(self) -> Decimal:
        return self.weight * self.maximum


def worths_of(specs: Sequence[CriterionSpec], points: Decimal | None = None) -> list[Worth]:
    """Return what each criterion can bring to a question worth `points`; None where it belongs to no question."""
    best = [(spec, max((level.points for level in spec.levels), default=Decimal(0))) for spec in specs]
    in_all = sum((spec.weight * most for spec, most in best), Decimal(0))
    return [
        Worth(
            title=spec.title,
            weight=spec.weight,
            maximum=most,
            points=points * spec.weight * most / in_all if points is not None and in_all else None,
        )
        for spec, most in best
    ]


def question_score(*, points: Decimal, criteria: Iterable[tuple[Decimal, Decimal, Decimal]]) -> Decimal:
    """Return points · Σ weight·score / Σ weight·maximum over (weight, maximum, score); 0 where nothing can be won."""
    rows = list(criteria)
    within_reach = sum((weight * maximum for weight, maximum, _ in rows), Decimal(0))
    if not within_reach:
        return Decimal(0)
    return points * sum((weight * score for weight, _, score in rows), Decimal(0)) / within_reach
