"""What waits for a person, and what a person decided."""

from django.db.models import QuerySet

from grading.models import Decision, ReviewCase, Round, Script


def open_cases(round_: Round) -> QuerySet[ReviewCase]:
    return (
        ReviewCase.objects.filter(script__round=round_, state=ReviewCase.State.OPEN)
        .select_related("script__question", "criterion")
        .order_by("opened_at", "script", "criterion__position", "pk")
    )


def has_open_case(script: Script) -> bool:
    return ReviewCase.objects.filter(script=script, state=ReviewCase.State.OPEN).exists()


def decisions_that_count(script: Script) -> dict[int, Decision]:
    """Return the last decision of each criterion of a script, by criterion."""
    decisions = Decision.objects.filter(case__script=script).select_related("case", "reason").order_by("pk")
    return {decision.case.criterion_id: decision for decision in decisions}
