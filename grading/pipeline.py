"""The only place that chains stages. What a stage leaves to be done comes here through the outbox or by the clock."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from django.db import transaction

from assignments.models import Assignment, Submission
from assignments.queries.submission import due_for_intake
from edu_crowd.people.models import User
from edu_crowd.shared.outbox import job
from grading.models import AgreementReport, Allocation, Decision, MarkSheet, ReviewCase, Round, Script
from grading.queries import origin
from grading.queries.enlistment import classmates_who_may_start, who_may_see_names
from grading.queries.review import has_open_case
from grading.queries.script import answered_by_hand, criteria_of_script, sealed_count, unsettled, with_nobody_left
from grading.services import agreement, allocation, appeal, claim, consensus, feedback, result, review, round, script
from grading.services.agreement import Disagreement
from grading.services.mark import AFTER_SEAL
from grading.services.review import AFTER_DECISION
from grading.workbooks import marks_in
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.marks_in import Loaded
from grading.workbooks.marks_in_text import saying_how_far
from rubrics.models import Criterion

log = logging.getLogger(__name__)
Purpose = Allocation.Purpose
# How long the figures on a board may be behind the marks.
REPORTS_BEHIND = timedelta(seconds=5)


def tick(*, now: datetime, rng: Random) -> None:
    """Do what the clock asks for. Each step stands alone: one that fails does not stop the others."""
    open_rounds = Round.objects.filter(state=Round.State.OPEN)
    steps: list[Callable[[], object]] = [
        partial(activate_classmates, now=now),
        retire_who_may_see_names,
        *(partial(intake, round_=one, now=now, rng=rng) for one in open_rounds),
        partial(claim.expire_leases, now=now),
        *(partial(ask_people_where_nobody_is_left, round_=one, now=now) for one in rounds_that_call()),
        partial(refresh_stale_reports, before=now - REPORTS_BEHIND, now=now),
        *(partial(close_when_done, round_=one, now=now) for one in Round.objects.filter(state=Round.State.CLOSING)),
    ]
    for step in steps:
        try:
            step()
        except Exception:  # whatever it was, it is tried again at the next tick
            log.exception("a step of the clock failed")


# submission → script → allocation


def intake(*, round_: Round, now: datetime, rng: Random) -> int:
    """Turn papers whose cooling window has passed into scripts, shuffled and in batches; return how many papers.

    A batch below the round's minimum waits: a few papers in a known order would tell whose they are.
    """
    waiting = papers_waiting(round_, now=now)
    if not waiting or len(waiting) < round_.batch_minimum:
        return 0
    drawn = {paper: script.draw_paper(round_=round_, submission=paper) for paper in waiting}
    with transaction.atomic():
        for paper in rng.sample(waiting, len(waiting)):
            script.make_scripts(round_=round_, submission=paper, drawn=drawn[paper], now=now, rng=rng)
        allocation.plan_base_readings(round_=round_, rng=rng)
    return len(waiting)


def papers_waiting(round_: Round, *, now: datetime) -> list[Submission]:
    """Return the papers of a round's assignment that may become scripts, hold something to read, and have not."""
    due = due_for_intake(now=now).filter(assignment=round_.assignment_id)
    have = origin.submissions_with_scripts_in(round_)
    return list(due.filter(pk__in=answered_by_hand(round_)).exclude(pk__in=have.values("pk")).order_by("pk"))


def activate_classmates(*, now: datetime) -> None:
    """Let classmates mark once their own paper is in and the due time has passed."""
    for enlistment in classmates_who_may_start(now=now):
        round.activate(enlistment=enlistment)


def retire_who_may_see_names() -> None:
    """Take off a blind round whoever has been given the right to see names since they enlisted."""
    for enlistment in who_may_see_names():
        round.end_enlistment(enlistment=enlistment)


# mark → agreement → review or another reading → consensus → result


@job(AFTER_SEAL)
def after_seal(payload: dict[str, Any], *, now: datetime) -> None:
    """A sheet was sealed: look at its script again."""
    sheet = MarkSheet.objects.select_related("allocation__script__round").get(pk=payload["sheet"])
    read = sheet.allocation.script
    if sheet.allocation.purpose == Purpose.APPEAL:
        appeal.weigh_appeals(script=read, now=now)
        finish_script(read, now=now)
        return
    agreement.mark_reports_stale(round_=read.round, now=now)
    look_at(read, now=now)


def look_at(read: Script, *, now: datetime) -> None:
    """Wait for the readings asked for; then settle, ask for one more, or ask the teacher."""
    sealed = sealed_count(read)
    if sealed < min(2, read.readings_wanted):
        return  # a single reading disagrees with nobody
    found = agreement.raise_flags(script=read, now=now)
    if sealed < read.readings_wanted:
        return
    if found and sealed < read.round.readings_max and read.round.state == Round.State.OPEN:
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
    decision = Decision.objects.select_related("case__script__round").get(pk=payload["decision"])
    finish_script(decision.case.script, now=now)


