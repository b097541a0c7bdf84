"""What a script asks for and where it stands."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assignments.models import Answer, Attachment
from grading.models import Allocation, Enlistment, ReviewCase, Round, RoundQuestion, Script, ScriptExclusion
from rubrics.models import Criterion


def criteria_of_script(script: Script) -> QuerySet[Criterion]:
    """Return the criteria a grader marks on this script, with their levels: of one question, or of all."""
    questions = RoundQuestion.objects.filter(round=script.round_id)
    if script.question_id:
        questions = questions.filter(question=script.question_id)
    return criteria_of(questions)


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


def answered_by_hand(round_: Round) -> QuerySet[Answer, int]:
    """Return the ids of the papers that hold something to read for this round."""
    answers = Answer.objects.filter(question__in=round_.questions.values("question"))
    has_file = Exists(Attachment.objects.filter(answer=OuterRef("pk")))
    return answers.filter(has_file | Q(text__regex=r"\S")).values_list("submission", flat=True)


def sealed_count(script: Script) -> int:
    return script.allocations.filter(state=Allocation.State.SEALED).count()


def progress(round_: Round) -> dict[str, int]:
    """Return how many scripts a round has, how many are open, settled, and how many wait for a person."""
    waiting = ReviewCase.objects.filter(script=OuterRef("pk"), state=ReviewCase.State.OPEN)
    return Script.objects.filter(round=round_).aggregate(
        scripts=Count("pk"),
        open=Count("pk", filter=Q(is_open=True)),
        settled=Count("pk", filter=Q(settled_at__isnull=False)),
        waiting=Count("pk", filter=Exists(waiting)),
    )
