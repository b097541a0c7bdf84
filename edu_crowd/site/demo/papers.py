"""Students write: most in time, some late, one with more time, one who takes the paper back, one without an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from assignments.models import Enrolment, Submission
from assignments.services.attachment import attach
from assignments.services.extension import extend
from assignments.services.submission import hand_in, save_answer, start, take_back
from edu_crowd.site.demo import sketch
from edu_crowd.site.demo.course import Quiz
from edu_crowd.site.demo.truth import BLANK, TrueAnswer

# Places on the roster, counted from 0.
DEMO_STUDENT = 0
LATE = (5, 17, 23, 31)
WITH_MORE_TIME = 11
TAKES_BACK = 8
LEAVES_LAST_BLANK = 10
STILL_WRITING = 12
DRAWS = {3: ("sketch.png", sketch.coast_png), 19: ("sketch.pdf", sketch.coast_pdf)}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Sitting:
    """When one student writes; None: not handed in."""

    place: int
    started_at: datetime
    handed_in_at: datetime | None


def write(
    *, quiz: Quiz, students: list[Enrolment], papers: list[list[TrueAnswer]], until: datetime, rng: Random
) -> None:
    """Let the class write until an instant: what lies after it has not happened yet."""
    for sitting in sorted(sittings(quiz, students, until=until, rng=rng), key=lambda one: one.started_at):
        if sitting.started_at < until:
            sit(quiz, students[sitting.place], sitting, papers[sitting.place], until=until, rng=rng)


def sittings(quiz: Quiz, students: list[Enrolment], *, until: datetime, rng: Random) -> Iterator[Sitting]:
    due_at = quiz.due_at
    for place, student in enumerate(students):
        started_at = quiz.opens_at + rng.random() * (due_at - quiz.opens_at - 3 * HOUR)
        handed_in_at: datetime | None = started_at + timedelta(minutes=rng.uniform(25, 90))
        if place == DEMO_STUDENT and until < due_at:
            started_at, handed_in_at = until - HOUR / 2, None
        elif place in LATE:
            started_at, handed_in_at = due_at - HOUR, due_at + rng.uniform(1, 20) * HOUR
        elif place == WITH_MORE_TIME:
            extend(assignment=quiz.assignment, enrolment=student, due_at=due_at + 22 * HOUR)
            started_at, handed_in_at = due_at - HOUR, due_at + 20 * HOUR
        elif place == STILL_WRITING and due_at < until < due_at + timedelta(days=4):
            extend(assignment=quiz.assignment, enrolment=student, due_at=until + timedelta(days=2))
            started_at, handed_in_at = due_at - HOUR, None
        yield Sitting(place, started_at, handed_in_at)


def sit(
    quiz: Quiz, student: Enrolment, sitting: Sitting, paper: list[TrueAnswer], *, until: datetime, rng: Random
) -> None:
    """Write one paper: who hands it in answers everything, who is still writing has got halfway."""
    handed_in_at = sitting.handed_in_at if sitting.handed_in_at and sitting.handed_in_at < until else None
    submission = start(assignment=quiz.assignment, enrolment=student, now=sitting.started_at)
    written = len(quiz.questions) if handed_in_at else len(quiz.questions) - 1
    for question, answer in list(zip(quiz.questions, paper, strict=True))[:written]:
        if not answer.is_blank:
            save_answer(
                submission=submission,
                question=question,
                text=answer.text,
                choices=answer.choices,
                now=sitting.started_at,
            )
    if sitting.place in DRAWS and quiz.text.language == "en":
        name, draw = DRAWS[sitting.place]
        essay = next(question for question in quiz.questions if not question.is_machine_marked)
        attach(submission=submission, question=essay, name=name, content=draw(rng), now=sitting.started_at)
    if handed_in_at:
        finish(submission, handed_in_at, takes_back=sitting.place == TAKES_BACK)


def finish(submission: Submission, handed_in_at: datetime, *, takes_back: bool) -> None:
    hand_in(submission=submission, now=handed_in_at)
    if takes_back:
        take_back(submission=submission, now=handed_in_at + timedelta(minutes=10))
        again = start(
            assignment=submission.assignment,
            enrolment=submission.enrolment,
            now=handed_in_at + timedelta(minutes=11),
        )
        hand_in(submission=again, now=handed_in_at + timedelta(minutes=25))


def leave_blank(papers: list[list[TrueAnswer]]) -> None:
    """Take one student's last answer away: it scores 0 and goes to nobody."""
    papers[LEAVES_LAST_BLANK][-1] = BLANK
