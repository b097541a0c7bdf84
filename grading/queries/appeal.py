"""The appeals of a class: what was asked, how far each one is, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import Case, Count, IntegerField, QuerySet, When

from assignments.models import Assignment
from grading.models import Allocation, Appeal, ReviewCase, Script
from grading.queries import origin
from grading.queries.consensus import scores_of
from grading.queries.mark import sealed_marks_of

APPEAL = Allocation.Purpose.APPEAL


class Step(StrEnum):
    """What happens next with an appeal, or how it ended."""

    WAITS = "waits"
    ON_DESK = "on_desk"
    WEIGHED = "weighed"
    DECIDE = "decide"
    DECIDED = "decided"
    STANDS = "stands"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Filed:
    appeal: Appeal
    released: Decimal | None  # what the student was told for the criterion
    maximum: Decimal | None
    fresh: Decimal | None  # what the fresh reading gives
    standing: Decimal | None  # the score that counts now
    case: ReviewCase | None
    step: Step


def appeals_in(assignment: Assignment) -> QuerySet[Appeal]:
    """Return the appeals of a class, those that wait for the teacher first, then the pending, the oldest first."""
    return (
        Appeal.objects.filter(feedback__submission__assignment=assignment)
        .annotate(
            turn=Case(
                When(state=Appeal.State.REVIEW, then=0),
                When(state=Appeal.State.WAITING, then=1),
                default=2,
                output_field=IntegerField(),
            )
        )
        .select_related("criterion__rubric__question", "reason", "feedback__result")
        .select_related("feedback__submission__enrolment__user")
        .order_by("turn", "filed_at", "pk")
    )


def count_by_state(assignment: Assignment) -> dict[str, int]:
    rows = Appeal.objects.filter(feedback__submission__assignment=assignment).order_by().values_list("state")
    counts = dict(rows.annotate(n=Count("pk")))
    return {state: counts.get(state, 0) for state in Appeal.State.values}


def filed_of(appeals: Sequence[Appeal]) -> list[Filed]:
    """Return how far these appeals are, in a fixed number of queries."""
    scripts = origin.scripts_by_submission({appeal.feedback.submission_id for appeal in appeals})
    every = [script.pk for own in scripts.values() for script in own]
    scores = scores_of(every)
    fresh = sealed_marks_of(every, (APPEAL,))
    cases = {
        (case.script_id, case.criterion_id): case
        for case in ReviewCase.objects.filter(script__in=every, reason=ReviewCase.Reason.APPEAL).order_by("pk")
    }
    open_cases = {
        (case.script_id, case.criterion_id): case
        for case in ReviewCase.objects.filter(script__in=every, state=ReviewCase.State.OPEN)
    }
    on_desk = set(
        Allocation.objects.filter(script__in=every, purpose=APPEAL, state=Allocation.State.CLAIMED).values_list(
            "script", flat=True
        )
    )
    found = []
    for appeal in appeals:
        own = scripts.get(appeal.feedback.submission_id, [])
        script = next((one for one in own if appeal.criterion_id in scores.get(one.pk, {})), None)
        key = (script.pk if script else 0, appeal.criterion_id)
        readings = fresh.get(key[0], {}).get(appeal.criterion_id, [])
        told = told_on(appeal)
        score = scores.get(key[0], {}).get(appeal.criterion_id)
        case = open_cases.get(key) or cases.get(key)
        found.append(
            Filed(
                appeal=appeal,
                released=told[0] if told else None,
                maximum=told[1] if told else None,
                fresh=readings[-1].points if readings else None,
                standing=score.points if score else None,
                case=case,
                step=step_of(appeal, script, case, is_on_desk=key[0] in on_desk, is_read=bool(readings)),
            )
        )
    return found


def told_on(appeal: Appeal) -> tuple[Decimal, Decimal] | None:
    """Return the points and the maximum that the student was told for the criterion."""
    for part in appeal.feedback.result.parts:
        for one in part["criteria"]:
            if one["criterion"] == appeal.criterion_id:
                return Decimal(one["points"]), Decimal(one["maximum"])
    return None


def step_of(appeal: Appeal, script: Script | None, case: ReviewCase | None, *, is_on_desk: bool, is_read: bool) -> Step:
    if appeal.state == Appeal.State.DISMISSED:
        return Step.STANDS
    if appeal.state == Appeal.State.UPHELD:
        return Step.CHANGED
    if appeal.state == Appeal.State.REVIEW:
        return Step.DECIDE if case and case.state == ReviewCase.State.OPEN else Step.DECIDED
    if is_on_desk:
        return Step.ON_DESK
    return Step.WEIGHED if is_read else Step.WAITS
