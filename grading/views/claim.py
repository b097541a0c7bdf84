"""A grader's rounds; the next script taken, its lease extended, or given back."""

from random import SystemRandom

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget
from edu_crowd.shared.methods import posted_from, takes, wants_json
from grading.models import Allocation, Enlistment, Grader, Round
from grading.permissions import access_desk, access_grader, access_round_as_grader
from grading.queries.claim import places_of
from grading.queries.invitation import open_invitations
from grading.services import claim
from grading.services.claim import NotEnlisted
from grading.views.desk import again, name_of, page_of, stored, typed_in


@opens(access_grader)
@takes("GET")
def rounds(request: HttpRequest, graders: list[Grader]) -> HttpResponse:
    context = {"places": places_of(graders), "invitations": open_invitations(acting(request))}
    return render(request, "grading/claim/rounds.html", context)


@opens(access_round_as_grader)
@posted_from("marking", with_arguments=False)
def take_next(request: HttpRequest, place: Enlistment) -> HttpResponse:
    return to_next_desk(request, round_=place.round, grader=place.grader)


@opens(access_round_as_grader)
@takes("GET")
def nothing_left(request: HttpRequest, place: Enlistment) -> HttpResponse:
    return render(request, "grading/claim/nothing_left.html", {"place": place})


@opens(access_round_as_grader)
@posted_from("marking", with_arguments=False)
def leave(request: HttpRequest, place: Enlistment) -> HttpResponse:
    """Leave a round; the form behind the first button says what that means, and sends that it was read."""
    if request.POST.get("sure") != "1":
        messages.error(request, _("Nothing was changed. Open “Leave this round” and press the button in it."))
        return redirect("marking")
    claim.leave(place=place, now=timezone.now())
    messages.success(request, _("You have left the round. What you sealed stays and counts."))
    return redirect("marking")


@opens(access_desk)
@posted_from("desk")
def extend(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Start the lease afresh; what was typed stays in the form."""
    try:
        claim.renew(allocation=allocation, now=timezone.now())
    except Problem as problem:
        if wants_json(request):
            return JsonResponse({"message": str(problem)}, status=409)
        return again(request, allocation, problem)
    if wants_json(request):
        return JsonResponse({"lease_ends_at": allocation.lease_ends_at})
    messages.success(request, _("The paper stays with you."))
    return page_of(request, allocation, typed_in(request.POST))


@opens(access_desk)
@posted_from("desk")
def skip(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Give the paper back. The form holds the reason alone: what was typed on the desk is in the draft."""
    reason = request.POST.get("skip_reason", "")
    try:
        if reason not in Allocation.SkipReason.values:
            raise NoSkipReason(_("Say why you give the paper back: choose a reason."))
        claim.give_back(allocation=allocation, reason=reason, now=timezone.now())
    except NoSkipReason as problem:
        return page_of(request, allocation, stored(request, allocation), problem=problem, status=422)
    except Problem as problem:
        return page_of(request, allocation, stored(request, allocation), problem=problem, status=409)
    forget(request, name_of(allocation))
    messages.success(request, _("The paper was given back; somebody else reads it."))
    return to_next_desk(request, round_=allocation.script.round, grader=allocation.grader)


class NoSkipReason(Problem):
    """A paper was given back without a reason."""


def to_next_desk(request: HttpRequest, *, round_: Round, grader: Grader) -> HttpResponse:
    """Put the next script on the desk and go there."""
    try:
        allocation = claim.claim_next(round_=round_, grader=grader, now=timezone.now(), rng=SystemRandom())
    except NotEnlisted as problem:
        messages.error(request, str(problem))
        return redirect("marking")
    if allocation is None:
        return redirect("marking_nothing", round_id=round_.pk)
    return redirect("desk", public_id=allocation.public_id)
