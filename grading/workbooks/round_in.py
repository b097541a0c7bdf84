"""The round that takes marks from elsewhere: which one it is, and where none may be."""

from datetime import datetime

from django.utils.translation import gettext as _

from assignments.models import Assignment
from edu_crowd.shared.errors import Problem
from grading.models import Round, RoundQuestion
from grading.services.round import create_import_round


class CannotLoad(Problem):
    """These marks cannot be loaded into this assignment."""


def known_import_round(assignment: Assignment) -> Round | None:
    return Round.objects.filter(assignment=assignment, kind=Round.Kind.IMPORT).order_by("pk").last()


def import_round(assignment: Assignment, *, now: datetime) -> Round:
    """Return the assignment's import round, or make it. Raises `CannotLoad` where a question is marked here already."""
    if RoundQuestion.objects.filter(question__assignment=assignment, round__kind=Round.Kind.MARKING).exists():
        raise CannotLoad(
            _("A round marks this assignment already, and two would contradict. Load into a new one by --create.")
        )
    return known_import_round(assignment) or create_import_round(assignment=assignment, now=now)


def refuse_told(assignment: Assignment) -> None:
    """A grade that the class was told is not changed by a file. Raises `CannotLoad`."""
    if assignment.state == Assignment.State.RELEASED:
        raise CannotLoad(
            _(
                "The class has its results already. Take the release back before you add marks;"
                " where somebody has read theirs, correct single papers by an override."
            )
        )
    if assignment.state == Assignment.State.ARCHIVED:
        raise CannotLoad(_("The assignment is archived and stays as it is. Load the marks into a new one by --create."))
