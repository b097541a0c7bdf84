"""What waits for a person, and what a person decided."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from grading.models import Decision, ReviewCase, Round, Script


def open_cases(round_: Round) -> QuerySet[ReviewCase]:
    return (
        ReviewCase.objects.filter(script__round=round_, state=ReviewCase.State.OPEN)
        .select_related("script__question", "criterion")
        .order_by("opened_at", "script", "criterion__position", "pk")
    )


def decided_cases(round_: Round) -> QuerySet[ReviewCase]:
    """Return what was decided, the newest first, each with the points that count."""
    newest = Decision.objects.filter(case=OuterRef("pk")).order_by("-pk")
    return (
        ReviewCase.objects.filter(script__round=round_, state=ReviewCase.State.DECIDED)
        .annotate(points=Subquery(newest.values("points")[:1]), decided_at=Subquery(newest.values("decided_at")[:1]))
        .select_related("script__question", "criterion")
        .order_by("-decided_at", "-pk")
    )


def has_open_case(script: Script) -> bool:
    return ReviewCase.objects.filter(script=script, state=ReviewCase.State.OPEN).exists()


def decisions_that_count(script: Script) -> dict[int, Decision]:
    """Return the last decision of each criterion of a script, by criterion."""
    return decisions_of([script.pk]).get(script.pk, {})


def decisions_of(script_ids: Iterable[int]) -> dict[int, dict[int, Decision]]:
    """Return, by script and criterion, the decisions that count."""
    decisions = Decision.objects.filter(case__script__in=list(script_ids)).select_related("case", "reason")
    found: dict[int, dict[int, Decision]] = {}
    for decision in decisions.order_by("pk"):
        found.setdefault(decision.case.script_id, {})[decision.case.criterion_id] = decision
    return found
