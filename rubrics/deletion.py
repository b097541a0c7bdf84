"""Taking a question, or a whole draft, away together with what hangs on it here."""

from django.db import transaction
from django.db.models import ProtectedError

from assignments.models import Assignment, Question
from assignments.services.assignment import delete_draft, draft_in_use
from assignments.services.question import delete_question, question_in_use
from rubrics.models import Criterion, Level, Rubric


def delete_with_rubric(*, question: Question) -> Rubric | None:
    """Delete a question of a draft; its newest rubric goes to its owner's library, older versions go with the question.

    Locks the assignment. Raises what `delete_question` raises.
    """
    with transaction.atomic():
        try:
            newest = _shelve(question)
        except ProtectedError:
            raise question_in_use() from None
        delete_question(question=question)
    return newest


def delete_with_rubrics(*, assignment: Assignment) -> list[Rubric]:
    """Delete a draft; the newest rubric of each question goes to its owner's library and is returned.

    Locks the assignment. Raises what `delete_draft` raises.
    """
    with transaction.atomic():
        try:
            kept = [rubric for question in assignment.questions.all() if (rubric := _shelve(question))]
        except ProtectedError:
            raise draft_in_use() from None
        delete_draft(assignment=assignment)
    return kept


def _shelve(question: Question) -> Rubric | None:
    """Put the newest rubric of a question into its owner's library, and delete the older versions."""
    versions = list(Rubric.objects.filter(question=question).order_by("version"))
    newest = versions.pop() if versions else None
    if newest is not None:
        newest.question, newest.parent, newest.version = None, None, 1
        newest.save(update_fields=["question", "parent", "version"])
    older = [version.pk for version in versions]
    Rubric.objects.filter(parent__in=older).update(parent=None)
    Level.objects.filter(criterion__rubric__in=older).delete()
    Criterion.objects.filter(rubric__in=older).delete()
    Rubric.objects.filter(pk__in=older).delete()
    return newest
