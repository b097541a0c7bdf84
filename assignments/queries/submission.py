"""Papers: which of them count, until when they are taken, and what lateness costs.

Python adds to and subtracts instants of one zone by the wall clock, which a change of the clocks makes wrong: all
sums here are taken in UTC.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import (
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from assignments.models import Assignment, Enrolment, Extension, Submission
from edu_crowd.shared.errors import Problem

DAY = timedelta(days=1)


class NoDueTime(Problem):
    """The assignment has no due time yet."""


def with_answers(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Load answers with their questions and attachments in a fixed number of queries."""
    return submissions.prefetch_related("answers__question", "answers__attachments")


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


def due_for_intake(*, now: datetime) -> QuerySet[Submission]:
    """Return the papers that can no longer be taken back.

    A paper can be on its way back while this is read: whoever makes scripts of them locks these rows.
    """
    # SQLite multiplies a duration by no integer but a plain one.
    minutes = Cast("assignment__cooling_minutes", IntegerField())
    cooling = ExpressionWrapper(minutes * Value(timedelta(minutes=1)), output_field=DurationField())
    cooled_at = ExpressionWrapper(F("handed_in_at") + cooling, output_field=DateTimeField())
    taking = (Assignment.State.PUBLISHED, Assignment.State.CLOSED)
    return (
        last_handed_in(Submission.objects.filter(assignment__state__in=taking, handed_in_at__lte=now))
        .alias(cooled_at=cooled_at)
        .filter(cooled_at__lte=now)
    )


def extension_of(assignment: Assignment, enrolment: Enrolment) -> Extension | None:
    return Extension.objects.filter(assignment=assignment, enrolment=enrolment).first()


def due_at(assignment: Assignment, enrolment: Enrolment) -> datetime:
    """Return when this student's paper is due; an extension never shortens the time. Raises `NoDueTime`."""
    return due_with(assignment, extension_of(assignment, enrolment))


def due_with(assignment: Assignment, extension: Extension | None) -> datetime:
    """Return the due time under an extension that is known already. Raises `NoDueTime`."""
    if assignment.due_at is None:
        raise NoDueTime(_("The assignment has no due time. Set one first."))
    extended = extension.due_at if extension else None
    return max(assignment.due_at.astimezone(UTC), (extended or assignment.due_at).astimezone(UTC))


def last_moment(assignment: Assignment, enrolment: Enrolment) -> datetime:
    """Return the instant after which the late rule takes no paper."""
    due = due_at(assignment, enrolment)
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
    return days_between(due_at(submission.assignment, submission.enrolment), submission.handed_in_at)


def days_between(due: datetime, handed_in_at: datetime) -> int:
    """Count the started days between the due time and the hand-in; 0 on time."""
    return max(0, -((due - handed_in_at) // DAY))


def lateness_factor(submission: Submission) -> Decimal:
    """Return the share of the points, from 0 to 1, that is kept after the late rule."""
    assignment = submission.assignment
    if assignment.late_rule != Assignment.LateRule.DEDUCT:
        return Decimal(1)
    return share_kept(assignment, late_days(submission))


def share_kept(assignment: Assignment, days: int) -> Decimal:
    """Return the share of the points that so many days late leave."""
    if assignment.late_rule != Assignment.LateRule.DEDUCT:
        return Decimal(1)
    return max(Decimal(0), 1 - days * assignment.late_percent_per_day / 100)
