"""Timed papers go in by themselves when their clock has run out."""

from datetime import datetime, timedelta

import pytest

from assignments.models import Submission
from assignments.services.assignment import close
from assignments.services.attachment import attach
from assignments.services.enrolment import withdraw
from assignments.services.extension import extend
from assignments.services.submission import hand_in, save_answer, start
from assignments.services.time_up import hand_in_when_time_is_up
from tests.factories import NOW, AssignmentFactory, EnrolmentFactory, QuestionFactory
from tests.factories.files import png

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
UP = NOW + 30 * MINUTE


def draft(text: str = "in time", **fields: object) -> Submission:
    assignment = AssignmentFactory(**{"time_limit_minutes": 30} | fields)
    question = QuestionFactory(
        assignment=assignment, kind="short_text", key={"accepted": ["in time"], "fold_kana": False}
    )
    paper = start(assignment=assignment, enrolment=EnrolmentFactory(course=assignment.course), now=NOW)
    save_answer(submission=paper, question=question, text=text, now=NOW)
    return paper


def taken(paper: Submission, now: datetime) -> datetime | None:
    """When the paper counts as handed in, if the clock has handed it in by now."""
    moved = hand_in_when_time_is_up(now=now)
    paper.refresh_from_db()
    assert [one.pk for one in moved] == ([paper.pk] if paper.state == "handed_in" else [])
    return paper.handed_in_at


def test_paper_goes_in_as_of_the_moment_its_time_was_up_and_is_marked_by_machine() -> None:
    paper = draft()
    assert taken(paper, UP) is None
    assert taken(paper, UP + 5 * MINUTE) == UP
    assert paper.answers.get().machine_points == paper.answers.get().question.points
    assert hand_in_when_time_is_up(now=UP + 6 * MINUTE) == []


def test_paper_without_anything_saved_stays() -> None:
    assert taken(draft(text=""), UP + DAY) is None


def test_paper_with_nothing_but_a_file_goes_in() -> None:
    paper = draft(text="")
    question = QuestionFactory(assignment=paper.assignment, kind="file")
    attach(submission=paper, question=question, name="drawn.png", content=png(), now=NOW)
    assert taken(paper, UP + MINUTE) == UP


def test_paper_without_a_time_limit_stays() -> None:
    assert taken(draft(time_limit_minutes=None), NOW + 30 * DAY) is None


def test_extra_minutes_count() -> None:
    paper = draft()
    extend(assignment=paper.assignment, enrolment=paper.enrolment, extra_minutes=15)
    assert taken(paper, UP + MINUTE) is None
    assert taken(paper, UP + 16 * MINUTE) == UP + 15 * MINUTE


def test_last_moment_before_the_time_is_up_ends_it() -> None:
    paper = draft(due_at=NOW + 10 * MINUTE)
    assert taken(paper, NOW + 11 * MINUTE) == NOW + 10 * MINUTE


def test_late_papers_taken_end_with_their_time() -> None:
    paper = draft(due_at=NOW + 10 * MINUTE, late_rule="deduct")
    assert taken(paper, NOW + 11 * MINUTE) is None
    assert taken(paper, UP + MINUTE) == UP


@pytest.mark.parametrize("late_rule", ["refuse", "accept"])
def test_close_before_the_time_is_up_ends_it_on_time(late_rule: str) -> None:
    paper = draft(late_rule=late_rule)
    close(assignment=paper.assignment, now=NOW + 5 * MINUTE)
    assert taken(paper, NOW + 6 * MINUTE) == NOW + 5 * MINUTE


def test_close_spares_whoever_has_an_extension() -> None:
    paper = draft()
    extend(assignment=paper.assignment, enrolment=paper.enrolment, due_at=NOW + 20 * DAY)
    close(assignment=paper.assignment, now=NOW + 5 * MINUTE)
    assert taken(paper, NOW + 6 * MINUTE) is None
    assert taken(paper, UP + MINUTE) == UP


def test_close_after_the_due_time_counts_the_last_save() -> None:
    paper = draft(due_at=NOW + MINUTE, late_rule="accept")
    save_answer(
        submission=paper, question=paper.assignment.questions.get(), text="late, still taken", now=NOW + 3 * MINUTE
    )
    close(assignment=paper.assignment, now=NOW + 5 * MINUTE)
    assert taken(paper, NOW + 6 * MINUTE) == NOW + 3 * MINUTE


@pytest.mark.parametrize("state", ["draft", "released", "archived"])
def test_assignment_that_takes_nothing_is_left_alone(state: str) -> None:
    paper = draft()
    paper.assignment.state = state
    paper.assignment.save()
    assert taken(paper, UP + MINUTE) is None


def test_paper_of_somebody_who_left_stays() -> None:
    paper = draft()
    withdraw(enrolment=paper.enrolment)
    assert taken(paper, UP + MINUTE) is None


def test_paper_handed_in_by_its_student_keeps_its_time() -> None:
    paper = draft()
    hand_in(submission=paper, now=NOW + MINUTE)
    assert hand_in_when_time_is_up(now=UP + MINUTE) == []
    paper.refresh_from_db()
    assert paper.handed_in_at == NOW + MINUTE
