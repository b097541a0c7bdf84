"""Reference papers: the teacher's own marks, and how graders did on them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from edu_crowd.people.models import User
from grading.agreement.flags import outside_tolerance
from grading.models import Allocation, Mark, ReferenceMark, Rendition, Round, RoundQuestion, Script
from grading.queries.desk import Typed
from grading.queries.mark import GivenMark, latest_marks
from grading.queries.script import references_in
from rubrics.models import Criterion

SEED = Allocation.Purpose.SEED


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A reference paper: whether the teacher has marked all of it, and how far graders came to the same marks."""

    script: Script
    is_complete: bool
    checks: int  # sealed by graders
    compared: int  # marks of these, one per criterion
    within: int  # of them, within the criterion's tolerance


def reference_marks(script: Script) -> dict[int, list[GivenMark]]:
    """Return the teacher's own marks of a script, by criterion, in the order of marking."""
    return reference_marks_of([script.pk]).get(script.pk, {})


def reference_marks_of(script_ids: Collection[int]) -> dict[int, dict[int, list[GivenMark]]]:
    """Return by script what `reference_marks` does of one."""
    found: dict[int, dict[int, list[GivenMark]]] = {}
    if not script_ids:
        return found
    for mark in marks_on(script_ids):
        found.setdefault(mark.script_id, {}).setdefault(mark.criterion_id, []).append(
            GivenMark(
                mark_id=mark.pk,
                criterion_id=mark.criterion_id,
                points=mark.points,
                comment=mark.comment.text if mark.comment else "",
            )
        )
    return found


def marks_on(script_ids: Collection[int]) -> QuerySet[ReferenceMark]:
    marks = ReferenceMark.objects.filter(script__in=script_ids).select_related("comment", "level", "criterion", "by")
    return marks.order_by("marked_at", "pk")


def typed_by(script: Script, user: User) -> Typed:
    """Return what this person gave a reference paper."""
    marks = list(marks_on([script.pk]).filter(by=user))
    return Typed(
        levels={mark.criterion_id: mark.level_id for mark in marks},
        comments={mark.criterion_id: mark.comment.text for mark in marks if mark.comment},
    )


def reference_counts(round_: Round) -> tuple[int, int]:
    """Return how many reference papers have all their marks, and how many were chosen."""
    scripts = list(references_in(round_))
    return len(complete_among(round_, scripts)), len(scripts)


def complete_among(round_: Round, scripts: Iterable[Script]) -> set[int]:
    """Return the ids of those scripts on which each criterion has a mark of the teacher's."""
    scripts = list(scripts)
    wanted = criteria_wanted(round_, scripts)
    marked: dict[int, set[int]] = defaultdict(set)
    marks = ReferenceMark.objects.filter(script__in=[one.pk for one in scripts])
    for script, criterion in marks.values_list("script", "criterion"):
        marked[script].add(criterion)
    return {one.pk for one in scripts if wanted[one.pk] and wanted[one.pk] <= marked[one.pk]}


def criteria_wanted(round_: Round, scripts: list[Script]) -> dict[int, set[int]]:
    """Return what is to be marked on each script, as `criteria_of_script` tells it of one."""
    rubrics = dict(RoundQuestion.objects.filter(round=round_).values_list("question", "rubric"))
    by_rubric: dict[int, set[int]] = defaultdict(set)
    for pk, rubric in Criterion.objects.filter(rubric__in=rubrics.values()).values_list("pk", "rubric"):
        by_rubric[rubric].add(pk)
    whole = [one.pk for one in scripts if one.question_id is None]
    answered: dict[int, set[int]] = defaultdict(set)
    for script, question in Rendition.objects.filter(script__in=whole).values_list("script", "question"):
        answered[script].add(question)
    asked = {one.pk: {one.question_id} if one.question_id else answered[one.pk] or set(rubrics) for one in scripts}
    return {
        pk: {criterion for question in questions if question in rubrics for criterion in by_rubric[rubrics[question]]}
        for pk, questions in asked.items()
    }


def states_of(round_: Round, scripts: Iterable[Script]) -> list[Reference]:
    """Return these reference papers with how far each is marked and how graders did."""
    scripts = list(scripts)
    complete = complete_among(round_, scripts)
    compared, within = compared_on(scripts)
    checks = Counter(
        Allocation.objects.filter(
            script__in=[one.pk for one in scripts], purpose=SEED, state=Allocation.State.SEALED
        ).values_list("script", flat=True)
    )
    return [
        Reference(
            script=one,
            is_complete=one.pk in complete,
            checks=checks[one.pk],
            compared=compared[one.pk],
            within=within[one.pk],
        )
        for one in scripts
    ]


def compared_on(scripts: list[Script]) -> tuple[Counter[int], Counter[int]]:
    """Count the graders' marks that stand beside a mark of the teacher's, and those within the tolerance of it."""
    ids = [one.pk for one in scripts]
    given: dict[tuple[int, int], list[ReferenceMark]] = defaultdict(list)
    for mark in ReferenceMark.objects.filter(script__in=ids):
        given[mark.script_id, mark.criterion_id].append(mark)
    compared: Counter[int] = Counter()
    within: Counter[int] = Counter()
    if not given:
        return compared, within
    asked = Criterion.objects.filter(pk__in={criterion for _, criterion in given}).prefetch_related("levels")
    criteria = {one.pk: one for one in asked}
    sealed: QuerySet[Mark] = latest_marks((SEED,)).filter(sheet__allocation__script__in=ids)
    for script, criterion, points in sealed.values_list("sheet__allocation__script", "criterion", "points"):
        own = given.get((script, criterion))
        if not own:
            continue
        expected = sum(mark.points for mark in own) / len(own)
        levels = [level.points for level in criteria[criterion].levels.all()]
        far = outside_tolerance({"teacher": expected, "grader": points}, levels, criteria[criterion].tolerance)
        compared[script] += 1
        within[script] += far is None
    return compared, within


def next_unmarked(script: Script) -> Script | None:
    """Return another reference paper of the round that lacks marks: the one after this, or the first."""
    others = list(references_in(script.round).exclude(pk=script.pk).order_by("pk"))
    complete = complete_among(script.round, others)
    left = [one for one in others if one.pk not in complete]
    return next((one for one in left if one.pk > script.pk), left[0] if left else None)
