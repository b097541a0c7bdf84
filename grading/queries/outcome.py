"""What a paper earns, told from where it stands: question by question, then the total and the reported grade. Pure."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment, Question
from grading.queries.standing import Standing
from rubrics.queries import maximum, question_score

QUANTUM = Decimal("0.0001")
PERCENT = Decimal("0.01")


class Waits(StrEnum):
    """Why a question has no points yet, or may get others."""

    OUTSIDE = "outside"
    READING = "reading"
    CASE = "case"

    @property
    def label(self) -> Promise:
        return LABELS[self]


LABELS: dict[Waits, Promise] = {
    Waits.OUTSIDE: gettext_lazy("in no round yet"),
    Waits.READING: gettext_lazy("being read"),
    Waits.CASE: gettext_lazy("waits for your decision"),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One question's share of a result. It names no script: a result must not lead back to one."""

    question: int
    position: int
    points: Decimal
    maximum: Decimal
    marked_by: str  # "machine", "graders", "nobody" (unanswered)
    criteria: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            **self.__dict__,
            "points": str(self.points.quantize(QUANTUM, ROUND_HALF_UP)),
            "maximum": str(self.maximum),
        }


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One question of a paper: its points, why they are missing, or both where they are looked at again."""

    question: Question
    part: Part | None
    waits: Waits | None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A result as it would be written now."""

    total: Decimal
    maximum: Decimal
    reported: str
    parts: list[dict[str, Any]]
    # What the late rule takes off the sum of the parts; None where it takes nothing, or a person set the total.
    deducted: Decimal | None = None


def outcome_of(standing: Standing) -> Outcome | None:
    """Return what a paper earns, or None while something of it is to be read or decided."""
    parts = [cell.part for cell in cells_of(standing) if cell.part]
    if standing.is_looked_at or len(parts) < len(standing.questions):
        return None
    highest = sum((part.maximum for part in parts), Decimal(0))
    whole = sum((part.points for part in parts), Decimal(0))
    earned = whole * standing.share_kept  # exact until here
    override = standing.override
    total = override.points if override and override.points is not None else earned.quantize(QUANTUM, ROUND_HALF_UP)
    by_hand = override is not None and override.points is not None
    return Outcome(
        deducted=None if by_hand or earned == whole else whole.quantize(QUANTUM, ROUND_HALF_UP) - total,
        total=total,
        maximum=highest,
        reported=reported_grade(assignment=standing.submission.assignment, total=total, highest=highest),
        parts=[part.as_json() for part in parts],
    )


def cells_of(standing: Standing) -> list[Cell]:
    criteria = criteria_by_question(standing)
    return [cell_of(standing, question, criteria.get(question.pk, [])) for question in standing.questions]


def cell_of(standing: Standing, question: Question, criteria: list[dict[str, Any]]) -> Cell:
    place: dict[str, Any] = {"question": question.pk, "position": question.position, "maximum": question.points}
    given = standing.given.get(question.pk)
    if question.is_machine_marked:
        points = given.machine_points if given and given.machine_points is not None else Decimal(0)
        return Cell(question=question, part=Part(**place, points=points, marked_by="machine"), waits=None)
    waits = waits_of(standing, question)
    if criteria:
        points = question_score(
            points=question.points,
            criteria=[(Decimal(c["weight"]), Decimal(c["maximum"]), Decimal(c["points"])) for c in criteria],
        )
        part = Part(**place, points=points, marked_by="graders", criteria=criteria)
        return Cell(question=question, part=part, waits=waits)
    if waits is None and (given is None or not (given.has_words or given.has_files)):
        return Cell(question=question, part=Part(**place, points=Decimal(0), marked_by="nobody"), waits=None)
    # Answered, and no script of it is settled yet.
    return Cell(question=question, part=None, waits=waits or Waits.OUTSIDE)


def waits_of(standing: Standing, question: Question) -> Waits | None:
    waits = None
    for script in standing.scripts:
        asked = [one.pk for one in standing.criteria[script.pk] if one.rubric.question_id == question.pk]
        if any((script.pk, criterion) in standing.open_cases for criterion in asked):
            return Waits.CASE
        if asked and script.settled_at is None:
            waits = Waits.READING
    return waits


def criteria_by_question(standing: Standing) -> dict[int, list[dict[str, Any]]]:
    """Return, by question, what each criterion was settled at and how."""
    found: dict[int, list[dict[str, Any]]] = {}
    for script in standing.scripts:
        for criterion in standing.criteria[script.pk]:
            score = standing.scores[script.pk].get(criterion.pk)
            question = criterion.rubric.question_id
            if score is None or question is None:
                continue
            found.setdefault(question, []).append(
                {
                    "criterion": criterion.pk,
                    "title": criterion.title,
                    "weight": str(criterion.weight),
                    "points": str(score.points),
                    "maximum": str(maximum(criterion)),
                    "policy": score.policy,
                    "readings": len(score.inputs["marks"]),
                }
            )
    return found


def reported_grade(*, assignment: Assignment, total: Decimal, highest: Decimal) -> str:
    """Return what the student's record says: points to a step, a band, or pass and fail."""
    if assignment.reporting == Assignment.Reporting.POINTS:
        steps = (total / assignment.report_step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return format((steps * assignment.report_step).normalize(), "f")
    percent = (total * 100 / highest).quantize(PERCENT, ROUND_HALF_UP) if highest else Decimal(0)
    for band in assignment.bands:
        if percent >= Decimal(str(band["from"])):
            return str(band["label"])
    with translation.override(assignment.course.language):  # a record speaks the course's language
        return _("fail") if assignment.reporting == Assignment.Reporting.PASS_FAIL else "—"
