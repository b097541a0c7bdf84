"""Drafts saved, sheets sealed, and a grader's own sealed sheets."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget
from edu_crowd.shared.methods import posted_from, takes
from grading.models import Allocation, Enlistment
from grading.permissions import access_desk, access_round_as_grader
from grading.queries.claim import hands_out, own_marks
from grading.services import mark
from grading.services.mark import DraftConflict, NotOnDesk, SheetIncomplete
from grading.views.claim import to_next_desk
from grading.views.desk import again, name_of, typed_in, wants_json

PER_PAGE = 30


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
        mark.seal(
            allocation=allocation,
            client_mark_id=form.client_mark_id,
            levels=form.typed.levels,
            comments=form.typed.comments,
            comment=form.typed.comment,
            active_ms=form.typed.active_ms,
            draft_version=form.draft_version,
            replaces_sealed=form.changes_sealed,
            now=timezone.now(),
        )
    except Problem as problem:
        return again(request, allocation, problem, status=422 if isinstance(problem, SheetIncomplete) else 409)
    forget(request, name_of(allocation))
    if form.changes_sealed:
        messages.success(request, _("Your marks were changed."))
        return redirect("marks", round_id=allocation.script.round_id)
    messages.success(request, _("Sealed."))
    return to_next_desk(request, round_=allocation.script.round, grader=allocation.grader)


@opens(access_round_as_grader)
@takes("GET")
def own(request: HttpRequest, place: Enlistment) -> HttpResponse:
    page = Paginator(own_marks(place), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "grading/desk/own.html", {"place": place, "page": page, "hands_out": hands_out(place.round)})
