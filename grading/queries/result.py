"""The result, the override and the feedback that count."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from assignments.models import Submission
from grading.models import Feedback, Override, Result


def current_result(submission: Submission) -> Result | None:
    return Result.objects.filter(submission=submission).order_by("-version").first()


def current_results(submission_ids: Iterable[int]) -> dict[int, Result]:
    """Return by paper the result that counts."""
    newer = Result.objects.filter(submission=OuterRef("submission"), version__gt=OuterRef("version"))
    rows = Result.objects.filter(~Exists(newer), submission__in=list(submission_ids))
    return {row.submission_id: row for row in rows}


def current_override(submission: Submission) -> Override | None:
    """Return the teacher's total, unless the newest word on it lifted it."""
    return current_overrides([submission.pk]).get(submission.pk)


def current_overrides(submission_ids: Iterable[int]) -> dict[int, Override]:
    """Return by paper the teacher's total, where the newest word on it did not lift it."""
    newer = Override.objects.filter(submission=OuterRef("submission"), version__gt=OuterRef("version"))
    rows = Override.objects.filter(~Exists(newer), submission__in=list(submission_ids), points__isnull=False)
    return {row.submission_id: row for row in rows.select_related("reason")}


def current_feedback(submission: Submission) -> Feedback | None:
    return Feedback.objects.filter(submission=submission).order_by("-version").first()


def current_feedbacks(submission_ids: Iterable[int]) -> dict[int, Feedback]:
    """Return by paper the newest feedback, with its result."""
    newer = Feedback.objects.filter(submission=OuterRef("submission"), version__gt=OuterRef("version"))
    rows = Feedback.objects.filter(~Exists(newer), submission__in=list(submission_ids))
    return {row.submission_id: row for row in rows.select_related("result")}
