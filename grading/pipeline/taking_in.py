"""submission → script → allocation: papers become scripts, in batches."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from random import Random

from django.db import transaction

from assignments.models import Submission
from grading.events import BoardChanged, PaperChanged, announce
from grading.models import Round
from grading.pipeline.reading import finish_script
from grading.queries import origin
from grading.queries.script import papers_waiting
from grading.services import allocation, reference, round, script
from grading.services.script import DrawnAnswer


def open_for_marking(*, round_: Round, now: datetime, rng: Random) -> int:
    """Open a round and take in the papers that are ready; return how many.

    Reference papers with all their marks are settled by them; the others are papers like any.
    """
    with transaction.atomic():
        complete = reference.fix_references(round_=round_)
        round.open_round(round_=round_, now=now)
        for one in complete:
            finish_script(script.lock_script(one.pk), now=now)
    return intake(round_=round_, now=now, rng=rng)


def admit_waiting(*, round_: Round, now: datetime, rng: Random) -> int:
    """Let the papers in that wait for a batch, few as they are; return how many."""
    round.admit_small_batches(round_=round_)
    return intake(round_=round_, now=now, rng=rng)


def intake(*, round_: Round, now: datetime, rng: Random) -> int:
    """Turn papers whose cooling window has passed into scripts, shuffled and in batches; return how many papers.

    A batch below the round's minimum waits: a few papers in a known order would tell whose they are. Locks the round:
    another worker, an enlistment and closing come before or after, never between.
    """
    waiting = list(papers_waiting(round_, now=now))
    if not waiting or len(waiting) < round_.batch_minimum:
        return 0
    drawn = {paper: script.draw_paper(round_=round_, submission=paper) for paper in waiting}
    taken: list[Submission] = []
    try:
        taken = write_scripts(round_, drawn, now=now, rng=rng)
    finally:
        for paper in drawn.keys() - set(taken):
            script.discard(drawn[paper])
    for paper in taken:
        call_off_earlier_attempts(paper)
    return len(taken)


@transaction.atomic
def write_scripts(
    round_: Round, drawn: Mapping[Submission, list[DrawnAnswer]], *, now: datetime, rng: Random
) -> list[Submission]:
    """Write the scripts of a batch with the plan of who reads them; return the papers they are of."""
    if round.lock_round(round_).state != Round.State.OPEN:
        return []
    shuffled = rng.sample(list(drawn), len(drawn))
    taken = [
        paper for paper in shuffled if script.make_scripts(round_=round_, submission=paper, drawn=drawn[paper], rng=rng)
    ]
    allocation.plan_base_readings(round_=round_, rng=rng)
    round.note_opening(round_id=round_.pk)
    announce(BoardChanged(round_id=round_.pk), now=now)
    tell_authors(taken, now=now)
    return taken


def tell_authors(papers: Iterable[Submission], *, now: datetime) -> None:
    """Let the pages of those who wrote these papers look again; a place without an account has no page."""
    for user_id in sorted({user for paper in papers if (user := paper.enrolment.user_id)}):
        announce(PaperChanged(user_id=user_id), now=now)


def call_off_earlier_attempts(paper: Submission) -> None:
    """Ask for no more readings of papers that this one has replaced."""
    for script_id in origin.scripts_of_earlier_attempts(paper).filter(is_open=True).values_list("pk", flat=True):
        with transaction.atomic():
            allocation.withdraw_open_place(script=script.lock_script(script_id))
