"""mark → agreement → another reading or review → consensus → result: what follows a sheet and a decision."""

from datetime import datetime
from typing import Any

from assignments.models import Assignment
from edu_crowd.shared.outbox import job
from grading.models import Allocation, Decision, MarkSheet, ReviewCase, Round, Script
from grading.queries import origin
from grading.queries.review import has_open_case
from grading.queries.script import CHECKS, criteria_of_script, sealed_count
from grading.services import agreement, allocation, appeal, consensus, feedback, result, review
from grading.services.agreement import Disagreement
from grading.services.mark import AFTER_SEAL
from grading.services.review import AFTER_DECISION
from grading.services.script import lock_script
from rubrics.models import Criterion

Purpose = Allocation.Purpose


@job(AFTER_SEAL)
def after_seal(payload: dict[str, Any], *, now: datetime) -> None:
    """A sheet was sealed: look at its script again."""
    sheet = MarkSheet.objects.select_related("allocation").get(pk=payload["sheet"])
    if sheet.allocation.purpose in CHECKS:
        return  # it tells about its grader; the paper was settled by its teacher
    read = lock_script(sheet.allocation.script_id)
    if sheet.allocation.purpose == Purpose.APPEAL:
        appeal.weigh_appeals(script=read, now=now)
        finish_script(read, now=now)
        return
    agreement.mark_reports_stale(round_=read.round, now=now)
    look_at(read, now=now)


def look_at(read: Script, *, now: datetime) -> None:
    """Wait for the readings asked for; then settle, ask for one more, or ask the teacher. The script is locked."""
    sealed = sealed_count(read)
    if sealed < min(2, read.readings_wanted):
        return  # a single reading disagrees with nobody
    found = agreement.raise_flags(script=read, now=now)
    if not found and read.is_open and read.next_purpose == Purpose.FURTHER:
        allocation.withdraw_open_place(script=read)  # a correction has settled what it was wanted for
    if sealed < read.readings_wanted:
        return
    may_read_on = read.readings_wanted < read.round.readings_max and read.round.state == Round.State.OPEN
    if found and may_read_on and not has_open_case(read):
        allocation.call_reading(script=read, purpose=Purpose.FURTHER, now=now)
        return
    for criterion in to_decide(read, found):
        review.open_case(script=read, criterion=criterion, reason=ReviewCase.Reason.DISAGREEMENT, now=now)
    finish_script(read, now=now)


def to_decide(read: Script, found: list[Disagreement]) -> list[Criterion]:
    """Return the criteria a person must decide: those flagged, or for a total alone the one that is furthest apart."""
    flagged = [one.criterion for one in found if one.criterion]
    decided = set(ReviewCase.objects.filter(script=read).values_list("criterion", flat=True))
    if found and not flagged:
        flagged = agreement.furthest_apart(read)
    return [criterion for criterion in flagged if criterion.pk not in decided]


@job(AFTER_DECISION)
def after_decision(payload: dict[str, Any], *, now: datetime) -> None:
    """A case was decided: finish its script when it was the last."""
    decision = Decision.objects.select_related("case").get(pk=payload["decision"])
    finish_script(lock_script(decision.case.script_id), now=now)


def look_at_what_there_is(read: Script, *, now: datetime) -> None:
    """Settle with the readings there are; ask a person where they disagree, or where there is none."""
    found = agreement.raise_flags(script=read, now=now)
    nobody = not sealed_count(read)
    for criterion in list(criteria_of_script(read)) if nobody else to_decide(read, found):
        reason = ReviewCase.Reason.UNREAD if nobody else ReviewCase.Reason.DISAGREEMENT
        review.open_case(script=read, criterion=criterion, reason=reason, now=now)
    finish_script(read, now=now)


def finish_script(read: Script, *, now: datetime) -> None:
    """Settle a script that waits for nobody any more, and bring its paper's result and feedback up."""
    read.refresh_from_db()
    if has_open_case(read) or sealed_count(read) < read.readings_wanted:
        return
    consensus.settle(script=read, now=now)
    agreement.clear_flags(script=read, now=now)
    submission = origin.submission_of(read)
    result.compute_result(submission=submission, reason="settled", now=now)
    if submission.assignment.state in Assignment.TOLD:
        appeal.close_decided(script=read, now=now)
        feedback.publish_feedback(submission=submission, now=now)
