"""A student's grade: machine-marked questions, consensus, weights, lateness, override; then the reported grade."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, Submission
from assignments.queries.submission import last_handed_in
from edu_crowd.people.models import User
from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.models import Override, Result, TextBody
from grading.queries.outcome import Outcome, outcome_of
from grading.queries.outcome import reported_grade as reported_grade
from grading.queries.standing import Standing, standings_of


class OverrideRefused(Problem):
    """A total set by hand lacks its reason, lies outside the scale, or has no paper to stand on."""


def compute_result(*, submission: Submission, reason: str, now: datetime) -> Result | None:
    """Write the next version of a paper's result; None while something is still to be read or decided.

    Locks the paper. Nothing is written when nothing changed.
    """
    results = compute_results(assignment=submission.assignment, submissions=[submission], reason=reason, now=now)
    return results[submission.pk]


@transaction.atomic
def compute_results(
    *, assignment: Assignment, submissions: Collection[Submission], reason: str, now: datetime
) -> dict[int, Result | None]:
    """Do for many papers of one assignment what `compute_result` does for one; return the results by paper."""
    ids = [submission.pk for submission in submissions]
    list(Submission.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    found: dict[int, Result | None] = {}
    fresh: list[Result] = []
    for standing in standings_of(assignment, submissions):
        outcome = outcome_of(standing)
        result = None if outcome is None else result_as_of(standing, outcome, reason=reason, now=now)
        found[standing.submission.pk] = result
        if result is not None and result.pk is None:
            fresh.append(result)
    Result.objects.bulk_create(fresh)
    return found


def result_as_of(standing: Standing, outcome: Outcome, *, reason: str, now: datetime) -> Result:
    """Return the result that stands, or the next version, not saved, where it would say something else."""
    before = standing.recorded
    # The same total under other cut scores is another grade.
    if before and (before.total, before.maximum, before.reported, before.parts) == (
        outcome.total,
        outcome.maximum,
        outcome.reported,
        outcome.parts,
    ):
        return before
    return Result(
        submission=standing.submission,
        version=before.version + 1 if before else 1,
        total=outcome.total,
        maximum=outcome.maximum,
        reported=outcome.reported,
        parts=outcome.parts,
        reason=reason,
        computed_at=now,
    )


@transaction.atomic
def override(
    *,
    submission: Submission,
    points: Decimal | None,
    by: User,
    reason: str,
    now: datetime,
    supersedes: int | None = None,
) -> Override:
    """Set a paper's total by hand, or lift that with None; who saw an earlier word names the version it `supersedes`.

    The same word again is no new one. Locks the paper. Raises `OverrideRefused`.
    """
    if not reason.strip():
        raise OverrideRefused(_("Say why in a sentence: the student will read it."))
    if not last_handed_in(Submission.objects.filter(pk=submission.pk)).exists():
        raise OverrideRefused(_("Only the paper that counts has a total: the last one handed in."))
    highest = sum((question.points for question in submission.assignment.questions.all()), Decimal(0))
    if points is not None and not 0 <= points <= highest:
        raise OverrideRefused(_("Choose points from 0 to %(highest)s.") % {"highest": highest})
    Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    newest = Override.objects.filter(submission=submission).select_related("reason").order_by("-version").first()
    if newest and (newest.points, newest.reason.text) == (points, reason.strip()):
        return newest
    if supersedes is not None and supersedes != (newest.version if newest else 0):
        raise OverrideRefused(_("The total was changed by hand in the meantime. Look at that before you change it."))
    if points is None and (newest is None or newest.points is None):
        raise OverrideRefused(_("No total is set by hand, so there is none to lift."))
    body = TextBody.of(reason.strip())
    body.save()
    row = Override.objects.create(
        submission=submission,
        version=newest.version + 1 if newest else 1,
        points=points,
        by=by,
        reason=body,
        decided_at=now,
    )
    audit.record("total.lifted" if points is None else "total.set", submission, override=row.pk)
    compute_result(submission=submission, reason="override", now=now)
    return row
