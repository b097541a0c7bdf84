"""The queue of cases, and one case decided."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.people.acting import acting
from edu_crowd.shared.access import has_right, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import clean_text, parse_number, whole_number
from edu_crowd.shared.zones import render_there
from grading.models import ReviewCase, Round
from grading.permissions import access_case, access_round_as_teacher
from grading.queries.case import next_open_case, unit_of, view_of
from grading.queries.flag import called_flags
from grading.queries.review import decided_cases, open_cases
from grading.queries.round import zone_of
from grading.queries.script import criteria_of_round
from grading.services import review

OTHER = "other"
# Calls for the teacher that stand above the cases.
CALLED_AT_ONCE = 30
FIELDS = ("choice", "points", "reason", "key", "supersedes")
DECIMALS = 2


class NoPoints(Problem):
    """Neither a level nor a number was given, or a number that is finer than points are."""


@opens(access_round_as_teacher)
@takes("GET")
def queue(request: HttpRequest, round_: Round) -> HttpResponse:
    """Show what waits for a decision, or what was decided, of one criterion and one reason if asked."""
    is_decided = request.GET.get("state") == ReviewCase.State.DECIDED
    criteria = list(criteria_of_round(round_).prefetch_related(None))
    cases = decided_cases(round_) if is_decided else open_cases(round_)
    criterion, reason = request.GET.get("criterion", ""), request.GET.get("reason", "")
    if criterion in {str(one.pk) for one in criteria}:
        cases = cases.filter(criterion=int(criterion))
    if reason in ReviewCase.Reason.values:
        cases = cases.filter(reason=reason)
    context = {
        "round": round_,
        "page": page_of(request, cases),
        "flags": called_flags(round_)[:CALLED_AT_ONCE],
        "is_decided": is_decided,
        "criteria": criteria,
        "criterion": criterion,
        "reasons": ReviewCase.Reason.choices,
        "reason": reason,
        "is_filtered": bool(criterion or reason),
        "open_count": open_cases(round_).count(),
        "decided_count": decided_cases(round_).count(),
    }
    return render_there(request, "grading/review/queue.html", context, zone=zone_of(round_))


@opens(access_case)
@takes("GET", "POST")
def decide(request: HttpRequest, case: ReviewCase) -> HttpResponse:
    """Show a case with everything in view, or decide it and go on to the next."""
    if request.method == "GET":
        return show(request, case, typed=kept(request, name_of(case)) or {})
    typed = {name: clean_text(request.POST.get(name, "")) for name in FIELDS}
    try:
        review.decide(
            case=case,
            by=acting(request),
            points=points_in(typed),
            reason=typed["reason"],
            key=typed["key"][:64] or uuid4().hex,
            supersedes=whole_number(typed["supersedes"]),
            now=timezone.now(),
        )
    except Problem as problem:
        keep(request, name_of(case), typed)
        return show(request, case, typed=typed, problem=problem, status=422)
    forget(request, name_of(case))
    following = next_open_case(case)
    if following is None:
        messages.success(request, _("Decided. No other case is open."))
        return redirect("board", round_id=case.script.round_id)
    messages.success(request, _("Decided. This is the next case."))
    return redirect("case", case_id=following.pk)


def points_in(typed: dict[str, str]) -> Decimal:
    """Return the points of the chosen level, or the number typed."""
    chosen = typed["points"] if typed["choice"] == OTHER else typed["choice"]
    points = parse_number(chosen)
    if points is None:
        raise NoPoints(_("Choose a level, or “other points” with a number."))
    if int(points.normalize().as_tuple().exponent) < -DECIMALS:
        raise NoPoints(_("Points have two decimals at most: write 1.33, not 1.333."))
    return points


def name_of(case: ReviewCase) -> str:
    return f"case {case.pk}"


def show(
    request: HttpRequest, case: ReviewCase, *, typed: dict[str, str], problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    view = view_of(case)
    lowest = view.lowest
    sees_names = has_right(request.user, "view_identity", case.script.round.assignment.course)  # type: ignore[union-attr]
    context: dict[str, Any] = {
        "view": view,
        "unit": unit_of(case) if sees_names else None,
        "levels": [
            (str(level.points), level, lowest is not None and level.points < lowest)
            for level in case.criterion.levels.all()
        ],
        "typed": {name: typed.get(name, "") for name in FIELDS} | {"key": typed.get("key") or uuid4().hex},
        "problem": problem,
        "assignment": case.script.round.assignment,
        "waiting": open_cases(case.script.round).exclude(pk=case.pk).count(),
    }
    zone = zone_of(case.script.round)
    return render_there(request, "grading/review/case.html", context, zone=zone, status=status)
