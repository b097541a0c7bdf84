"""Who marks in a round: people enlisted, invited, paused, called back, ended."""

import re
import unicodedata
from random import SystemRandom
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Enrolment
from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import clean_text, whole_number
from grading.models import Enlistment, Invitation, Round
from grading.permissions import access_enlistment_as_manager, access_round_as_manager
from grading.queries.enlistment import people_in, readers_of, students_without_account, without_place
from grading.services import enlistment as places
from grading.services.invitation import TAKES_GRADERS, Answer, Links, NotInviting, invite, withdraw

BETWEEN_ADDRESSES = re.compile(r"[\s,;、，；<>]+")  # as typed in Japanese
MOST_LINES = 200


class TooManyLines(Problem):
    """More addresses at once than anybody reads the answers of."""


@opens(access_round_as_manager)
@takes("GET", "POST")
def graders(request: HttpRequest, round_: Round) -> HttpResponse:
    """Show who marks, and take in more of them."""
    if request.method != "POST":
        return render_graders(request, round_, typed=(kept(request, name_of(round_)) or {}).get("addresses", ""))
    if round_.state not in TAKES_GRADERS:
        return render_graders(
            request, round_, problem=NotInviting(_("This round takes in no more graders.")), status=409
        )
    if "withdraw" in request.POST:
        return withdraw_one(request, round_)
    if round_.pool == Round.Pool.CROWD:
        return invite_all(request, round_)
    return enlist_chosen(request, round_)


def invite_all(request: HttpRequest, round_: Round) -> HttpResponse:
    typed = clean_text(request.POST.get("addresses", ""))
    lines = addresses_in(typed)
    try:
        if not lines:
            raise TooManyLines(_("Write at least one mail address."))
        if len(lines) > MOST_LINES:
            raise TooManyLines(_("Invite at most %(most)s at once.") % {"most": MOST_LINES})
        answers = invite(
            round_=round_,
            lines=lines,
            by=acting(request),
            links=Links(
                sign_up=request.build_absolute_uri(reverse("account_signup")),
                home=request.build_absolute_uri(reverse("home")),
            ),
            now=timezone.now(),
            rng=SystemRandom(),
        )
    except Problem as problem:
        keep(request, name_of(round_), {"addresses": typed})
        status = 409 if isinstance(problem, NotInviting) else 422
        return render_graders(request, round_, typed=typed, problem=problem, status=status)
    forget(request, name_of(round_))
    left = "\n".join(answer.line for answer in answers if answer.outcome == "no_address")
    return render_graders(request, round_, typed=left, answers=answers)


def addresses_in(typed: str) -> list[str]:
    """Return what stands between spaces and commas, each once whatever its case; full width is as good."""
    words = BETWEEN_ADDRESSES.split(unicodedata.normalize("NFKC", typed))
    return list({word.lower(): word for word in words if word}.values())


def enlist_chosen(request: HttpRequest, round_: Round) -> HttpResponse:
    """Give places to the assistants who were ticked, or to all classmates."""
    rng = SystemRandom()
    try:
        if round_.pool == Round.Pool.CLASSMATES:
            count = places.enlist_classmates(round_=round_, rng=rng)
        else:
            ticked = filter(None, map(whole_number, request.POST.getlist("assistants")))
            chosen = without_place(round_, Enrolment.Role.ASSISTANT).filter(pk__in=list(ticked))
            people = [seat.user for seat in chosen if seat.user]
            count = len(places.enlist_all(round_=round_, users=people, rng=rng))
    except Problem as problem:
        return render_graders(request, round_, problem=problem, status=409)
    messages.success(
        request,
        ngettext("%(count)s grader was let in.", "%(count)s graders were let in.", count) % {"count": count},
    )
    return redirect("round_graders", round_id=round_.pk)


def withdraw_one(request: HttpRequest, round_: Round) -> HttpResponse:
    asked = whole_number(request.POST["withdraw"]) or 0
    invitation = Invitation.objects.filter(round=round_, pk=asked).first()
    try:
        if invitation is not None:
            withdraw(invitation=invitation, now=timezone.now())
            messages.success(request, _("The invitation was withdrawn."))
    except Problem as problem:
        return render_graders(request, round_, problem=problem, status=409)
    return redirect("round_graders", round_id=round_.pk)


def name_of(round_: Round) -> str:
    return f"graders {round_.pk}"


def render_graders(
    request: HttpRequest,
    round_: Round,
    *,
    typed: str = "",
    answers: list[Answer] | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    assert round_.assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    context: dict[str, Any] = {
        "round": round_,
        "page": page_of(request, people_in(round_)),
        "readers": readers_of(round_),
        "takes_graders": round_.state in TAKES_GRADERS,
        "typed": typed,
        "answers": answers or [],
        "problem": problem,
    }
    if round_.pool == Round.Pool.ASSISTANTS:
        context["assistants"] = list(without_place(round_, Enrolment.Role.ASSISTANT))
    elif round_.pool == Round.Pool.CLASSMATES:
        context["new_classmates"] = without_place(round_, Enrolment.Role.STUDENT).count()
        context["without_account"] = students_without_account(round_.assignment.course)
    return render(request, "grading/enlistment/graders.html", context, status=status)


@opens(access_enlistment_as_manager)
@takes("GET", "POST")
def grader(request: HttpRequest, place: Enlistment) -> HttpResponse:
    """Pause, call back, end or, in a draft, take out one grader."""
    if request.method != "POST":
        return redirect("round_graders", round_id=place.round_id)
    acts = {
        "pause": (places.pause_enlistment, _("Paused: nothing more is handed out to this grader.")),
        "resume": (places.resume_enlistment, _("This grader is called back.")),
        "end": (places.end_enlistment, _("The place has ended. What was sealed stays.")),
        "remove": (places.remove_enlistment, _("The grader was taken out.")),
    }
    act = acts.get(request.POST.get("action", ""))
    try:
        if act is not None:
            act[0](enlistment=place)
            messages.success(request, act[1])
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("round_graders", round_id=place.round_id)
