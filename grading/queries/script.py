"""What a script asks for and where it stands."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from assignments.models import Answer, Attachment, Submission
from assignments.queries.submission import due_for_intake
from grading.models import Allocation, Enlistment, Rendition, ReviewCase, Round, RoundQuestion, Script, ScriptExclusion
from grading.queries import origin
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


def criteria_of_scripts(scripts: Collection[Script]) -> dict[int, list[Criterion]]:
    """Return by script what `criteria_of_script` does of one, in a fixed number of queries."""
    pinned: dict[int, dict[int, int]] = {}
    for row in RoundQuestion.objects.filter(round__in={script.round_id for script in scripts}):
        pinned.setdefault(row.round_id, {})[row.question_id] = row.rubric_id
    whole = [script.pk for script in scripts if script.question_id is None]
    answered: dict[int, set[int]] = {}
    for script_id, question_id in Rendition.objects.filter(script__in=whole).values_list("script_id", "question_id"):
        answered.setdefault(script_id, set()).add(question_id)
    of_rubric: dict[int, list[Criterion]] = {}
    for criterion in criteria_of(RoundQuestion.objects.filter(round__in=list(pinned))):
        of_rubric.setdefault(criterion.rubric_id, []).append(criterion)
    found: dict[int, list[Criterion]] = {}
    for script in scripts:
        asked = pinned.get(script.round_id, {})
        shown = {script.question_id} if script.question_id else answered.get(script.pk) or set(asked)
        rubrics = {rubric for question, rubric in asked.items() if question in shown}
        found[script.pk] = [one for rubric, ones in of_rubric.items() if rubric in rubrics for one in ones]
    return found


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


# Spelled out: databases do not agree on what a space is, and Python's word counts when an answer is drawn.
NO_SPACE = f"[^{''.join(sign for sign in map(chr, range(0x3001)) if sign.isspace())}]"


def answered(answers: QuerySet[Answer]) -> QuerySet[Answer]:
    """Keep the answers that hold something to read: a text, or a file."""
    files = Attachment.objects.filter(answer=OuterRef("pk"))
    return answers.filter(Q(text__regex=NO_SPACE) | Exists(files))


def answers_waiting(round_: Round, *, now: datetime) -> QuerySet[Answer]:
    """Return the answers that a round may make scripts of, and that no script holds yet."""
    due = due_for_intake(now=now).filter(assignment=round_.assignment_id)
    answers = Answer.objects.filter(question__in=round_.questions.values("question"), submission__in=due)
    return origin.not_taken_in(answered(answers))


def papers_waiting(round_: Round, *, now: datetime) -> QuerySet[Submission]:
    """Return the papers of a round's assignment that may become scripts, hold something to read, and have not."""
    papers = Submission.objects.filter(pk__in=answers_waiting(round_, now=now).values("submission"))
    return papers.select_related("enrolment").order_by("pk")


def unsettled(round_: Round) -> QuerySet[Script]:
    """Return the scripts that are not settled and for which nobody has asked a person yet."""
    waiting = ReviewCase.objects.filter(script=OuterRef("pk"), state=ReviewCase.State.OPEN)
    return Script.objects.filter(~Exists(waiting), round=round_, settled_at=None).select_related("round").order_by("pk")


def sealed_count(script: Script) -> int:
    """Count the readings of a script that are in; a hidden check reads the grader, not the script."""
    return script.allocations.filter(state=Allocation.State.SEALED).exclude(purpose__in=CHECKS).count()
