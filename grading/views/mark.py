"""Drafts saved, sheets sealed, and a grader's own sealed sheets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import posted_from, takes, wants_json
from edu_crowd.shared.text import clean_text
from grading.models import Allocation, Enlistment, Round, RoundQuestion
from grading.permissions import access_desk, access_round_as_grader
from grading.queries.claim import hands_out, own_marks
from grading.services import mark
from grading.services.mark import DraftConflict, NotOnDesk
from grading.services.script import SheetIncomplete
from grading.views.claim import to_next_desk
from grading.views.desk import again, as_number, name_of, typed_in


class NoteNotSent(Problem):
    """A question to the teacher is typed, and the sheet would be sealed without it."""


@opens(access_desk)
@posted_from("desk")
def draft(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Keep what was typed: for the desk's script as JSON, else by the form itself."""
    form = typed_in(request.POST)
    try:
        saved = mark.save_draft(
            allocation=allocation,
            base_version=form.draft_version,
            body=form.typed.as_body() | {"window": form.client_mark_id},
            now=timezone.now(),
        )
    except (DraftConflict, NotOnDesk) as problem:
        if wants_json(request):
            return JsonResponse({"message": str(problem)}, status=409)
        return again(request, allocation, problem)
    forget(request, name_of(allocation))
    if wants_json(request):
        return JsonResponse({"version": saved.version})
    messages.success(request, _("Draft saved."))
    return redirect("desk", public_id=allocation.public_id)


@opens(access_desk)
@posted_from("desk")
def seal(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Seal the sheet and go on to the next script; after a change, back to one's own marks."""
    form = typed_in(request.POST)
    try:
        if form.note.strip():
            raise NoteNotSent(
                _("Your question to the teacher was not sent yet. Send it, or empty its field, and seal then.")
            )
        mark.seal(
            allocation=allocation,
            client_mark_id=form.client_mark_id,
            levels=form.typed.levels,
            comments=form.typed.comments,
            comment=form.typed.comment,
            active_ms=form.typed.active_ms,
            draft_version=form.draft_version,
            replaces_sealed=form.changes_sealed,
            sheet_version=form.sheet_version,
            now=timezone.now(),
        )
    except Problem as problem:
        return again(
            request, allocation, problem, status=422 if isinstance(problem, SheetIncomplete | NoteNotSent) else 409
        )
    forget(request, name_of(allocation))
    if form.changes_sealed:
        messages.success(request, _("Your marks were changed."))
        return redirect("marks", round_id=allocation.script.round_id)
    messages.success(request, _("Sealed."))
    return to_next_desk(request, round_=allocation.script.round, grader=allocation.grader)


@opens(access_round_as_grader)
@takes("GET")
def own(request: HttpRequest, place: Enlistment) -> HttpResponse:
    """Show a grader what they sealed in this round, all or what they look for."""
    asked = list(RoundQuestion.objects.filter(round=place.round_id).select_related("question"))
    chosen = request.GET.get("question", "")
    found = own_marks(place, containing=clean_text(request.GET.get("q", "")), question_id=as_number(chosen) or None)
    context = {
        "place": place,
        "page": page_of(request, found),
        "hands_out": hands_out(place),
        "is_searched": bool(request.GET.get("q") or chosen),
        "chosen": chosen,
        "questions": [
            (str(one.question_id), _("Question %(position)s") % {"position": one.question.position}) for one in asked
        ]
        if len(asked) > 1 and place.round.unit == Round.Unit.QUESTION
        else [],
    }
    return render(request, "grading/desk/own.html", context)
