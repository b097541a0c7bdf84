"""What a student may do with a paper now, asked before it is tried: the same checks, answered by a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assignments.models import Assignment, Enrolment, Submission
from assignments.services.submission import (
    TimeUp,
    check_can_start,
    check_can_take_back,
    check_clock,
    check_window,
)
from edu_crowd.shared.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`mode`: writing, time_up (it can only be handed in), missed, handed_in or withdrawn; and why not writing."""

    mode: str
    sentence: str = ""

    @property
    def is_writing(self) -> bool:
        return self.mode == "writing"

    @property
    def can_be_handed_in(self) -> bool:
        return self.mode in ("writing", "time_up")


def standing_of(paper: Submission, now: datetime) -> Standing:
    if paper.state != Submission.State.DRAFT:
        return Standing(mode=paper.state)
    try:
        check_window(paper.assignment, paper.enrolment, now)
        check_clock(paper, now)
    except TimeUp as problem:
        return Standing(mode="time_up", sentence=str(problem))
    except Problem as problem:
        return Standing(mode="missed", sentence=str(problem))
    return Standing(mode="writing")


def why_not_start(assignment: Assignment, enrolment: Enrolment, attempts: Sequence[Submission], now: datetime) -> str:
    """Return why no paper can be begun beside these; empty where one can."""
    try:
        check_can_start(assignment, enrolment, attempts, now)
    except Problem as problem:
        return str(problem)
    return ""


def can_take_back(paper: Submission, now: datetime) -> bool:
    try:
        check_can_take_back(paper, now)
    except Problem:
        return False
    return True
