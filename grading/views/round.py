"""The quality board of a round, and what its teacher can do there."""

from random import SystemRandom

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from assignments.queries.submission import cooling_of
from edu_crowd.shared.access import has_right, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.zones import render_there
from grading import pipeline
from grading.models import Flag, Round
from grading.permissions import access_round_as_manager, access_round_as_teacher
from grading.queries.agreement import agreement_in, open_flags
from grading.queries.enlistment import readers_of
from grading.queries.forecast import forecast_of
from grading.queries.review import open_cases
from grading.queries.round import closing_of, desks_held, graders_at_work, progress_of, rounds_of_assignment, zone_of
from grading.queries.script import papers_waiting
from grading.services.round import RoundNotReady

AT_A_GLANCE = 10


@opens(access_assignment_as_teacher)
@takes("GET")
def rounds(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Show the rounds of an assignment."""
    page = page_of(request, rounds_of_assignment(assignment))
    return render(request, "grading/round/rounds.html", {"assignment": assignment, "page": page})


@opens(access_round_as_teacher)
@takes("GET")
def board(request: HttpRequest, round_: Round) -> HttpResponse:
    """Show the board; to its own script, only the part that moves."""
    moves = request.headers.get("HX-Request") == "true"
    now = timezone.now()
    flags, cases, progress = open_flags(round_), open_cases(round_), progress_of(round_)
    flag_counts = flags.aggregate(all=Count("pk"), called=Count("pk", filter=Q(reason=Flag.Reason.CALLED)))
    context = {
        "round": round_,
        "progress": progress,
        "forecast": forecast_of(round_, left=progress.readings_left, now=now),
        "agreement": agreement_in(round_),
        "flags": flags[:AT_A_GLANCE],
        "flag_count": flag_counts["all"],
        "called_count": flag_counts["called"],
        "cases": cases[:AT_A_GLANCE],
        "case_count": cases.count(),
        # Who has done nothing yet is not named: a new pseudonym must not follow upon a new name elsewhere.
        "graders": graders_at_work(round_).filter(Q(sealed_count__gt=0) | Q(desk_count__gt=0)),
        "readers": readers_of(round_),
        "held": desks_held(round_) if round_.state == Round.State.CLOSING else None,
        "papers_waiting": papers_waiting(round_, now=now).count(),
        "cooling": cooling_of(round_.assignment, now=now) if round_.assignment and takes_papers(round_) else None,
        "may_manage": has_right(request.user, "manage_course", round_.assignment.course),  # type: ignore[union-attr]
    }
    template = "grading/round/_board.html" if moves else "grading/round/board.html"
    response = render_there(request, template, context, zone=zone_of(round_))
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


def takes_papers(round_: Round) -> bool:
    return round_.kind != Round.Kind.IMPORT and round_.state in (Round.State.DRAFT, Round.State.OPEN)


def ask_to_close(
    request: HttpRequest, round_: Round, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "round": round_,
        "closing": closing_of(round_),
        "papers_waiting": papers_waiting(round_, now=timezone.now()).count(),
        "problem": problem,
    }
    return render_there(request, "grading/round/close.html", context, zone=zone_of(round_), status=status)
