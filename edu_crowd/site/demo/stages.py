"""The story of the demo course, up to the stage that was asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from django.db import transaction

from assignments.services.assignment import close, publish
from edu_crowd.shared import outbox
from edu_crowd.site.demo import papers, teacher
from edu_crowd.site.demo.content import QUIZZES, read_graders, read_quiz
from edu_crowd.site.demo.course import People, Quiz, create_people, create_quiz
from edu_crowd.site.demo.graders import Truth, mark, markers_of
from edu_crowd.site.demo.homework import set_homework
from edu_crowd.site.demo.truth import write_papers
from grading import pipeline
from grading.services.feedback import release

Say = Callable[[str], None]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CLASS_SIZE = 40
# A round that is under way has about this share of its readings.
UNDER_WAY = 0.85


class Reached(StrEnum):
    """How far one quiz has gone."""

    DRAFT = "draft"
    WRITING = "writing"
    MARKING = "marking"
    RELEASED = "released"


# By stage: for each quiz, the days from its opening to now, and how far it has gone.
STAGES = {
    "draft": ((3, Reached.WRITING), (-4, Reached.DRAFT)),
    "marking": ((6, Reached.MARKING), (1, Reached.WRITING)),
    "review": ((16, Reached.RELEASED), (6, Reached.MARKING)),
    "released": ((26, Reached.RELEASED), (12, Reached.RELEASED)),
}


@dataclass(frozen=True)
class Told:
    """A quiz of the finished story, with the truth behind it; None where nobody has marked."""

    quiz: Quiz
    truth: Truth | None


@transaction.atomic
def build(*, stage: str, seed: int, now: datetime, say: Say, class_size: int = CLASS_SIZE) -> list[Told]:
    """Build the demo course as it stands at `now` in this stage, by the services that people use: all of it or none."""
    course, people = create_people(class_size)
    set_homework(course=course, teacher=people.teacher, now=now)
    say(f"{len(people.students)} students, {len(people.graders)} graders, 1 teacher, 1 administrator")
    return [
        tell(
            Story(
                quiz=create_quiz(
                    course=course,
                    text=read_quiz(name),
                    people=people,
                    opens_at=now - days * DAY,
                    rng=Random(f"{seed} {name} places"),
                ),
                people=people,
                now=now,
                rng=Random(f"{seed} {name}"),
                say=say,
            ),
            reached,
        )
        for name, (days, reached) in zip(QUIZZES, STAGES[stage], strict=True)
    ]


@dataclass(frozen=True)
class Story:
    quiz: Quiz
    people: People
    now: datetime
    rng: Random
    say: Say


def tell(story: Story, reached: Reached) -> Told:
    quiz = story.quiz
    if reached == Reached.DRAFT:
        story.say(f"“{quiz.text.title}” is a draft")
        return Told(quiz, None)
    truth = write_class(story)
    if reached == Reached.WRITING:
        return Told(quiz, None)
    taken_in = pipeline.open_for_marking(round_=quiz.round, now=quiz.last_taken_at + HOUR, rng=story.rng)
    story.say(f"{taken_in} papers became anonymous scripts")
    if reached == Reached.MARKING:
        under_way(story, truth)
    else:
        released(story, truth)
    return Told(quiz, truth)


def write_class(story: Story) -> Truth:
    quiz = story.quiz
    answers = write_papers(quiz.text, students=len(story.people.students), rng=story.rng)
    papers.leave_blank(answers)
    publish(assignment=quiz.assignment, now=quiz.opens_at - DAY)
    papers.write(quiz=quiz, students=story.people.students, papers=answers, until=story.now, rng=story.rng)
    handed_in = quiz.assignment.submissions.filter(state="handed_in").count()
    story.say(f"“{quiz.text.title}”: {handed_in} of {len(answers)} papers handed in")
    by_enrolment = {student.pk: paper for student, paper in zip(story.people.students, answers, strict=True)}
    return Truth(quiz, by_enrolment)


def under_way(story: Story, truth: Truth) -> None:
    """Mark until now, about two thirds of the work; decide some of the cases and leave the others."""
    quiz, start = story.quiz, story.quiz.last_taken_at + HOUR
    crew = markers_of(quiz, read_graders())
    readings = quiz.round.scripts.count() * quiz.round.readings_wanted
    minutes = (story.now - start) / timedelta(minutes=1)
    pause = minutes * len(crew) / (readings * UNDER_WAY) - 6
    mark(quiz=quiz, truth=truth, crew=crew, start=start, until=story.now, pause_minutes=pause, rng=story.rng)
    teacher.decide_some(quiz=quiz, truth=truth, people=story.people, now=story.now, rng=story.rng)
    finish(story.now, story.rng)
    story.say(f"{quiz.round.scripts.filter(is_open=True).count()} scripts still wait for readings")


def released(story: Story, truth: Truth) -> None:
    """Mark everything, decide every case, release the class, and let some students appeal."""
    quiz, rng = story.quiz, story.rng
    crew = markers_of(quiz, read_graders())
    start = quiz.last_taken_at + HOUR
    at = mark(quiz=quiz, truth=truth, crew=crew, start=start, until=story.now, pause_minutes=20, rng=rng)
    at = teacher.decide_all(quiz=quiz, truth=truth, people=story.people, now=at + HOUR, rng=rng)
    teacher.lift_one_deduction(quiz=quiz, people=story.people, now=at)
    close(assignment=quiz.assignment, now=at + HOUR)
    pipeline.close_round(round_=quiz.round, now=at + HOUR)
    count = release(assignment=quiz.assignment, now=at + 2 * HOUR)
    finish(at + 2 * HOUR, rng)
    story.say(f"{count} students have their feedback")
    teacher.appeals(quiz=quiz, truth=truth, crew=crew, start=at + 6 * HOUR, now=story.now, rng=rng)
    finish(story.now, rng)


def finish(now: datetime, rng: Random) -> None:
    """Do what is left to do, and bring every figure up to this instant."""
    outbox.drain(now=now)
    pipeline.tick(now=now, rng=rng)
