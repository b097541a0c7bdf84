"""The quality board of a round, and what its teacher can do there."""

from random import SystemRandom

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from edu_crowd.shared.access import has_right, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from grading import pipeline
from grading.models import Round
from grading.permissions import access_round_as_manager, access_round_as_teacher
from grading.queries.agreement import agreement_in, open_flags
from grading.queries.review import open_cases
from grading.queries.round import closing_of, desks_held, graders_at_work, progress_of
from grading.services.round import RoundNotReady

AT_A_GLANCE = 10


@opens(access_round_as_teacher)
@takes("GET")
def board(request: HttpRequest, round_: Round) -> HttpResponse:
    """Show the board; to its own script, only the part that moves."""
    moves = request.headers.get("HX-Request") == "true"
    flags, cases = open_flags(round_), open_cases(round_)
    context = {
        "round": round_,
        "progress": progress_of(round_),
        "agreement": agreement_in(round_),
        "flags": flags[:AT_A_GLANCE],
        "flag_count": flags.count(),
        "cases": cases[:AT_A_GLANCE],
        "case_count": cases.count(),
        "graders": graders_at_work(round_),
        "held": desks_held(round_) if round_.state == Round.State.CLOSING else None,
        "papers_waiting": len(pipeline.papers_waiting(round_, now=timezone.now())),
        "may_manage": has_right(request.user, "manage_course", round_.assignment.course),  # type: ignore[union-attr]
    }
    response = render(request, "grading/round/_board.html" if moves else "grading/round/board.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@opens(access_round_as_manager)
@posted_from("board")
def admit(request: HttpRequest, round_: Round) -> HttpResponse:
    """Let in the papers that wait for a batch."""
    try:
        count = pipeline.admit_waiting(round_=round_, now=timezone.now(), rng=SystemRandom())
    except RoundNotReady as problem:
        messages.error(request, str(problem))
    else:
        messages.success(
            request,
            ngettext("%(count)s paper was let in.", "%(count)s papers were let in.", count) % {"count": count},
        )
    return redirect("board", round_id=round_.pk)


@opens(access_round_as_manager)
@takes("GET", "POST")
def close(request: HttpRequest, round_: Round) -> HttpResponse:
    """Tell in numbers what closing means, then begin it; the clock finishes."""
    if request.method != "POST":
        return ask_to_close(request, round_)
    if round_.state != Round.State.OPEN:
        return ask_to_close(request, round_, status=409)
    try:
        pipeline.start_closing(round_=round_, now=timezone.now())
    except RoundNotReady as problem:
        return ask_to_close(request, round_, problem=problem, status=409)
    messages.success(request, _("Nothing new is handed out. The round closes when the last desk is empty."))
    return redirect("board", round_id=round_.pk)


def ask_to_close(
    request: HttpRequest, round_: Round, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "round": round_,
        "closing": closing_of(round_),
        "papers_waiting": len(pipeline.papers_waiting(round_, now=timezone.now())),
        "problem": problem,
    }
    return render(request, "grading/round/close.html", context, status=status)
