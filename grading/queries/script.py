"""What a script asks for and where it stands."""

from django.db.models import Exists, OuterRef, QuerySet

from grading.models import Allocation, Enlistment, Rendition, ReviewCase, Round, RoundQuestion, Script, ScriptExclusion
from rubrics.models import Criterion

CHECKS = (Allocation.Purpose.SEED, Allocation.Purpose.PRACTICE)


def criteria_of_script(script: Script) -> QuerySet[Criterion]:
    """Return the criteria a grader marks on this script, with their levels: of one question, or of all."""
    questions = RoundQuestion.objects.filter(round=script.round_id)
    if script.question_id:
        return criteria_of(questions.filter(question=script.question_id))
    answered = Rendition.objects.filter(script=script).values("question")
    # What a student left out of a whole paper goes to nobody; imported marks have no answers to show.
    return criteria_of(questions.filter(question__in=answered) if answered.exists() else questions)


def criteria_of_round(round_: Round) -> QuerySet[Criterion]:
    return criteria_of(RoundQuestion.objects.filter(round=round_))


def criteria_of(questions: QuerySet[RoundQuestion]) -> QuerySet[Criterion]:
    return (
        Criterion.objects.filter(rubric__in=questions.values("rubric"))
        .select_related("rubric__question")
        .prefetch_related("levels")
        .order_by("rubric__question__position", "position")
    )


def unread_by(scripts: QuerySet[Script], grader_id: int) -> QuerySet[Script]:
    """Keep what this grader never had on the desk and may read."""
    had = Allocation.objects.filter(script=OuterRef("pk"), grader=grader_id)
    barred = ScriptExclusion.objects.filter(script=OuterRef("pk"), grader=grader_id)
    return scripts.filter(~Exists(had), ~Exists(barred))


def references_in(round_: Round) -> QuerySet[Script]:
    """Return the reference papers of a round."""
    return Script.objects.filter(round=round_, is_reference=True)


def with_nobody_left(round_: Round) -> QuerySet[Script]:
    """Return the open scripts of a round that no active grader could still claim."""
    could = Enlistment.objects.filter(round=round_, state=Enlistment.State.ACTIVE)
    had = Allocation.objects.filter(script=OuterRef(OuterRef("pk")), grader=OuterRef("grader")).exclude(
        state=Allocation.State.PLANNED
    )
    barred = ScriptExclusion.objects.filter(script=OuterRef(OuterRef("pk")), grader=OuterRef("grader"))
    able = could.filter(~Exists(had), ~Exists(barred))
    return Script.objects.filter(~Exists(able), round=round_, is_open=True)


def unsettled(round_: Round) -> QuerySet[Script]:
    """Return the scripts that are not settled and for which nobody has asked a person yet."""
    waiting = ReviewCase.objects.filter(script=OuterRef("pk"), state=ReviewCase.State.OPEN)
    return Script.objects.filter(~Exists(waiting), round=round_, settled_at=None).select_related("round").order_by("pk")


def sealed_count(script: Script) -> int:
    """Count the readings of a script that are in; a hidden check reads the grader, not the script."""
    return script.allocations.filter(state=Allocation.State.SEALED).exclude(purpose__in=CHECKS).count()
