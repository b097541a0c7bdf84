"""Papers: which of them count, until when they are taken, and what lateness costs.

Python adds to and subtracts instants of one zone by the wall clock, which a change of the clocks makes wrong: all
sums here are taken in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from assignments.models import Answer, Assignment, Enrolment, Extension, Submission
from edu_crowd.shared.errors import Problem

DAY = timedelta(days=1)
# Papers can come in, if only by an extension.
TAKING = (Assignment.State.PUBLISHED, Assignment.State.CLOSED)


class NoDueTime(Problem):
    """The assignment has no due time yet."""


def last_handed_in(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Keep each student's last paper that is handed in: the one that counts."""
    later = Submission.objects.filter(
        assignment=OuterRef("assignment"),
        enrolment=OuterRef("enrolment"),
        state=Submission.State.HANDED_IN,
        attempt__gt=OuterRef("attempt"),
    )
    return submissions.filter(~Exists(later), state=Submission.State.HANDED_IN)


def counting_submissions(assignment: Assignment) -> QuerySet[Submission]:
    return last_handed_in(Submission.objects.filter(assignment=assignment))


def counting_last(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Order each student's papers so that the last is the one that counts; where none does, the one last begun."""
    return submissions.alias(is_in=Q(state=Submission.State.HANDED_IN)).order_by("is_in", "attempt")


def due_for_intake(*, now: datetime) -> QuerySet[Submission]:
    """Return the papers that can no longer be taken back.

    A paper can be on its way back while this is read: whoever makes scripts of them locks these rows.
    """
    cooled_at = minutes_after("handed_in_at", "assignment__cooling_minutes")
    return (
        last_handed_in(Submission.objects.filter(assignment__state__in=TAKING, handed_in_at__lte=now))
        .alias(cooled_at=cooled_at)
        .filter(cooled_at__lte=now)
    )


@dataclass(frozen=True, kw_only=True)
class Cooling:
    """How many papers are kept back because their time to be taken back runs, and until when the last of them is."""

    papers: int
    until: datetime | None


def cooling_of(assignment: Assignment, *, now: datetime) -> Cooling:
    """Count the papers that are in and cannot be made scripts yet."""
    cooling = timedelta(minutes=assignment.cooling_minutes)
    held = counting_submissions(assignment).filter(handed_in_at__gt=now.astimezone(UTC) - cooling)
    found = held.aggregate(papers=Count("pk"), last=Max("handed_in_at"))
    return Cooling(papers=found["papers"], until=found["last"].astimezone(UTC) + cooling if found["last"] else None)


def minutes_after(moment: str, minutes: str) -> Combinable:
    """Return the moment in one column and as many minutes as another says."""
    # SQLite multiplies a duration by no integer but a plain one.
    span = ExpressionWrapper(Cast(minutes, IntegerField()) * Value(timedelta(minutes=1)), output_field=DurationField())
    return ExpressionWrapper(F(moment) + span, output_field=DateTimeField())


def timed_drafts(*, now: datetime) -> QuerySet[Submission]:
    """Return the timed papers being written whose time may be up, extensions apart, and that hold something saved."""
    something = Answer.objects.filter(~Q(text="") | ~Q(choices=[]) | Q(attachments__isnull=False))
    return (
        Submission.objects.filter(
            Exists(something.filter(submission=OuterRef("pk"))),
            state=Submission.State.DRAFT,
            assignment__state__in=TAKING,
            assignment__time_limit_minutes__isnull=False,
            enrolment__is_active=True,
        )
        .alias(up_at=minutes_after("started_at", "assignment__time_limit_minutes"))
        .filter(Q(up_at__lte=now) | Q(assignment__due_at__lte=now))
        .select_related("assignment", "enrolment")
        .order_by("pk")
    )


def extension_of(assignment: Assignment, enrolment: Enrolment) -> Extension | None:
    return Extension.objects.filter(assignment=assignment, enrolment=enrolment).first()


def due_at(assignment: Assignment, enrolment: Enrolment) -> datetime:
    """Return when this student's paper is due; an extension never shortens the time. Raises `NoDueTime`."""
    return due_with(assignment, extension_of(assignment, enrolment))


def due_with(assignment: Assignment, extension: Extension | None) -> datetime:
    """Return when a paper is due under an extension, or under none. Raises `NoDueTime`."""
    if assignment.due_at is None:
        raise NoDueTime(_("The assignment has no due time. Set one first."))
    extended = extension.due_at if extension else None
    return max(assignment.due_at.astimezone(UTC), (extended or assignment.due_at).astimezone(UTC))


def last_moment(assignment: Assignment, enrolment: Enrolment) -> datetime:
    """Return the instant after which the late rule takes no paper."""
    return last_moment_after(assignment, due_at(assignment, enrolment))


def last_moment_after(assignment: Assignment, due: datetime) -> datetime:
    return due if assignment.late_rule == Assignment.LateRule.REFUSE else due + assignment.late_days * DAY


def time_up_at(submission: Submission) -> datetime | None:
    """Return when the clock of a timed paper runs out, extra minutes included; None without a time limit."""
    limit = submission.assignment.time_limit_minutes
    if limit is None:
        return None
    extension = extension_of(submission.assignment, submission.enrolment)
    minutes = limit + (extension.extra_minutes if extension else 0)
    return submission.started_at.astimezone(UTC) + timedelta(minutes=minutes)


def cooled_at(submission: Submission) -> datetime | None:
    """Return until when a paper can be taken back; None before it is handed in."""
    if submission.handed_in_at is None:
        return None
    return submission.handed_in_at.astimezone(UTC) + timedelta(minutes=submission.assignment.cooling_minutes)


def late_days(submission: Submission) -> int:
    """Count the days late, each started day as a whole; 0 on time.

    A day is 24 hours between stored instants, so a change of the clocks neither costs nor gives one.
    """
    if submission.handed_in_at is None:
        raise ValueError("only a paper that was handed in can be late")
    return days_late(submission.handed_in_at, due_at(submission.assignment, submission.enrolment))


def days_late(handed_in_at: datetime, due: datetime) -> int:
    """Count the started days from the due time to the hand-in; 0 on time."""
    return max(0, -(-(handed_in_at - due) // DAY))


def share_kept(assignment: Assignment, days: int) -> Decimal:
    """Return the share of the points, from 0 to 1, that so many days late leave."""
    if assignment.late_rule != Assignment.LateRule.DEDUCT:
        return Decimal(1)
    return max(Decimal(0), 1 - days * assignment.late_percent_per_day / 100)
