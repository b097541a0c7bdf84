from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from assignments.models import Assignment, Course, Enrolment, Question, Submission
from assignments.services.enrolment import create_course, enrol
from assignments.services.submission import hand_in, save_answer, start
from tests.factories.people import UserFactory

# The instant that tests take for now; assignments are due a week later.
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
KEYS = {
    "single": {"options": ["Kyoto", "Tokyo"], "right": 1},
    "multiple": {"options": ["2", "3", "4"], "right": [0, 1], "rule": "share"},
    "numeric": {"value": "9.81", "tolerance": "0.02", "tolerance_in": "absolute", "units": {}},
    "short_text": {"accepted": ["Tokyo", "東京"], "fold_kana": False},
}


class CourseFactory(DjangoModelFactory[Course]):
    class Meta:
        model = Course

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Course {n}")
    language = "en"
    time_zone = "Asia/Tokyo"

    @classmethod
    def _create(cls, model_class: type[Course], *args: Any, **fields: Any) -> Course:
        return create_course(**fields)


class EnrolmentFactory(DjangoModelFactory[Enrolment]):
    """A student with an account; `user=None` for one the roster alone knows."""

    class Meta:
        model = Enrolment

    course = factory.SubFactory(CourseFactory)
    user = factory.SubFactory(UserFactory)
    role = "student"
    student_number = factory.Sequence(lambda n: f"S{n:05}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    given_name = factory.Sequence(lambda n: f"Given{n}")

    @classmethod
    def _create(cls, model_class: type[Enrolment], *args: Any, **fields: Any) -> Enrolment:
        return enrol(**fields)


class AssignmentFactory(DjangoModelFactory[Assignment]):
    """Published, and due a week after `NOW`; questions can be added as the test needs them."""

    class Meta:
        model = Assignment

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"Assignment {n}")
    state = "published"
    due_at = NOW + timedelta(days=7)


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    assignment = factory.SubFactory(AssignmentFactory)
    position = factory.LazyAttribute(lambda question: question.assignment.questions.count() + 1)
    kind = "long_text"
    prompt = "What do you think, and why?"
    points = Decimal(10)
    key = factory.LazyAttribute(lambda question: KEYS.get(question.kind, {}))


class SubmissionFactory(DjangoModelFactory[Submission]):
    """A paper handed in at `now`, with `answers` of {question: text or ticked positions}; `now=None` leaves a draft."""

    class Meta:
        model = Submission

    assignment = factory.SubFactory(AssignmentFactory)
    enrolment = factory.LazyAttribute(lambda paper: EnrolmentFactory(course=paper.assignment.course))
    answers = factory.LazyFunction(dict)
    now = NOW

    @classmethod
    def _create(
        cls,
        model_class: type[Submission],
        assignment: Assignment,
        enrolment: Enrolment,
        answers: Mapping[Question, str | list[int]],
        now: datetime | None,
    ) -> Submission:
        at = now or NOW
        submission = start(assignment=assignment, enrolment=enrolment, now=at)
        for question, given in answers.items():
            fields: dict[str, Any] = {"text": given} if isinstance(given, str) else {"choices": given}
            save_answer(submission=submission, question=question, now=at, **fields)
        if now is not None:
            hand_in(submission=submission, now=now)
        return submission
