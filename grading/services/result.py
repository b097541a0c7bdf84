"""A student's grade: machine-marked questions, consensus, weights, lateness, override; then the reported grade."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from assignments.models import Answer, Assignment, Question, Submission
from assignments.queries.submission import lateness_factor
from edu_crowd.people.models import User
from edu_crowd.shared.errors import Problem
from grading.models import ConsensusScore, Override, Result, Script, TextBody
from grading.queries import origin
from grading.queries.consensus import scores_of
from grading.queries.result import current_override, current_result
from grading.queries.review import has_open_case
from grading.queries.script import criteria_of_script
from grading.services.script import is_unanswered
from rubrics.queries import maximum, question_score

QUANTUM = Decimal("0.0001")
PERCENT = Decimal("0.01")


class OverrideRefused(Problem):
    """A total set by hand lacks its reason or lies outside the scale."""


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


@transaction.atomic
def compute_result(*, submission: Submission, reason: str, now: datetime) -> Result | None:
    """Write the next version of a paper's result; None while something is still to be read or decided.

    Locks the paper. Nothing is written when nothing changed.
    """
    Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    parts = parts_of(submission)
    if parts is None:
        return None
    highest = sum((part.maximum for part in parts), Decimal(0))
    earned = sum((part.points for part in parts), Decimal(0)) * lateness_factor(submission)  # exact until here
    override = current_override(submission)
    total = override.points if override and override.points is not None else earned.quantize(QUANTUM, ROUND_HALF_UP)
    before = current_result(submission)
    as_json = [part.as_json() for part in parts]
    if before and before.total == total and before.parts == as_json:
        return before
    return Result.objects.create(
        submission=submission,
        version=before.version + 1 if before else 1,
        total=total,
        maximum=highest,
        reported=reported_grade(assignment=submission.assignment, total=total, highest=highest),
        parts=as_json,
        reason=reason,
        computed_at=now,
    )


def parts_of(submission: Submission) -> list[Part] | None:
    """Return every question's part, or None while one is not settled."""
    answers = {answer.question_id: answer for answer in submission.answers.all()}
    scripts = list(origin.scripts_of(submission))
    if any(script.settled_at is None or has_open_case(script) for script in scripts):
        return None
    scores = scores_of(script.pk for script in scripts)
    criteria = criteria_by_question(scripts, scores)
    parts: list[Part] = []
    for question in submission.assignment.questions.all():
        answer = answers.get(question.pk)
        if question.is_machine_marked or question.pk in criteria:
            parts.append(answered_part(question, answer, criteria.get(question.pk, [])))
        elif answer is None or is_unanswered(answer):
            parts.append(Part(**place(question), points=Decimal(0), marked_by="nobody"))
        else:
            return None  # answered, and no script of it is settled yet
    return parts


def place(question: Question) -> dict[str, Any]:
    return {"question": question.pk, "position": question.position, "maximum": question.points}


def answered_part(question: Question, answer: Answer | None, criteria: list[dict[str, Any]]) -> Part:
    if question.is_machine_marked:
        points = answer.machine_points if answer and answer.machine_points is not None else Decimal(0)
        return Part(**place(question), points=points, marked_by="machine")
    points = question_score(
        points=question.points,
        criteria=[(Decimal(c["weight"]), Decimal(c["maximum"]), Decimal(c["points"])) for c in criteria],
    )
    return Part(**place(question), points=points, marked_by="graders", criteria=criteria)


def criteria_by_question(
    scripts: list[Script], scores: dict[int, dict[int, ConsensusScore]]
) -> dict[int, list[dict[str, Any]]]:
    """Return, by question, what each criterion was settled at and how."""
    found: dict[int, list[dict[str, Any]]] = {}
    for script in scripts:
        for criterion in criteria_of_script(script):
            score = scores.get(script.pk, {}).get(criterion.pk)
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


@transaction.atomic
def override(*, submission: Submission, points: Decimal | None, by: User, reason: str, now: datetime) -> Override:
    """Set a paper's total by hand, or lift that with None. Raises `OverrideRefused`."""
    if not reason.strip():
        raise OverrideRefused(_("Say why in a sentence: the student will read it."))
    highest = sum((question.points for question in submission.assignment.questions.all()), Decimal(0))
    if points is not None and not 0 <= points <= highest:
        raise OverrideRefused(_("Choose points from 0 to %(highest)s.") % {"highest": highest})
    Submission.objects.select_for_update(of=("self",)).get(pk=submission.pk)
    body = TextBody.of(reason.strip())
    body.save()
    newest = Override.objects.filter(submission=submission).aggregate(newest=Max("version"))["newest"] or 0
    row = Override.objects.create(
        submission=submission, version=newest + 1, points=points, by=by, reason=body, decided_at=now
    )
    compute_result(submission=submission, reason="override", now=now)
    return row
