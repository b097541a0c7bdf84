"""An invitation to mark, answered by whoever owns its mail address."""

from random import SystemRandom

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from
from grading.models import Invitation, Round
from grading.permissions import access_own_invitation
from grading.services import invitation as invitations


@opens(access_own_invitation)
@posted_from("home", with_arguments=False)
def answer(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Accept or decline."""
    now = timezone.now()
    try:
        if request.POST.get("answer") == "accept":
            place = invitations.accept(invitation=invitation, user=acting(request), now=now, rng=SystemRandom())
            if place.round.state == Round.State.DRAFT:
                messages.success(request, _("You have a place. The papers appear here once the marking is open."))
            else:
                messages.success(request, _("You have a place and can begin."))
        elif request.POST.get("answer") == "decline":
            invitations.decline(invitation=invitation, now=now)
            messages.success(request, _("You have declined."))
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("home")
