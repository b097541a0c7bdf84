"""An assignment at its teacher's desk: what it lacks, when papers come in, and a draft thrown away."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assignments.models import Assignment, Extension, Question
from assignments.services.extension import extend
from assignments.services.question import add_question
from edu_crowd.shared.models import AuditEntry
from grading.models import Round, RoundQuestion
from rubrics.models import Rubric
from rubrics.services import create_rubric, new_version
from tests.assignments.views.desk import Desk, text_of
from tests.factories import AssignmentFactory, EnrolmentFactory, QuestionFactory, SubmissionFactory, criterion

pytestmark = pytest.mark.django_db
NOT_YET = "Papers cannot go out to graders before these questions have a rubric"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def essay(desk: Desk, *, has_rubric: bool = False) -> Question:
    question = add_question(assignment=desk.draft, kind="long_text", prompt="Why?", points=Decimal(1))
    if has_rubric:
        rubric = create_rubric(owner=desk.teacher, title="R", question=question, criteria=[criterion("content")])
        new_version(rubric=rubric, by=desk.teacher)
    return question


def test_missing_rubric_is_named_and_holds_publication_up_nowhere(desk: Desk) -> None:
    Assignment.objects.filter(pk=desk.draft.pk).update(due_at=timezone.now() + timedelta(days=1))
    essay(desk, has_rubric=True)
    page = text_of(desk.get("assignment_edit", desk.draft.pk))
    assert "Nothing is missing." in page
    assert NOT_YET not in page
    essay(desk)
    page = text_of(desk.get("assignment_edit", desk.draft.pk))
    assert page.count("Rubric: none yet.") == 1
    for words in (NOT_YET, "for that, nothing is missing", "Write the rubric of question 2", ">Rubric of question 1<"):
        assert words in page
    assert "Nothing is missing." not in page
    assert NOT_YET in text_of(desk.get("assignment_publish", desk.draft.pk))
    assert "Rubric: none yet." in desk.told(desk.post("assignment_publish", desk.draft.pk))


def test_papers_that_cool_are_told_after_the_close(desk: Desk) -> None:
    now = timezone.now()
    closed = AssignmentFactory(course=desk.course, state="published", due_at=now + timedelta(days=1))
    question = QuestionFactory(assignment=closed, kind="long_text")
    for minutes in (50, 10):
        SubmissionFactory(assignment=closed, answers={question: "So."}, now=now - timedelta(minutes=minutes))
    desk.post("assignment_close", closed.pk)
    page = text_of(desk.get("assignment_edit", closed.pk))
    assert "1 paper comes in only when the time to take it back is over:" in page
    assert "being marked" not in page
    assert "1 paper comes in only when" in text_of(desk.get("release", closed.pk))
    round_ = Round.objects.create(assignment=closed)
    assert "1 paper comes in only when" in text_of(desk.get("board", round_.pk))


def test_draft_is_deleted_and_its_rubrics_stay(desk: Desk) -> None:
    essay(desk, has_rubric=True)
    essay(desk)
    extend(assignment=desk.draft, enrolment=EnrolmentFactory(course=desk.course), extra_minutes=5)
    page = text_of(desk.get("assignment_delete", desk.draft.pk))
    assert "The draft and its 2 questions are gone for good. Its rubrics stay in the library" in page
    told = desk.told(desk.post("assignment_delete", desk.draft.pk))
    assert "The draft is deleted. Its rubrics are in the library" in told
    assert [rows.objects.count() for rows in (Assignment, Question, Extension)] == [0, 0, 0]
    kept = Rubric.objects.get()
    assert (kept.question, kept.version, kept.parent, kept.criteria.count()) == (None, 1, None, 1)
    entry = AuditEntry.objects.get(action="assignment.deleted")
    assert entry.details == {"course": desk.course.pk, "questions": 2}


def test_only_a_draft_is_deleted(desk: Desk) -> None:
    published = QuestionFactory(assignment=AssignmentFactory(course=desk.course)).assignment
    assert "Students see this assignment already" in text_of(desk.get("assignment_delete", published.pk))
    answer = desk.post("assignment_delete", published.pk)
    assert (answer.status_code, published.questions.count()) == (409, 1)
    assert not AuditEntry.objects.filter(action="assignment.deleted").exists()


@pytest.mark.parametrize("has_rubric", [False, True])
def test_draft_with_a_round_prepared_stays(desk: Desk, has_rubric: bool) -> None:
    question = essay(desk, has_rubric=has_rubric)
    round_ = Round.objects.create(assignment=desk.draft)
    if has_rubric:
        RoundQuestion.objects.create(round=round_, question=question, rubric=question.rubrics.get(version=1))
    answer = desk.post("assignment_delete", desk.draft.pk)
    assert (answer.status_code, "Discard the round, then delete the draft" in text_of(answer)) == (409, True)
    assert desk.draft.questions.get() == question
    assert question.rubrics.count() == (2 if has_rubric else 0)
