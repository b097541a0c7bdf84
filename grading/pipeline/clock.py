"""What the clock asks for."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db import transaction

from assignments.services.time_up import hand_in_when_time_is_up
from grading.models import AgreementReport, Allocation, Enlistment, Round, Script
from grading.pipeline.closing import close_when_done
from grading.pipeline.reading import finish_script, look_at_what_there_is
from grading.pipeline.taking_in import intake, tell_authors
from grading.queries import origin
from grading.queries.enlistment import classmates_who_may_start, who_left_the_course, who_may_see_names
from grading.queries.script import with_nobody_left
from grading.services import agreement, allocation, appeal, claim, enlistment, export
from grading.services.script import lock_script

log = logging.getLogger(__name__)
Purpose = Allocation.Purpose
# How long the figures on a board may be behind the marks.
REPORTS_BEHIND = timedelta(seconds=5)


def tick(*, now: datetime, rng: Random) -> None:
    """Do what the clock asks for. Each step stands alone: one that fails does not stop the others."""
    open_rounds = Round.objects.filter(state=Round.State.OPEN)
    steps: list[Callable[[], object]] = [
        partial(hand_in_timed_papers, now=now),
        partial(activate_classmates, now=now),
        bar_authors,
        retire_who_may_see_names,
        retire_who_left_the_course,
        *(partial(intake, round_=one, now=now, rng=rng) for one in open_rounds),
        partial(claim.expire_leases, now=now),
        *(partial(ask_people_where_nobody_is_left, round_=one, now=now) for one in rounds_that_call()),
        partial(refresh_stale_reports, before=now - REPORTS_BEHIND, now=now),
        *(partial(close_when_done, round_=one, now=now) for one in Round.objects.filter(state=Round.State.CLOSING)),
        partial(export.remove_old_files, now=now),
    ]
    for step in steps:
        try:
            step()
        except Exception:  # whatever it was, it is tried again at the next tick
            log.exception("a step of the clock failed")


def hand_in_timed_papers(*, now: datetime) -> None:
    """Hand in the papers whose clock ran out, as they were saved until then, and tell those who wrote them."""
    tell_authors(hand_in_when_time_is_up(now=now), now=now)


def activate_classmates(*, now: datetime) -> None:
    """Let classmates mark once their own paper is in and the due time has passed."""
    for place in classmates_who_may_start(now=now):
        enlistment.activate(enlistment=place)


def bar_authors() -> None:
    """Write exclusions for graders who turned out to be authors: a student joined the roster after the papers came."""
    for place in origin.authors_not_barred():
        enlistment.bar_from_own(enlistment=place)


def retire_who_may_see_names() -> None:
    """Take off a blind round whoever has been given the right to see names since they enlisted."""
    for place in who_may_see_names().filter(
        round__is_blind=True, state__in=[Enlistment.State.ACTIVE, Enlistment.State.INVITED]
    ):
        enlistment.end_enlistment(enlistment=place)


def retire_who_left_the_course() -> None:
    """Take off a round the assistants and classmates whom the teacher took out of the course."""
    for place in who_left_the_course():
        enlistment.end_enlistment(enlistment=place)


def rounds_that_call() -> list[Round]:
    """Return the rounds in which a further reading is wanted: open ones, and released ones with an appeal."""
    return list(Round.objects.filter(scripts__is_open=True, scripts__priority=Script.Priority.SOON).distinct())


def ask_people_where_nobody_is_left(*, round_: Round, now: datetime) -> None:
    """A further reading that no active grader could do goes to the teacher instead; base readings wait for graders."""
    for script_id in with_nobody_left(round_).filter(priority=Script.Priority.SOON).values_list("pk", flat=True):
        with transaction.atomic():
            read = lock_script(script_id)
            if not read.is_open:
                continue
            allocation.withdraw_open_place(script=read)
            if read.next_purpose == Purpose.APPEAL:
                appeal.send_pending_to_teacher(script=read, now=now)
                finish_script(read, now=now)
            else:
                look_at_what_there_is(read, now=now)


def refresh_stale_reports(*, before: datetime, now: datetime) -> None:
    """Bring up the figures of rounds that are behind; a sheet sealed while that goes on makes them stale anew."""
    stale = AgreementReport.objects.filter(stale_since__lte=before)
    for round_ in list(Round.objects.filter(pk__in=stale.values("round"))):
        AgreementReport.objects.filter(round=round_).update(stale_since=None)
        try:
            agreement.refresh_reports(round_=round_, now=now)
        except BaseException:
            agreement.mark_reports_stale(round_=round_, now=now)
            raise
