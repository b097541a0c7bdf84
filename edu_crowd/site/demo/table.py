"""The printed table of the demo: what the rounds show, and how far it lies from the simulated truth."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean, median, stdev

from django.db.models import Count

from edu_crowd.site.demo.graders import Truth
from edu_crowd.site.demo.stages import Told
from edu_crowd.site.demo.truth import true_points
from grading.models import Appeal, Script
from grading.queries.consensus import scores_of
from grading.queries.mark import SealedMark, sealed_marks
from grading.workbooks.round_text import pad, round_lines
from rubrics.models import Criterion
from rubrics.queries import maximum, question_score

NORMAL_95 = 1.96


def table_lines(told: Sequence[Told]) -> Iterator[str]:
    for one in told:
        yield ""
        if one.truth is None:
            yield f"{one.quiz.text.title}: nobody has marked yet"
            continue
        yield one.quiz.text.title
        yield from (f"  {line}" for line in round_lines(one.quiz.round))
        yield from (f"  {line}" for line in appeal_lines(one))
        yield from (f"  {line}" for line in distance_lines(one, one.truth))


def appeal_lines(one: Told) -> Iterator[str]:
    appeals = Appeal.objects.filter(feedback__submission__assignment=one.quiz.assignment)
    counts = appeals.values_list("state").annotate(n=Count("pk")).order_by("state")
    if counts:
        yield "Appeals: " + ", ".join(f"{n} × {Appeal.State(state).label}" for state, n in counts)


@dataclass(frozen=True)
class Distances:
    """Mean squared distances from the truth, script by script, in points."""

    single: list[float]
    median: list[float]
    settled: list[float]


def distance_lines(one: Told, truth: Truth) -> Iterator[str]:
    found = distances(one, truth)
    highest = sorted({question.points for question in one.quiz.text.questions if question.criteria})
    yield (
        f"Distance from the simulated truth: RMSE in points, of {' or '.join(f'{points:f}' for points in highest)} "
        f"a script, over {len(found.single)} settled scripts"
    )
    for name, squares in (
        ("one sheet alone", found.single),
        ("median of the readings", found.median),
        ("settled score", found.settled),
    ):
        yield f"  {pad(name, 26)}{rmse(squares)}"
    yield "  (a settled score includes the teacher's decisions; the simulated teacher decides without error)"


def distances(one: Told, truth: Truth) -> Distances:
    """Compare single sheets, the median of the readings and the settled score on the scripts that are settled."""
    scripts = list(one.quiz.round.scripts.exclude(settled_at=None).order_by("pk"))
    scores = scores_of(script.pk for script in scripts)
    found = Distances([], [], [])
    for script in scripts:
        rows = truth.qualities(script)
        criteria = [row for row, _, _ in rows]
        true = script_points(script, criteria, {row.pk: true_points(text, quality) for row, text, quality in rows})
        marks = sealed_marks(script)
        sheets = sheets_of(marks)
        if not sheets or set(scores.get(script.pk, {})) != {row.pk for row in criteria}:
            continue
        single = [(script_points(script, criteria, sheet) - true) ** 2 for sheet in sheets]
        middle = {row.pk: median(mark.points for mark in marks[row.pk]) for row in criteria}
        settled = {row.pk: scores[script.pk][row.pk].points for row in criteria}
        found.single.append(fmean(single))
        found.median.append((script_points(script, criteria, middle) - true) ** 2)
        found.settled.append((script_points(script, criteria, settled) - true) ** 2)
    return found


def sheets_of(marks: Mapping[int, Sequence[SealedMark]]) -> list[dict[int, Decimal]]:
    """Return, sheet by sheet, points by criterion."""
    sheets: dict[int, dict[int, Decimal]] = {}
    for criterion, given in marks.items():
        for mark in given:
            sheets.setdefault(mark.allocation_id, {})[criterion] = mark.points
    return list(sheets.values())


def script_points(script: Script, criteria: Sequence[Criterion], points: Mapping[int, Decimal]) -> float:
    """Return the points that these levels earn on the script's question."""
    assert script.question is not None  # the demo's rounds hand out question by question
    rows = [(row.weight, maximum(row), points[row.pk]) for row in criteria]
    return float(question_score(points=script.question.points, criteria=rows))


def rmse(squares: Sequence[float]) -> str:
    """Return the root of the mean of squares with its 95 % interval (normal, over scripts)."""
    if len(squares) < 2:
        return "too few"
    mean = fmean(squares)
    half = NORMAL_95 * stdev(squares) / math.sqrt(len(squares))
    low, high = math.sqrt(max(0.0, mean - half)), math.sqrt(mean + half)
    return f"{math.sqrt(mean):.2f} [{low:.2f}, {high:.2f}]"
