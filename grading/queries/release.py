"""What stands between a class and its feedback."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from assignments.models import Assignment
from assignments.queries.submission import counting_submissions
from grading.models import Feedback, Round
from grading.queries.round import with_progress


@dataclass(frozen=True, kw_only=True)
class Outlook:
    papers: int
    rounds: QuerySet[Round]
    released: int
    read: int


def outlook_of(assignment: Assignment) -> Outlook:
    sheets = Feedback.objects.filter(submission__assignment=assignment).aggregate(
        released=Count("submission", distinct=True), read=Count("submission", filter=Q(read_at__isnull=False))
    )
    return Outlook(
        papers=counting_submissions(assignment).count(),
        rounds=with_progress(Round.objects.filter(assignment=assignment)).order_by("pk"),
        **sheets,
    )
