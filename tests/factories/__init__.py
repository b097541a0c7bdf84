"""Rows for tests. What a service writes, its factory asks that service for."""

from tests.factories.assignments import (
    NOW,
    AssignmentFactory,
    CourseFactory,
    EnrolmentFactory,
    QuestionFactory,
    SubmissionFactory,
)
from tests.factories.people import UserFactory
from tests.factories.rubrics import RubricFactory, criterion

__all__ = [
    "NOW",
    "AssignmentFactory",
    "CourseFactory",
    "EnrolmentFactory",
    "QuestionFactory",
    "RubricFactory",
    "SubmissionFactory",
    "UserFactory",
    "criterion",
]
