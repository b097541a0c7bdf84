"""A grader's own rounds and own work."""

from collections.abc import Iterable

from django.db.models import Max, OuterRef, QuerySet

from grading.models import Allocation, Enlistment, Grader, Round
from grading.queries.round import counted


def places_of(graders: Iterable[Grader]) -> QuerySet[Enlistment]:
    """Return where these graders may mark now, the newest round first, with what they have sealed and hold."""
    own = Allocation.objects.filter(grader=OuterRef("grader"), script__round=OuterRef("round"))
    return (
        Enlistment.objects.filter(grader__in=[grader.pk for grader in graders], state=Enlistment.State.ACTIVE)
        .exclude(round__state=Round.State.DRAFT)
        .select_related("round__assignment")
        .annotate(
            sealed_count=counted(own.filter(state=Allocation.State.SEALED), "grader"),
            desk_count=counted(own.filter(state=Allocation.State.CLAIMED), "grader"),
        )
        .order_by("-round")
    )


def own_marks(place: Enlistment) -> QuerySet[Allocation]:
    """Return what this grader sealed in this round, the last first. It tells nothing about anybody else's marks."""
    return (
        Allocation.objects.filter(grader=place.grader_id, script__round=place.round_id, state=Allocation.State.SEALED)
        .select_related("script__question")
        .annotate(last_sealed_at=Max("sheets__sealed_at"))
        .order_by("-last_sealed_at", "-pk")
    )
