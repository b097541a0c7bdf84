"""Reference papers: chosen at random, marked by the teacher, put back; and how graders did on them."""

from random import SystemRandom
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.forms import CountField
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from grading.models import Round, Script
from grading.permissions import access_reference, access_round_as_teacher
from grading.queries.desk import Typed, questions_on
from grading.queries.reference import marks_on, next_unmarked, reference_counts, states_of, typed_by
from grading.queries.script import papers_waiting, references_in
from grading.services import reference
from grading.services.reference import TooManyReferences
from grading.services.script import SheetIncomplete
from grading.views.desk import TypedOn, fields_of, typed_in

USUAL = 5


class ChooseForm(forms.Form):
    papers = CountField(min_value=1, label=gettext_lazy("How many papers, at random?"), initial=USUAL)


@opens(access_round_as_teacher)
@takes("GET", "POST")
def choose(request: HttpRequest, round_: Round) -> HttpResponse:
    """List the reference papers of a round; while it is a draft, draw more."""
    if request.method == "GET":
        return listed(request, round_, form=ChooseForm())
    form = ChooseForm(request.POST)
    if not form.is_valid():
        return listed(request, round_, form=form, status=422)
    try:
        scripts = reference.choose_references(
            round_=round_, papers=form.cleaned_data["papers"], now=timezone.now(), rng=SystemRandom()
        )
    except TooManyReferences as problem:
        form.add_error("papers", str(problem))
        return listed(request, round_, form=form, status=422)
    except Problem as problem:
        return listed(request, round_, form=form, problem=problem, status=409)
    count = len(scripts)
    messages.success(
        request,
        ngettext("%(count)s script was chosen. Mark it now.", "%(count)s scripts were chosen. Mark them now.", count)
        % {"count": count},
    )
    return redirect("references", round_id=round_.pk)


def listed(
    request: HttpRequest, round_: Round, *, form: ChooseForm, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    page = page_of(request, references_in(round_).select_related("question").order_by("pk"))
    states = states_of(round_, page.object_list)
    complete, chosen = reference_counts(round_)
    is_draft = round_.state == Round.State.DRAFT
    share = round_.seeds_percent
    context: dict[str, Any] = {
        "round": round_,
        "assignment": round_.assignment,
        "page": page,
        "states": states,
        "complete": complete,
        "chosen": chosen,
        "is_draft": is_draft,
        "papers_waiting": papers_waiting(round_, now=timezone.now()).count() if is_draft else None,
        "lasts": complete * 100 // share if share else None,
        "unmarked": next((one for one in states if not one.is_complete), None),
        "form": form,
        "problem": problem,
    }
    return render(request, "grading/reference/list.html", context, status=status)


@opens(access_reference)
@takes("GET", "POST")
def mark(request: HttpRequest, script: Script) -> HttpResponse:
    """Show a reference paper as the desk shows it; keep its marks and go on to the next, or put it back."""
    user = acting(request)
    if request.method == "GET":
        if "drop" in request.GET and script.round.state == Round.State.DRAFT:
            return render(request, "grading/reference/drop.html", frame(script))
        refused = kept(request, name_of(script))
        return show(request, script, typed_in(refused).typed if refused else typed_by(script, user))
    if "drop" in request.POST:
        return put_back(request, script)
    form = typed_in(request.POST)
    try:
        reference.mark_reference(
            script=script, by=user, levels=form.typed.levels, comments=form.typed.comments, now=timezone.now()
        )
    except Problem as problem:
        keep(
            request, name_of(script), fields_of(TypedOn(typed=form.typed, draft_version=0, client_mark_id=uuid4().hex))
        )
        status = 422 if isinstance(problem, SheetIncomplete) else 409
        return show(request, script, form.typed, problem=problem, status=status)
    forget(request, name_of(script))
    following = next_unmarked(script)
    if following is None:
        messages.success(request, _("Saved. All reference papers are marked."))
        return redirect("references", round_id=script.round_id)
    messages.success(request, _("Saved. This is the next one."))
    return redirect("reference", script_id=following.pk)


def put_back(request: HttpRequest, script: Script) -> HttpResponse:
    try:
        reference.drop_reference(script=script)
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The paper is among the others again."))
    return redirect("references", round_id=script.round_id)


def name_of(script: Script) -> str:
    return f"reference {script.pk}"


def frame(script: Script) -> dict[str, Any]:
    return {"script": script, "round": script.round, "assignment": script.round.assignment}


def show(
    request: HttpRequest, script: Script, typed: Typed, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    questions = questions_on(script, typed)
    incomplete = isinstance(problem, SheetIncomplete)
    is_draft = script.round.state == Round.State.DRAFT
    given = marks_on([script.pk])
    context = frame(script) | {
        "questions": questions,
        "missing": [one.criterion for item in questions for one in item.criteria if incomplete and not one.chosen],
        "is_draft": is_draft,
        # What was typed while somebody opened the round is still shown.
        "shows_form": is_draft or problem is not None,
        # In a draft one's own marks stand in the form.
        "given": given.exclude(by=request.user) if is_draft else given,  # type: ignore[misc]  # the gate let somebody in
        "state": states_of(script.round, [script])[0],
        "problem": problem,
    }
    return render(request, "grading/reference/mark.html", context, status=status)
