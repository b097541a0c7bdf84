"""Where a student's papers stand. Before release nothing here depends on marks, or on who has them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assignments.models import Assignment, Course, Extension, Submission
from assignments.queries.answering import take_back_until
from assignments.queries.submission import cooled_at
from edu_crowd.people.models import User
from edu_crowd.shared.access import objects_with_right
from grading.models import Feedback
from grading.queries.result import current_feedback

State = Submission.State


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stretch of a paper's way; the clock and the release alone move a paper on."""

    label: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class PaperState:
    """Where the last of a student's papers of one assignment stands."""

    paper: Submission | None
    attempts: list[Submission]  # the newest first
    counting: Submission | None
    take_back_until: datetime | None
    is_with_readers: bool
    feedback: Feedback | None
    steps: list[Step]


def state_of(papers: QuerySet[Submission], *, now: datetime) -> PaperState:
    """Return where a student's papers of one assignment stand."""
    attempts = list(papers.select_related("assignment", "enrolment").order_by("-attempt"))
    paper = attempts[0] if attempts else None
    counting = next((attempt for attempt in attempts if attempt.state == State.HANDED_IN), None)
    feedback = current_feedback(counting) if counting else None
    is_handed_in = paper is not None and paper.state == State.HANDED_IN
    cooled = cooled_at(paper) if paper else None
    is_with_readers = is_handed_in and cooled is not None and cooled <= now
    until = take_back_until(paper) if paper and is_handed_in else None
    at = 3 if feedback else 2 if is_with_readers else 1 if is_handed_in else 0
    return PaperState(
        paper=paper,
        attempts=attempts,
        counting=counting,
        take_back_until=until if until and until > now else None,
        is_with_readers=is_with_readers,
        feedback=feedback,
        steps=[
            Step(label=label, is_done=place < at, is_now=place == at and paper is not None)
            for place, label in enumerate(
                [_("Writing"), pgettext("of a paper", "Handed in"), _("Being marked"), _("Feedback")]
            )
        ],
    )


@dataclass(frozen=True, kw_only=True)
class OwnAssignment:
    """One line of a student's list."""

    assignment: Assignment
    due_at: datetime
    paper: Submission | None
    feedback_id: int | None
    is_read: bool
    state: str  # released, handed_in, opens, writing, begin, missed


def own_assignments(user: User, *, now: datetime) -> QuerySet[Assignment]:
    """Return a student's assignments: what can still be handed in, the next due first; then the rest, newest first.

    Each with `own_due_at`, `is_open` and `own_papers`.
    """
    newest = Feedback.objects.filter(submission=OuterRef("pk")).order_by("-version")
    papers = (
        Submission.objects.filter(enrolment__user=user)
        .annotate(feedback_id=Subquery(newest.values("pk")[:1]), read_at=Subquery(newest.values("read_at")[:1]))
        .order_by("-attempt")
    )
    extended = Extension.objects.filter(assignment=OuterRef("pk"), enrolment__user=user).values("due_at")[:1]
    # SQLite multiplies a duration by no integer but a plain one.
    late = ExpressionWrapper(Cast("late_days", IntegerField()) * Value(timedelta(days=1)), output_field=DurationField())
    refuses = Q(late_rule=Assignment.LateRule.REFUSE)
    last = Case(
        When(refuses, then=F("own_due_at")),
        default=ExpressionWrapper(F("own_due_at") + late, output_field=DateTimeField()),
    )
    handed_in = Submission.objects.filter(assignment=OuterRef("pk"), enrolment__user=user, state=State.HANDED_IN)
    is_taken = Q(state=Assignment.State.PUBLISHED) | Q(state=Assignment.State.CLOSED, own_extended_at__gte=now)
    is_open = Case(
        When(is_taken & Q(own_last_at__gte=now) & ~Exists(handed_in), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return (
        Assignment.objects.filter(course__in=objects_with_right(user, "hand_in", Course))
        .exclude(state=Assignment.State.DRAFT)
        .annotate(own_extended_at=Subquery(extended))
        .annotate(own_due_at=Greatest("due_at", Coalesce("own_extended_at", "due_at")))
        .annotate(own_last_at=last)
        .annotate(is_open=is_open)
        .select_related("course")
        .prefetch_related(Prefetch("submissions", papers, to_attr="own_papers"))
        .order_by("-is_open", Case(When(is_open=True, then=F("own_due_at"))), "-own_due_at", "-pk")
    )


def listed(assignments: list[Assignment], *, now: datetime) -> list[OwnAssignment]:
    """Say of each of `own_assignments` where it stands."""
    return [listed_one(assignment, now) for assignment in assignments]


def listed_one(assignment: Assignment, now: datetime) -> OwnAssignment:
    papers: list[Submission] = getattr(assignment, "own_papers")  # noqa: B009  # annotated above
    released = next((paper for paper in papers if getattr(paper, "feedback_id", None)), None)
    handed_in = any(paper.state == State.HANDED_IN for paper in papers)
    if released:
        state = "released"
    elif handed_in:
        state = "handed_in"
    elif not getattr(assignment, "is_open", False):
        state = "missed"
    elif assignment.opens_at and now < assignment.opens_at:
        state = "opens"
    else:
        state = "writing" if papers else "begin"
    return OwnAssignment(
        assignment=assignment,
        due_at=getattr(assignment, "own_due_at", now).astimezone(UTC),
        paper=papers[0] if papers else None,
        feedback_id=getattr(released, "feedback_id", None),
        is_read=getattr(released, "read_at", None) is not None,
        state=state,
    )
