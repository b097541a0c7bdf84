from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from assignments.models import Answer, Assignment, Enrolment, Submission
from assignments.services.attachment import attach
from assignments.services.enrolment import withdraw
from assignments.services.extension import extend
from assignments.services.submission import (
    MAX_CHARACTERS,
    CannotTakeBack,
    NoAttemptLeft,
    NotAnAnswer,
    NotDraft,
    NotTaken,
    TimeUp,
    hand_in,
    save_answer,
    start,
    take_back,
)
from tests.factories import NOW, AssignmentFactory, EnrolmentFactory, QuestionFactory, SubmissionFactory
from tests.factories.files import png, stored

pytestmark = pytest.mark.django_db
DUE = NOW + timedelta(days=7)
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def seat(**fields: object) -> tuple[Assignment, Enrolment]:
    assignment = AssignmentFactory(**fields)
    return assignment, EnrolmentFactory(course=assignment.course)


def test_start_twice_returns_the_same_draft() -> None:
    assignment, student = seat()
    draft = start(assignment=assignment, enrolment=student, now=NOW)
    assert (draft.attempt, draft.state, draft.started_at) == (1, "draft", NOW)
    assert start(assignment=assignment, enrolment=student, now=DUE + DAY) == draft


def test_start_before_opening_refused_with_the_time() -> None:
    assignment, student = seat(opens_at=NOW)
    with pytest.raises(NotTaken, match="opens on May 20, 2026"):
        start(assignment=assignment, enrolment=student, now=NOW - SECOND)
    assert start(assignment=assignment, enrolment=student, now=NOW)


@pytest.mark.parametrize("state", ["draft", "closed", "released", "archived"])
def test_start_unless_published_refused(state: str) -> None:
    assignment, student = seat(state=state)
    with pytest.raises(NotTaken):
        start(assignment=assignment, enrolment=student, now=NOW)


def test_start_by_others_than_students_of_the_course_refused() -> None:
    assignment, gone = seat()
    withdraw(enrolment=gone)
    for enrolment in (gone, EnrolmentFactory(), EnrolmentFactory(course=assignment.course, role="assistant")):
        with pytest.raises(NotTaken):
            start(assignment=assignment, enrolment=enrolment, now=NOW)


def test_start_counts_attempts_handed_in() -> None:
    assignment, student = seat(attempts=2)
    for attempt in (1, 2):
        draft = start(assignment=assignment, enrolment=student, now=NOW)
        assert draft.attempt == attempt
        hand_in(submission=draft, now=NOW)
    with pytest.raises(NoAttemptLeft):
        start(assignment=assignment, enrolment=student, now=NOW)


def test_save_answer_replaces_what_was_typed() -> None:
    question = QuestionFactory()
    draft = SubmissionFactory(assignment=question.assignment, now=None)
    save_answer(submission=draft, question=question, text="first", now=NOW)
    save_answer(submission=draft, question=question, text="second\0 \ud800", now=NOW + MINUTE)
    answer = Answer.objects.get()
    assert (answer.text, answer.saved_at) == ("second ?", NOW + MINUTE)


@pytest.mark.parametrize(("kind", "choices"), [("single", [0, 1]), ("single", [2]), ("multiple", [-1]), ("maths", [0])])
def test_save_answer_options_that_are_not_there_refused(kind: str, choices: list[int]) -> None:
    question = QuestionFactory(kind=kind)
    draft = SubmissionFactory(assignment=question.assignment, now=None)
    with pytest.raises(NotAnAnswer):
        save_answer(submission=draft, question=question, choices=choices, now=NOW)


def test_save_answer_too_long_or_to_a_stranger_question_refused() -> None:
    question = QuestionFactory()
    draft = SubmissionFactory(assignment=question.assignment, now=None)
    with pytest.raises(NotAnAnswer, match="100000 characters"):
        save_answer(submission=draft, question=question, text="x" * (MAX_CHARACTERS + 1), now=NOW)
    with pytest.raises(NotAnAnswer):
        save_answer(submission=draft, question=QuestionFactory(), text="x", now=NOW)


def test_save_answer_after_hand_in_refused() -> None:
    question = QuestionFactory()
    paper = SubmissionFactory(assignment=question.assignment)
    with pytest.raises(NotDraft, match="handed in"):
        save_answer(submission=paper, question=question, text="x", now=NOW)
    take_back(submission=paper, now=NOW)
    with pytest.raises(NotDraft, match="taken back"):
        save_answer(submission=paper, question=question, text="x", now=NOW)


@pytest.mark.parametrize(
    ("fields", "last"),
    [
        ({}, DUE),
        ({"late_rule": "accept", "late_days": 2}, DUE + 2 * DAY),
        ({"late_rule": "deduct", "late_days": 1}, DUE + DAY),
    ],
)
@pytest.mark.parametrize("extension", [None, DUE + DAY])
def test_hand_in_until_the_last_second_the_late_rule_takes(
    fields: dict[str, object], last: datetime, extension: datetime | None
) -> None:
    assignment, student = seat(**fields)
    if extension:
        extend(assignment=assignment, enrolment=student, due_at=extension)
        last += extension - DUE
    draft = start(assignment=assignment, enrolment=student, now=NOW)
    with pytest.raises(NotTaken, match="taken until"):
        hand_in(submission=draft, now=last + SECOND)
    hand_in(submission=draft, now=last)
    assert Submission.objects.get().handed_in_at == last


