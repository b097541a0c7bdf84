"""A round before it is open: prepared, changed, checked, thrown away or opened."""

from itertools import islice
from random import SystemRandom
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared import once
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.forms import NumberField
from edu_crowd.shared.methods import posted_from, takes
from grading import pipeline
from grading.models import Round
from grading.permissions import access_round_as_manager
from grading.queries.preflight import preflight_of, terms_in_papers
from grading.services import round as rounds
from grading.services.round import RoundNotReady
from grading.views.round_form import RoundForm, settings_of

# So many places in texts are shown; whoever has more to mend reads the page again afterwards.
AT_A_GLANCE = 50
# What is assumed of a reading where nothing was measured yet.
MINUTES = 5


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def new(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Prepare a round: all questions that have a rubric, and the usual settings, unless told otherwise."""
    if request.method == "POST":
        form = RoundForm(request.POST, assignment=assignment)
        if not form.is_valid():
            return render_new(request, form, status=422)
        try:
            if made := once.made_before(request, Round):
                messages.info(request, once.saved_already())
                return redirect("round_graders", round_id=made.pk)
            round_ = rounds.create_round(assignment=assignment, questions=form.chosen, **form.settings)
        except (RoundNotReady, once.SavedOtherwise) as problem:
            return render_new(request, form, problem=problem, status=409)
        once.remember_made(request, round_)
        messages.success(request, _("The round is prepared. Choose its graders next."))
        return redirect("round_graders", round_id=round_.pk)
    form = RoundForm(assignment=assignment, initial=settings_of(Round(assignment=assignment)))
    form.initial["questions"] = [question.pk for question in form.markable]
    return render_new(request, form)


def render_new(
    request: HttpRequest, form: RoundForm, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "assignment": form.assignment,
        "form": form,
        "problem": problem,
        "form_key": once.form_key(request),
    }
    return render(request, "grading/round/new.html", context, status=status)


@opens(access_round_as_manager)
@takes("GET", "POST")
def settings(request: HttpRequest, round_: Round) -> HttpResponse:
    """Change a draft's settings; of a round that was opened, show them."""
    assert round_.assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    if round_.state != Round.State.DRAFT:
        return render_settings(request, round_, None, status=200 if request.method != "POST" else 409)
    if request.method != "POST":
        return render_settings(request, round_, RoundForm(assignment=round_.assignment, initial=settings_of(round_)))
    form = RoundForm(request.POST, assignment=round_.assignment)
    if not form.is_valid():
        return render_settings(request, round_, form, status=422)
    try:
        rounds.change_round(round_=round_, questions=form.chosen, **form.settings)
    except RoundNotReady as problem:
        return render_settings(request, round_, form, problem=problem, status=409)
    messages.success(request, _("The settings are saved."))
    return redirect("round_settings", round_id=round_.pk)


def render_settings(
    request: HttpRequest, round_: Round, form: RoundForm | None, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    items = round_.questions.select_related("question", "rubric")
    context = {"round": round_, "form": form, "items": items, "problem": problem}
    return render(request, "grading/round/settings.html", context, status=status)


@opens(access_round_as_manager)
@takes("GET", "POST")
def discard(request: HttpRequest, round_: Round) -> HttpResponse:
    """Ask, then throw a draft away."""
    assignment_id = round_.assignment_id
    if request.method == "POST":
        try:
            pipeline.discard_round(round_=round_)
        except Problem as problem:
            return render_discard(request, round_, problem=problem, status=409)
        messages.success(request, _("The draft was thrown away."))
        return redirect("rounds", assignment_id=assignment_id)
    return render_discard(request, round_)


def render_discard(
    request: HttpRequest, round_: Round, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    counts = {
        "places": round_.enlistments.count(),
        "invitations": round_.invitations.filter(state="sent").count(),
        "references": round_.scripts.count(),
    }
    return render(request, "grading/round/discard.html", {"round": round_, "problem": problem} | counts, status=status)


class MinutesForm(forms.Form):
    minutes = NumberField(
        label=gettext_lazy("Minutes per reading, assumed"), min_value=0, max_value=600, required=False
    )


@opens(access_round_as_manager)
@takes("GET")
def preflight(request: HttpRequest, round_: Round) -> HttpResponse:
    """Show everything worth knowing before a round is opened."""
    if round_.state != Round.State.DRAFT:
        messages.info(request, _("This round was opened already."))
        return redirect("board", round_id=round_.pk)
    return render_preflight(request, round_)


def render_preflight(
    request: HttpRequest, round_: Round, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    found = preflight_of(round_, now=timezone.now())
    terms = list(islice(terms_in_papers(round_), AT_A_GLANCE + 1))
    form = MinutesForm(request.GET if "minutes" in request.GET else None, initial={"minutes": MINUTES})
    typed = form.cleaned_data["minutes"] if form.is_bound and form.is_valid() else None
    minutes = float(typed) if typed is not None else found.time.minutes or float(MINUTES)
    context: dict[str, Any] = {
        "round": round_,
        "found": found,
        "terms": terms[:AT_A_GLANCE],
        "more_terms": len(terms) > AT_A_GLANCE,
        "form": form,
        "is_measured": typed is None and found.time.minutes is not None,
        "minutes": minutes,
        "hours": found.readings * minutes / 60,
        "hours_at_most": found.readings_at_most * minutes / 60,
        "problem": problem,
    }
    return render(request, "grading/round/preflight.html", context, status=status)


class NotWorthOpening(Problem):
    """Opened as it stands, the round would lead nowhere."""


@opens(access_round_as_manager)
@posted_from("round_preflight")
def open_(request: HttpRequest, round_: Round) -> HttpResponse:
    """Open a round that has no problem, and say how many papers went out."""
    now = timezone.now()
    if round_.state == Round.State.DRAFT and preflight_of(round_, now=now).has_problem:
        problem = NotWorthOpening(_("Mend what is marked as a problem first."))
        return render_preflight(request, round_, problem=problem, status=409)
    try:
        count = pipeline.open_for_marking(round_=round_, now=now, rng=SystemRandom())
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("board", round_id=round_.pk)
    told = _("The round is open. Papers go out as they come in.")
    if count:
        told = ngettext(
            "The round is open: %(count)s paper went out.", "The round is open: %(count)s papers went out.", count
        )
    messages.success(request, told % {"count": count})
    return redirect("board", round_id=round_.pk)
