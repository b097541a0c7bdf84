"""The teacher tries a draft as a student would, and nothing is stored."""

import pytest

from assignments.models import Answer, Submission
from tests.assignments.views.writing import JSON
from tests.factories import AssignmentFactory, QuestionFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


def test_preview_of_a_draft_shows_the_questions_and_stores_nothing() -> None:
    assignment = AssignmentFactory(state="draft", instructions="*Think* first.")
    question = QuestionFactory(assignment=assignment, kind="maths", prompt="What is $x$?")
    QuestionFactory(assignment=assignment, kind="single")
    client = client_of(assignment.course.enrolments.get().user)
    url = f"/assignments/{assignment.pk}/preview/"
    text = client.get(url).content.decode()
    assert "<em>Think</em> first." in text
    assert "Tokyo" in text
    assert "nothing is saved" in text
    assert "/papers/" not in text
    told = client.post(url, {f"base-{question.pk}": "", f"text-{question.pk}": "$y$"}, **JSON).json()
    assert "<math" in told["look"]
    assert client.post(url, {}, **JSON).json() == {"saved_at": ""}
    assert client.post(url, {f"base-{question.pk}": ""}).status_code == 200
    assert (Answer.objects.count(), Submission.objects.count()) == (0, 0)


def test_preview_without_questions_leads_to_writing_one() -> None:
    assignment = AssignmentFactory(state="draft")
    client = client_of(assignment.course.enrolments.get().user)
    assert "There is no question yet." in client.get(f"/assignments/{assignment.pk}/preview/").content.decode()
