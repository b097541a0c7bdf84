"""How far the scores of a round lie from reference marks that the file's owner has."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F

from grading.agreement import mean, median
from grading.models import Round
from grading.queries import origin
from grading.queries.consensus import scores_of
from grading.queries.mark import latest_marks
from grading.queries.script import criteria_of_round
from grading.workbooks.analysis import Reference
from grading.workbooks.analysis_text import comparison_lines
from grading.workbooks.comparison import Scores, averaged, compare_points, scores, sum_by_unit


def reference_lines(round_: Round, reference: Reference) -> Iterator[str]:
    """Return the comparison of the totals: of the readings, and of the scores that are settled."""
    truth = sum_by_unit([averaged(marks) for marks in reference.marks])
    totals = totals_by_unit(round_)
    policies: dict[str, Scores] = {
        "mean": scores(mean, totals),
        "median": scores(median, totals),
        "settled": settled_totals(round_),
    }
    found = {name: compare_points(given, truth, ()) for name, given in policies.items()}
    yield from comparison_lines("Totals", found)


def totals_by_unit(round_: Round) -> dict[str, dict[str, float]]:
    """Return, by student number and sheet, the totals of the sheets that mark every criterion."""
    wanted = criteria_of_round(round_).count()
    marks = (
        latest_marks().filter(sheet__allocation__script__round=round_).annotate(script=F("sheet__allocation__script"))
    )
    by_sheet: dict[tuple[int, int], list[Decimal]] = {}
    for script, sheet, points in marks.order_by("sheet").values_list("script", "sheet", "points"):
        by_sheet.setdefault((script, sheet), []).append(points)
    units = units_of(round_)
    totals: dict[str, dict[str, float]] = {}
    for (script, sheet), given in by_sheet.items():
        if len(given) == wanted:
            totals.setdefault(units[script], {})[str(sheet)] = float(sum(given, Decimal(0)))
    return totals


def settled_totals(round_: Round) -> dict[str, float]:
    """Return, by student number, the sum of the settled scores of scripts that have all of theirs."""
    wanted, units = criteria_of_round(round_).count(), units_of(round_)
    settled = list(round_.scripts.exclude(settled_at=None).values_list("pk", flat=True))
    return {
        units[script]: float(sum((score.points for score in settled_at.values()), Decimal(0)))
        for script, settled_at in scores_of(settled).items()
        if len(settled_at) == wanted
    }


def units_of(round_: Round) -> dict[int, str]:
    """Return student number by script."""
    papers = origin.submissions_with_scripts_in(round_).values_list("pk", "enrolment__student_number")
    numbers = dict(papers)
    return {script: numbers[paper] for paper, script in origin.script_ids_by_submission(round_).items()}
