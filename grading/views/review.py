"""The queue of cases, and one case decided."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from edu_crowd.people.models import User
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import clean_text, parse_number
from grading.models import ReviewCase, Round
from grading.permissions import access_case, access_round_as_teacher
from grading.queries.case import next_open_case, view_of
from grading.queries.review import open_cases
from grading.services import review

PER_PAGE = 30
OTHER = "other"


class NoPoints(Problem):
    """Neither a level nor a number was given."""


@opens(access_round_as_teacher)
@require_GET
def queue(request: HttpRequest, round_: Round) -> HttpResponse:
    page = Paginator(open_cases(round_), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "grading/review/queue.html", {"round": round_, "page": page})


@opens(access_case)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, case: ReviewCase) -> HttpResponse:
    """Show a case with everything in view, or decide it and go on to the next."""
    if request.method == "GET":
        return show(request, case, typed={"key": uuid4().hex})
    assert isinstance(request.user, User)  # noqa: S101  # the gate let somebody in
    typed = {name: clean_text(request.POST.get(name, "")) for name in ("choice", "points", "reason", "key")}
    try:
        review.decide(
            case=case,
            by=request.user,
            points=points_in(typed),
            reason=typed["reason"],
            key=typed["key"][:64] or uuid4().hex,
            now=timezone.now(),
        )
    except Problem as problem:
        return show(request, case, typed=typed, problem=problem, status=422)
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
    return points


def show(
    request: HttpRequest, case: ReviewCase, *, typed: dict[str, str], problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "view": view_of(case),
        "levels": [(str(level.points), level) for level in case.criterion.levels.all()],
        "typed": {"choice": "", "points": "", "reason": "", "key": "", **typed},
        "problem": problem,
    }
    return render(request, "grading/review/case.html", context, status=status)