def finish_script(read: Script, *, now: datetime) -> None:
    """Settle a script that waits for nobody any more, and bring its paper's result and feedback up."""
    read.refresh_from_db()
    if has_open_case(read) or sealed_count(read) < read.readings_wanted:
        return
    consensus.settle(script=read, now=now)
    agreement.clear_flags(script=read, now=now)
    submission = origin.submission_of(read)
    result.compute_result(submission=submission, reason="settled", now=now)
    if submission.assignment.state == Assignment.State.RELEASED:
        appeal.close_decided(script=read, now=now)
        feedback.publish_feedback(submission=submission, now=now)


# The clock's part in marking


def rounds_that_call() -> list[Round]:
    """Return the rounds in which a further reading is wanted: open ones, and released ones with an appeal."""
    return list(Round.objects.filter(scripts__is_open=True, scripts__priority=Script.Priority.SOON).distinct())


@transaction.atomic
def ask_people_where_nobody_is_left(*, round_: Round, now: datetime) -> None:
    """A further reading that no active grader could do goes to the teacher instead; base readings wait for graders."""
    for read in with_nobody_left(round_).filter(priority=Script.Priority.SOON).select_related("round"):
        allocation.withdraw_open_place(script=read)
        if read.next_purpose == Purpose.APPEAL:
            appeal.send_pending_to_teacher(script=read, now=now)
            finish_script(read, now=now)
        else:
            look_at_what_there_is(read, now=now)


@transaction.atomic
def load_marks(
    *,
    assignment: Assignment,
    criteria: Sequence[Criterion],
    marks: MarkFile,
    now: datetime,
    rng: Random,
    say: Callable[[str], object] = lambda line: None,
) -> Loaded:
    """Take the marks of a file as all there will be: settle where they agree, ask the teacher where they do not."""
    readings = marks_in.readings_of(marks)
    loaded = marks_in.load(assignment=assignment, criteria=criteria, readings=readings, now=now, rng=rng)
    for read in saying_how_far(unsettled(loaded.round), say):
        look_at_what_there_is(read, now=now)
    agreement.refresh_reports(round_=loaded.round, now=now)
    return loaded


def look_at_what_there_is(read: Script, *, now: datetime) -> None:
    """Settle with the readings there are; ask a person where they disagree, or where there is none."""
    found = agreement.raise_flags(script=read, now=now)
    nobody = not sealed_count(read)
    for criterion in list(criteria_of_script(read)) if nobody else to_decide(read, found):
        reason = ReviewCase.Reason.UNREAD if nobody else ReviewCase.Reason.DISAGREEMENT
        review.open_case(script=read, criterion=criterion, reason=reason, now=now)
    finish_script(read, now=now)


def refresh_stale_reports(*, before: datetime, now: datetime) -> None:
    stale = AgreementReport.objects.filter(stale_since__lte=before).values("round")
    for round_ in Round.objects.filter(pk__in=stale):
        agreement.refresh_reports(round_=round_, now=now)


# The teacher's part


@transaction.atomic
def override_total(*, submission: Submission, points: Decimal | None, by: User, reason: str, now: datetime) -> None:
    """Set a total by hand, or lift that with None; a student who has feedback gets the new one."""
    result.override(submission=submission, points=points, by=by, reason=reason, now=now)
    if submission.assignment.state == Assignment.State.RELEASED:
        feedback.publish_feedback(submission=submission, now=now)


def open_for_marking(*, round_: Round, now: datetime, rng: Random) -> int:
    """Open a round and take in the papers that are ready; return how many."""
    round.open_round(round_=round_, now=now)
    return intake(round_=round_, now=now, rng=rng)


@transaction.atomic
def admit_waiting(*, round_: Round, now: datetime, rng: Random) -> int:
    """Let the papers in that wait for a batch, few as they are; return how many."""
    round.admit_small_batches(round_=round_)
    return intake(round_=round_, now=now, rng=rng)


@transaction.atomic
def close_round(*, round_: Round, now: datetime) -> None:
    """Hand out nothing more. What is read already settles with the readings it has; the rest goes to the teacher."""
    round.start_closing(round_=round_, now=now)
    close_when_done(round_=round_, now=now)


@transaction.atomic
def close_when_done(*, round_: Round, now: datetime) -> None:
    """Finish closing once no desk holds a script any more."""
    if Allocation.objects.filter(script__round=round_, state=Allocation.State.CLAIMED).exists():
        return
    for read in unsettled(round_):
        allocation.withdraw_open_place(script=read)
        look_at_what_there_is(read, now=now)
    agreement.refresh_reports(round_=round_, now=now)
    round.finish_closing(round_=round_, now=now)
