"""A grader's own rounds and own work."""

from collections.abc import Iterable

from django.db.models import Exists, F, Max, OuterRef, Prefetch, Q, QuerySet

from edu_crowd.shared.listing import matching
from grading.models import Allocation, Enlistment, Grader, Mark, MarkSheet, Round, Script, ScriptExclusion
from grading.queries.round import counted
from grading.queries.script import unread_by

# What is still handed out once a round has closed, as `services.claim` does it.
APPEALED = Q(is_open=True, priority=Script.Priority.SOON, next_purpose=Allocation.Purpose.APPEAL)


def places_of(graders: Iterable[Grader]) -> QuerySet[Enlistment]:
    """Return where these graders may mark now, the newest round first, with what they have sealed and hold."""
    own = Allocation.objects.filter(grader=OuterRef("grader"), script__round=OuterRef("round"))
    scripts = Script.objects.filter(round=OuterRef("round"))
    had = Allocation.objects.filter(script=OuterRef("pk"), grader=OuterRef(OuterRef("grader")))
    barred = ScriptExclusion.objects.filter(script=OuterRef("pk"), grader=OuterRef(OuterRef("grader")))
    appealed = scripts.filter(APPEALED, ~Exists(had), ~Exists(barred))
    return (
        Enlistment.objects.filter(grader__in=[grader.pk for grader in graders], state=Enlistment.State.ACTIVE)
        .exclude(round__state=Round.State.DRAFT)
        .select_related("round__assignment")
        .annotate(
            sealed_count=counted(own.filter(state=Allocation.State.SEALED), "grader"),
            desk_count=counted(own.filter(state=Allocation.State.CLAIMED), "grader"),
            planned_count=counted(own.filter(state=Allocation.State.PLANNED), "grader"),
            found_nothing=Q(exhausted_at_opening=F("round__openings")),
            has_papers=Exists(scripts),
            hands_out=Q(Q(round__state=Round.State.OPEN) & Exists(scripts)) | Exists(appealed),
        )
        .order_by("-round")
    )


def hands_out(place: Enlistment) -> bool:
    """Whether a grader may still find something to read: also a closed round does, after an appeal."""
    if place.exhausted_at_opening == place.round.openings:
        return False
    if place.round.state == Round.State.OPEN:
        return True
    return unread_by(Script.objects.filter(APPEALED, round=place.round_id), place.grader_id).exists()


def own_marks(place: Enlistment, *, containing: str = "", question_id: int | None = None) -> QuerySet[Allocation]:
    """Return what this grader sealed in this round, the last first, with its sheets, the one that counts first.

    `containing` looks for words in what the grader wrote.

    It tells nothing about anybody else's marks.
    """
    marks = Mark.objects.select_related("criterion").order_by("criterion__rubric", "criterion__position")
    sheets = MarkSheet.objects.order_by("-version").prefetch_related(Prefetch("marks", marks))
    own = Allocation.objects.filter(grader=place.grader_id, script__round=place.round_id, state=Allocation.State.SEALED)
    if question_id is not None:
        own = own.filter(script__question=question_id)
    if containing:
        written = matching(
            MarkSheet.objects.filter(allocation__in=own.values("pk")),
            containing,
            "comment__text",
            "marks__comment__text",
        )
        own = own.filter(pk__in=written.values("allocation"))
    return (
        own.select_related("script__question")
        .prefetch_related(Prefetch("sheets", sheets), "script__renditions")
        .annotate(last_sealed_at=Max("sheets__sealed_at"))
        .order_by("-last_sealed_at", "-pk")
    )
