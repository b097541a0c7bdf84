"""What a rubric can start from: a grid, plain points, or a single empty criterion."""

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from assignments.models import Question
from rubrics.editor import MOST_LEVELS, TypedRubric

STARTS = ("empty", "grid", "points")
GRID_CRITERIA = 3


def started(start: str, *, title: str, highest: int, language: str) -> TypedRubric:
    """Return a grid to go on from, its words in the language of those who will read them."""
    typed = TypedRubric(title=title)
    with translation.override(language):
        if start == "grid":
            labels = [_("not yet"), _("in part"), _("mostly"), _("fully")]
            for _number in range(GRID_CRITERIA):
                criterion = typed.add_criterion()
                for points, label in enumerate(labels):
                    criterion.add_level(points=str(points), label=label)
        elif start == "points":
            criterion = typed.add_criterion(title=_("Points"), scale="interval")
            for points in range(min(max(highest, 1), MOST_LEVELS - 1) + 1):
                criterion.add_level(points=str(points), label=str(points))
        else:
            criterion = typed.add_criterion()
            for _number in range(2):
                criterion.add_level()
    return typed


def title_for(question: Question) -> str:
    """Return a title for the rubric of a question: what its assignment is called, and its place there."""
    return f"{question.assignment.title[:180]} · {question.position}"


def highest_for(points: Decimal) -> int:
    """Return the levels to offer for plain points: one for each point, where that many fit."""
    whole = int(points)
    return whole if points == whole and whole < MOST_LEVELS else 5