def test_hand_in_after_close_needs_an_extension() -> None:
    assignment, student = seat(late_rule="accept")
    draft = start(assignment=assignment, enrolment=student, now=NOW)
    Assignment.objects.update(state="closed")
    with pytest.raises(NotTaken):
        hand_in(submission=draft, now=NOW)
    extend(assignment=assignment, enrolment=student, due_at=DUE + DAY)
    with pytest.raises(NotTaken):
        hand_in(submission=draft, now=DUE + DAY + SECOND)
    hand_in(submission=draft, now=DUE + DAY)
    assert draft.state == "handed_in"


def test_hand_in_twice_is_once() -> None:
    paper = SubmissionFactory()
    hand_in(submission=paper, now=NOW + MINUTE)
    hand_in(submission=paper, now=DUE + DAY)
    assert Submission.objects.get().handed_in_at == NOW


def test_hand_in_marks_what_a_machine_can_mark_and_nothing_else() -> None:
    assignment = AssignmentFactory()
    questions = {
        kind: QuestionFactory(assignment=assignment, kind=kind)
        for kind in ("single", "multiple", "numeric", "short_text", "long_text")
    }
    given = {"single": [1], "multiple": [0], "numeric": "９．８", "long_text": "Because."}
    paper = SubmissionFactory(assignment=assignment, answers={questions[kind]: given[kind] for kind in given})
    assert {answer.question.kind: answer.machine_points for answer in paper.answers.all()} == {
        "single": Decimal("10.00"),
        "multiple": Decimal("5.00"),
        "numeric": Decimal("10.00"),
        "short_text": Decimal("0.00"),
        "long_text": None,
    }


def test_timed_paper_takes_nothing_more_and_is_handed_in_as_saved() -> None:
    question = QuestionFactory(assignment__time_limit_minutes=60)
    paper = SubmissionFactory(assignment=question.assignment, answers={question: "in time"}, now=None)
    extend(assignment=question.assignment, enrolment=paper.enrolment, extra_minutes=15)
    save_answer(submission=paper, question=question, text="in extra time", now=NOW + 75 * MINUTE)
    with pytest.raises(TimeUp):
        save_answer(submission=paper, question=question, text="late", now=NOW + 75 * MINUTE + SECOND)
    hand_in(submission=paper, now=NOW + 80 * MINUTE)
    assert paper.answers.get().text == "in extra time"
    with pytest.raises(TimeUp):
        take_back(submission=paper, now=NOW + 81 * MINUTE)
    assert Submission.objects.get().state == "handed_in"


def test_take_back_loses_nothing_and_costs_no_attempt() -> None:
    question = QuestionFactory(kind="file", assignment__time_limit_minutes=60)
    draft = SubmissionFactory(assignment=question.assignment, answers={question: "typed"}, now=None)
    file = attach(submission=draft, question=question, name="p.png", content=png(), now=NOW)
    hand_in(submission=draft, now=NOW + MINUTE)
    take_back(submission=draft, now=NOW + 2 * MINUTE)
    take_back(submission=draft, now=NOW + 2 * MINUTE)
    again = start(assignment=draft.assignment, enrolment=draft.enrolment, now=NOW + 3 * MINUTE)
    assert (again.attempt, again.state, again.started_at) == (2, "draft", NOW)
    answer = again.answers.get()
    assert (answer.text, answer.saved_at, answer.machine_points) == ("typed", NOW, None)
    copy = answer.attachments.get()
    assert (copy.name, copy.sha256, stored(copy)) == (file.name, file.sha256, png())
    hand_in(submission=again, now=NOW + 4 * MINUTE)
    states = Submission.objects.order_by("attempt").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "handed_in"]


def test_take_back_only_inside_the_cooling_window() -> None:
    paper = SubmissionFactory(assignment__cooling_minutes=30)
    with pytest.raises(CannotTakeBack):
        take_back(submission=paper, now=NOW + 30 * MINUTE)
    take_back(submission=paper, now=NOW + 30 * MINUTE - SECOND)
    assert paper.state == "withdrawn"


def test_take_back_what_could_not_be_handed_in_again_refused() -> None:
    paper = SubmissionFactory(now=DUE)
    with pytest.raises(NotTaken):
        take_back(submission=paper, now=DUE + SECOND)
    assert Submission.objects.get().state == "handed_in"


def test_take_back_draft_or_an_attempt_before_the_last_refused() -> None:
    paper = SubmissionFactory(assignment__attempts=2)
    draft = start(assignment=paper.assignment, enrolment=paper.enrolment, now=NOW)
    for submission in (draft, paper):
        with pytest.raises(CannotTakeBack):
            take_back(submission=submission, now=NOW)
