"""A total that the teacher sets by hand reaches the student."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from assignments.models import Assignment, Submission
from edu_crowd.people.models import User
from grading.services import feedback, result


@transaction.atomic
def override_total(
    *,
    submission: Submission,
    points: Decimal | None,
    by: User,
    reason: str,
    now: datetime,
    supersedes: int | None = None,
) -> None:
    """Set a total by hand, or lift that with None; a student who has feedback gets the new one."""
    result.override(submission=submission, points=points, by=by, reason=reason, now=now, supersedes=supersedes)
    submission.assignment.refresh_from_db(fields=["state"])
    if submission.assignment.state in Assignment.TOLD:
        feedback.publish_feedback(submission=submission, now=now)
