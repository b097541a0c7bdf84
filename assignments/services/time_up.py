"""Timed papers whose clock ran out are handed in by themselves, as they were saved in time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from assignments.models import Assignment, Submission
from assignments.queries.answering import writing_ends_at
from assignments.queries.submission import due_at, extension_of, timed_drafts
from assignments.services.submission import lock_paper, put_in


def hand_in_when_time_is_up(*, now: datetime) -> list[Submission]:
    """Hand in, as of the moment their time was up, the timed papers that hold anything saved; return them.

    Locks each paper in a transaction of its own.
    """
    taken = []
    for draft in timed_drafts(now=now):
        with transaction.atomic():
            lock_paper(draft)
            ended_at = was_over_at(draft)
            if draft.state != Submission.State.DRAFT or ended_at is None or now <= ended_at:
                continue
            put_in(draft, at=ended_at)
            taken.append(draft)
    return taken


def was_over_at(draft: Submission) -> datetime | None:
    """Return when nothing more could be saved: time up, papers no longer taken, or the assignment closed before."""
    ends = writing_ends_at(draft)
    if ends is None or draft.assignment.state == Assignment.State.PUBLISHED:
        return ends
    extension = extension_of(draft.assignment, draft.enrolment)
    due = due_at(draft.assignment, draft.enrolment)
    if extension and extension.due_at and ends <= extension.due_at:
        return ends
    # Closing moves the due time to the moment of the close, unless it had passed: then the last save is what is known.
    saved = draft.answers.aggregate(last=Max("saved_at"))["last"]
    return min(ends, max(due, saved or due))
