"""Who may open a rubric: its owner in the library, or who manages the course of its question."""

from typing import Any

from assignments.models import Question
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Refused
from rubrics.models import Rubric


def access_question_with_rubric(user: Any, /, *, question_id: int) -> Question:
    """Open a question that people mark to who manages its course."""
    question = Question.objects.select_related("assignment__course").filter(pk=question_id).first()
    if question is None or question.is_machine_marked:
        raise Refused
    if not has_right(user, "manage_course", question.assignment.course):
        raise Refused
    return question


def access_rubric(user: Any, /, *, rubric_id: int) -> Rubric:
    rubric = Rubric.objects.select_related("question__assignment__course").filter(pk=rubric_id).first()
    if rubric is None:
        raise Refused
    if rubric.question is None:
        if not user.is_authenticated or rubric.owner_id != user.pk:
            raise Refused
    elif not has_right(user, "manage_course", rubric.question.assignment.course):
        raise Refused
    return rubric
