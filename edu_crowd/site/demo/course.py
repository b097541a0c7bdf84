"""The demo course, its people and its two quizzes, made by the services that people use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from assignments.models import Assignment, Course, Enrolment, Question
from assignments.services.assignment import create_assignment
from assignments.services.enrolment import create_course, enrol
from assignments.services.question import add_question
from edu_crowd.people.models import User
from edu_crowd.site.demo.content import COURSE_TITLE, GraderText, QuizText, read_graders, read_staff, read_students
from grading.models import Round
from grading.services.enlistment import enlist
from grading.services.round import create_round
from rubrics.services import CriterionSpec, LevelSpec, create_rubric

WRITING_TIME = timedelta(days=4)
LATE_DAYS = 1


@dataclass(frozen=True)
class People:
    teacher: User
    graders: list[tuple[GraderText, User]]
    students: list[Enrolment]


@dataclass(frozen=True)
class Quiz:
    """A quiz as it lies in the database, beside the text it was made from."""

    text: QuizText
    assignment: Assignment
    questions: list[Question]
    round: Round
    opens_at: datetime
    due_at: datetime

    @property
    def last_taken_at(self) -> datetime:
        """The instant after which no paper is taken, extensions apart."""
        return self.due_at + timedelta(days=LATE_DAYS)


def create_people(class_size: int) -> tuple[Course, People]:
    """Make the accounts, which nobody can sign in to by a password, and the course with its roster."""
    teacher = create_staff()
    graders = [(text, create_user(text.email, text.name, text.locale, text.time_zone)) for text in read_graders()]
    course = create_course(owner=teacher, title=COURSE_TITLE, language="ja", time_zone="Asia/Tokyo")
    students = [
        enrol(
            course=course,
            role=Enrolment.Role.STUDENT,
            user=create_user(
                one.get("email", f"student{number:02}@demo.example"),
                f"{one['family']} {one['given']}" if one["reading"] else f"{one['given']} {one['family']}",
                "ja" if one["reading"] else "en",
                "Asia/Tokyo",
            ),
            student_number=f"26{number:03}",
            family_name=one["family"],
            given_name=one["given"],
            reading=one["reading"],
        )
        for number, one in enumerate(read_students()[:class_size], start=1)
    ]
    return course, People(teacher=teacher, graders=graders, students=students)


def create_staff() -> User:
    """Make the teacher and the administrator; return the teacher."""
    staff = read_staff()
    User.objects.filter(pk=create_user(**staff["admin"]).pk).update(is_staff=True)
    return create_user(**staff["teacher"])


def create_user(email: str, name: str, locale: str, time_zone: str) -> User:
    return User.objects.create_user(email, display_name=name, locale=locale, time_zone=time_zone)


def create_quiz(*, course: Course, text: QuizText, people: People, opens_at: datetime, rng: Random) -> Quiz:
    """Write a quiz with its rubrics and prepare its round with all graders."""
    due_at = opens_at + WRITING_TIME
    assignment = create_assignment(
        course=course,
        title=text.title,
        instructions=text.instructions,
        opens_at=opens_at,
        due_at=due_at,
        late_rule=Assignment.LateRule.DEDUCT,
        late_days=LATE_DAYS,
    )
    questions = []
    for item in text.questions:
        question = add_question(
            assignment=assignment,
            kind=item.kind,
            prompt=item.prompt,
            points=item.points,
            key=item.key,
            language=text.language,
        )
        questions.append(question)
        if item.criteria:
            create_rubric(
                owner=people.teacher,
                title=f"{text.title} · {question.position}",
                question=question,
                criteria=[
                    CriterionSpec(
                        key=one.key,
                        title=one.title,
                        weight=one.weight,
                        levels=tuple(LevelSpec(level.points, level.label, level.descriptor) for level in one.levels),
                    )
                    for one in item.criteria
                ],
            )
    round_ = create_round(assignment=assignment)
    for _, user in people.graders:
        enlist(round_=round_, user=user, rng=rng)
    return Quiz(text=text, assignment=assignment, questions=questions, round=round_, opens_at=opens_at, due_at=due_at)
