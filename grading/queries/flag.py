"""What graders ask the teacher to look at."""

from django.db.models import QuerySet

from grading.models import Allocation, Flag, Round
from grading.queries.agreement import open_flags

CALLED = Flag.Reason.CALLED


def called_flags(round_: Round) -> QuerySet[Flag]:
    """Return the open questions of graders, the oldest first, each with its grader's pseudonym."""
    return open_flags(round_).filter(reason=CALLED)


def open_call(allocation: Allocation) -> Flag | None:
    """Return what a grader has asked about a script of theirs and nobody has answered."""
    return Flag.objects.filter(allocation=allocation, reason=CALLED, cleared_at=None).first()
