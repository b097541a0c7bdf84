"""A grader asks the teacher to look; the teacher looks, and answers."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import whole_number
from edu_crowd.shared.zones import render_there
from grading.models import Allocation, Flag
from grading.permissions import access_desk, access_flag
from grading.queries.case import rows_of, sheets_of
from grading.queries.desk import Typed, questions_on
from grading.queries.round import zone_of
from grading.queries.script import criteria_of_script
from grading.services import flag as flags
from grading.services.flag import CallRefused, FlagAnswered, NoteRefused
from grading.views.desk import again, page_of, typed_in

SETTLE, DECIDE = "settle", "decide"


class NoCriterion(Problem):
    """The teacher wants to decide, and has not said what."""


@opens(access_desk)
@posted_from("desk")
def call(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Ask the teacher; what was typed stays in the form, and the marking goes on."""
    form = typed_in(request.POST)
    try:
        flags.call_teacher(allocation=allocation, note=form.note, now=timezone.now())
    except (NoteRefused, CallRefused) as problem:
        return again(request, allocation, problem, status=422 if isinstance(problem, NoteRefused) else 409)
    messages.success(request, _("The teacher was asked to look. Go on marking as usual."))
    if allocation.state == Allocation.State.SEALED and not form.changes_sealed:
        return redirect("desk", public_id=allocation.public_id)
    return page_of(request, allocation, replace(form, note=""))


@opens(access_flag)
@takes("GET", "POST")
def answer(request: HttpRequest, flag: Flag) -> HttpResponse:
    """Show what a grader asks with all there is on the script; then say it is settled, or decide oneself."""
    if request.method == "GET":
        return show(request, flag)
    try:
        if request.POST.get("answer") == SETTLE:
            flags.settle_flag(flag=flag, now=timezone.now())
            messages.success(request, _("Settled. Nothing changes for this paper."))
            return redirect("board", round_id=flag.script.round_id)
        chosen = whole_number(request.POST.get("criterion"))
        criterion = next((one for one in criteria_of_script(flag.script) if one.pk == chosen), None)
        if criterion is None:
            raise NoCriterion(_("Choose the criterion that you decide yourself."))
        case = flags.take_over(flag=flag, criterion=criterion, now=timezone.now())
    except (FlagAnswered, NoCriterion) as problem:
        flag.refresh_from_db(fields=["cleared_at"])
        return show(request, flag, problem=problem, status=422 if isinstance(problem, NoCriterion) else 409)
    return redirect("case", case_id=case.pk)


def show(request: HttpRequest, flag: Flag, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    sheets = sheets_of(flag.script)
    context = {
        "flag": flag,
        "script": flag.script,
        "round": flag.script.round,
        "questions": questions_on(flag.script, Typed()),
        "sheets": sheets,
        "rows": rows_of(flag.script, sheets),
        "problem": problem,
    }
    zone = zone_of(flag.script.round)
    return render_there(request, "grading/flag/answer.html", context, zone=zone, status=status)
