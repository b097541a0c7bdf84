"""A round as a table of text: what was read, how far the graders agree, and what waits for a person."""

from collections.abc import Iterator, Sequence
from typing import Any
from unicodedata import east_asian_width

from django.db.models import Count

from grading.models import AgreementReport, Allocation, Flag, ReviewCase, Round
from grading.queries import origin
from grading.queries.mark import latest_sheets
from grading.queries.script import criteria_of_round

Columns = tuple[tuple[str, int], ...]
NAME_WIDTH = 26
COLUMNS = (("α, 95 % interval", 24), ("same level, 95 %", 22), ("within one, 95 %", 22), ("scripts", 8))
MORE_COLUMNS = (("Gwet’s AC, 95 %", 24), ("one reading, ICC(A,1)", 24), ("the mean, ICC(A,k)", 24), ("± points", 9))


def round_lines(round_: Round) -> Iterator[str]:
    """Return the counts, a line per criterion, and the flags and cases of a round."""
    yield count_line(round_)
    reports = {report.criterion_id: report for report in round_.reports.all()}
    known = [(one, reports[one.pk]) for one in criteria_of_round(round_) if one.pk in reports]
    measured = [(one, report) for one, report in known if report.coefficients]
    yield header("Agreement of base readings", COLUMNS)
    for criterion, report in measured:
        yield f"  {pad(criterion.title, NAME_WIDTH)}{agreement_cells(report.coefficients)}"
    yield header("Beyond chance; reliability", MORE_COLUMNS)
    for criterion, report in measured:
        yield f"  {pad(criterion.title, NAME_WIDTH)}{reliability_cells(report)}"
    yield case_line(round_)


def count_line(round_: Round) -> str:
    sheets = latest_sheets((*Allocation.Purpose.values,)).filter(allocation__script__round=round_)
    by_purpose = sheets.values_list("allocation__purpose").annotate(n=Count("pk")).order_by("allocation__purpose")
    purposes = ", ".join(f"{n} {Allocation.Purpose(purpose).label}" for purpose, n in by_purpose)
    graders = sheets.values("allocation__grader").distinct().count()
    return (
        f"{origin.submissions_with_scripts_in(round_).count()} papers · {round_.scripts.count()} scripts · "
        f"{sheets.count()} sheets ({purposes or 'none yet'}) by {graders} graders"
    )


def agreement_cells(coefficients: dict[str, Any]) -> str:
    alpha, exact, near = (coefficients[key] for key in ("krippendorff_alpha", "percent_exact", "percent_within_one"))
    cells = (figure(alpha, 1, ".2f"), figure(exact, 100, ".0f", " %"), figure(near, 100, ".0f", " %"))
    return aligned((*cells, str(alpha["n_units"])), COLUMNS)


def reliability_cells(report: AgreementReport) -> str:
    missing = {"value": None, "reason": "not_computed"}
    found = (report.coefficients.get(key, missing) for key in ("gwet_ac", "icc_a_1", "icc_a_k"))
    error = report.panel.get("sem")
    return aligned((*(figure(one, 1, ".2f") for one in found), "–" if error is None else f"{error:.2f}"), MORE_COLUMNS)


def header(title: str, columns: Columns) -> str:
    return pad(title, NAME_WIDTH + 2) + aligned([name for name, _ in columns], columns)


def aligned(cells: Sequence[str], columns: Columns) -> str:
    return "".join(cell.rjust(width) for cell, (_, width) in zip(cells, columns, strict=True))


def figure(coefficient: dict[str, Any], factor: float, form: str, unit: str = "") -> str:
    """Return a value with its interval, or the reason why there is none."""
    if coefficient["value"] is None:
        return str(coefficient["reason"])
    shown = f"{coefficient['value'] * factor:{form}}{unit}"
    if coefficient["low"] is None:
        return f"{shown} ({coefficient['reason']})"
    return f"{shown} [{coefficient['low'] * factor:{form}}, {coefficient['high'] * factor:{form}}]"


def case_line(round_: Round) -> str:
    flagged = Flag.objects.filter(script__round=round_).values("script").distinct().count()
    states = dict(
        ReviewCase.objects.filter(script__round=round_).values_list("state").annotate(n=Count("pk")).order_by()
    )
    return (
        f"Flagged: {flagged} of {round_.scripts.count()} scripts. "
        f"Cases: {states.get(ReviewCase.State.DECIDED, 0)} decided, {states.get(ReviewCase.State.OPEN, 0)} open"
    )


def pad(text: str, width: int) -> str:
    """Fill up with spaces to a width on the screen, where a Japanese sign takes two places."""
    return text + " " * (width - sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))
