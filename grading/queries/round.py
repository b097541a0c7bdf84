"""Rounds as their teacher sees them: how far they are, and who is at work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from assignments.models import Assignment, Course
from grading.models import Allocation, Enlistment, ReferenceMark, ReviewCase, Round, RoundQuestion, Script
from grading.queries.script import CHECKS
from rubrics.models import Rubric

SEALED, CLAIMED = Allocation.State.SEALED, Allocation.State.CLAIMED


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many scripts of a round are settled, how many wait for a person, and how many readings are in."""

    scripts: int
    settled: int
    waiting: int
    readings: int
    readings_wanted: int
    # Places nobody has sealed yet, on a desk or free.
    readings_left: int

    @property
    def being_read(self) -> int:
        return self.scripts - self.settled - self.waiting

    @property
    def waiting_from(self) -> float:
        """Where the second part of the bar begins, in percent of its length."""
        return self._share(self.settled)

    @property
    def waiting_length(self) -> float:
        return self._share(self.waiting)

    @property
    def is_settled(self) -> bool:
        return self.scripts == self.settled

    def _share(self, part: int) -> float:
        return round(100 * part / self.scripts, 1) if self.scripts else 0.0


def progress_of(round_: Round) -> Progress:
    open_case = Script.objects.filter(cases__state=ReviewCase.State.OPEN).values("pk")
    allocations = (
        Allocation.objects.filter(script__round=round_)
        .exclude(purpose__in=CHECKS)
        .aggregate(sealed=Count("pk", filter=Q(state=SEALED)), on_desks=Count("pk", filter=Q(state=CLAIMED)))
    )
    # `free` first: a name that is given here hides the field of that name.
    counts = Script.objects.filter(round=round_).aggregate(
        free=Coalesce(Sum(F("readings_wanted") - F("readings_taken"), filter=Q(is_open=True)), 0),
        scripts=Count("pk"),
        settled=Count("pk", filter=Q(settled_at__isnull=False) & ~Q(pk__in=open_case)),
        waiting=Count("pk", filter=Q(pk__in=open_case)),
        readings_wanted=Coalesce(Sum("readings_wanted"), 0),
    )
    left = counts.pop("free") + allocations["on_desks"]
    return Progress(readings=allocations["sealed"], readings_left=left, **counts)


def zone_of(round_: Round) -> str:
    """Return the zone of the course whose papers a round marks."""
    assert round_.assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    return round_.assignment.course.time_zone


def counted(rows: QuerySet[Script] | QuerySet[ReviewCase] | QuerySet[Allocation], by: str) -> Coalesce:
    """Return how many of these rows belong to the outer row, 0 where there is none."""
    counts = rows.order_by().values(by).annotate(rows=Count("pk", distinct=True)).values("rows")
    return Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))


def with_progress(rounds: QuerySet[Round]) -> QuerySet[Round]:
    scripts = Script.objects.filter(round=OuterRef("pk"))
    cases = ReviewCase.objects.filter(script__round=OuterRef("pk"), state=ReviewCase.State.OPEN)
    return rounds.annotate(
        script_count=counted(scripts, "round"),
        settled_count=counted(scripts.filter(settled_at__isnull=False), "round"),
        case_count=counted(cases, "script__round"),
    )


def rounds_of_assignment(assignment: Assignment) -> QuerySet[Round]:
    """Return the rounds of an assignment, the newest first, with how far they are and what they hand out."""
    rounds = Round.objects.filter(assignment=assignment).prefetch_related("questions__question")
    return with_progress(rounds).order_by("-pk")


def rounds_of_courses(courses: Collection[Course]) -> QuerySet[Round]:
    rounds = Round.objects.filter(assignment__course__in=courses).select_related("assignment__course")
    return with_progress(rounds).order_by("assignment__course__title", "assignment__course", "-pk")


def graders_at_work(round_: Round) -> QuerySet[Enlistment]:
    """Return the places in a round with how much each grader has sealed and has on the desk, by pseudonym.

    Whose place it is stands on another page, without counts and in another order: the two lists must not be joined.
    """
    own = Allocation.objects.filter(grader=OuterRef("grader"), script__round=OuterRef("round"))
    return (
        Enlistment.objects.filter(round=round_)
        .annotate(
            sealed_count=counted(own.filter(state=SEALED), "grader"),
            desk_count=counted(own.filter(state=CLAIMED), "grader"),
        )
        .order_by("pseudonym")
    )


def desks_held(round_: Round) -> QuerySet[Allocation]:
    """Return what lies on a desk, each with the pseudonym of its grader; the lease that ends last comes first."""
    place = Enlistment.objects.filter(round=OuterRef("script__round"), grader=OuterRef("grader"))
    return (
        Allocation.objects.filter(script__round=round_, state=CLAIMED)
        .annotate(pseudonym=Subquery(place.values("pseudonym")[:1]))
        .order_by("-lease_ends_at", "pk")
    )


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What closing a round means: how many scripts lack readings, and how long the desks may still hold it up."""

    scripts: int
    unread: int  # by nobody
    read_once: int
    on_desks: int
    last_lease_ends_at: datetime | None


def closing_of(round_: Round) -> Closing:
    """Count the scripts of a round that are not settled, by what they have."""
    own = Allocation.objects.filter(script=OuterRef("pk")).exclude(purpose__in=CHECKS)
    counts = (
        Script.objects.filter(round=round_, settled_at=None)
        .annotate(sealed=counted(own.filter(state=SEALED), "script"))
        .aggregate(
            scripts=Count("pk"), unread=Count("pk", filter=Q(sealed=0)), read_once=Count("pk", filter=Q(sealed=1))
        )
    )
    desks = Allocation.objects.filter(script__round=round_, state=CLAIMED)
    return Closing(**counts, **desks.aggregate(on_desks=Count("pk"), last_lease_ends_at=Max("lease_ends_at")))


@dataclass(frozen=True, kw_only=True)
class RubricChoice:
    """A question of a round with the version of its rubric that opening pins, and the newest one."""

    item: RoundQuestion
    rubric: Rubric
    newest: Rubric

    @property
    def is_newest(self) -> bool:
        return self.rubric.pk == self.newest.pk


def rubrics_to_pin(round_: Round) -> list[RubricChoice]:
    """Return per question the newest rubric, or the older one by which reference papers were marked already."""
    items = list(round_.questions.select_related("question", "rubric"))
    versions = Rubric.objects.filter(question__in=[item.question_id for item in items]).order_by("version")
    newest = {rubric.question_id: rubric for rubric in versions}
    marks = ReferenceMark.objects.filter(script__round=round_)
    marked_by = set(marks.values_list("criterion__rubric", flat=True))
    return [
        RubricChoice(item=item, rubric=item.rubric if item.rubric_id in marked_by else last, newest=last)
        for item in items
        for last in [newest.get(item.question_id, item.rubric)]
    ]
