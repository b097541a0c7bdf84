"""A student writes a paper: begin, answer, hand in, take back."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.models import Submission
from assignments.permissions import (
    Seat,
    Slot,
    access_assignment_as_student,
    access_own_answer,
    access_own_submission,
)
from assignments.queries.answering import Terms, asked, asked_on, hint_on, terms_of, writing_ends_at
from assignments.services import submission as papers
from assignments.services.standing import standing_of
from assignments.services.submission import AnswerChanged, NotAnAnswer
from assignments.views.paper import forget_typed, keep_typed, page_of, typed_on
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes


@opens(access_assignment_as_student)
@posted_from("assignment")
def start(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Begin a paper, or go on with the one that was begun."""
    try:
        paper = papers.start(assignment=seat.assignment, enrolment=seat.enrolment, now=timezone.now())
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("assignment", assignment_id=seat.assignment.pk)
    return redirect("paper", submission_id=paper.pk)


@opens(access_own_submission)
@takes("GET", "POST")
def paper(request: HttpRequest, own: Submission) -> HttpResponse:
    """Show a paper; by POST keep all of it at once, as a browser without scripts does."""
    if request.method != "POST":
        return page_of(request, own)
    outcome = keep_typed(own, request.POST, request.FILES, timezone.now())
    if outcome:
        return page_of(request, own, outcome=outcome, status=outcome.status)
    forget_typed(request, own)
    if request.POST.get("then") == "hand-in":
        return redirect("paper_hand_in", submission_id=own.pk)
    messages.success(request, _("Saved."))
    return redirect("paper", submission_id=own.pk)


@opens(access_own_answer)
@takes("GET", "POST")
def save(request: HttpRequest, slot: Slot) -> HttpResponse:
    """Keep one answer as it is being typed."""
    own, question = slot.submission, slot.question
    typed = typed_on(request.POST, question)
    if request.method != "POST" or typed is None:
        return redirect("paper", submission_id=own.pk)
    try:
        answer = papers.save_answer(
            submission=own,
            question=question,
            text=typed.text,
            choices=typed.choices,
            seen=typed.seen,
            now=timezone.now(),
        )
    except AnswerChanged as problem:
        stored = problem.current
        current = {"text": stored.text, "choices": stored.choices, "saved_at": stored.saved_at.isoformat()}
        return JsonResponse({"message": str(problem), "current": current}, status=409)
    except NotAnAnswer as problem:
        return JsonResponse({"message": str(problem)}, status=422)
    except Problem as problem:
        return JsonResponse({"message": str(problem), "is_over": True}, status=409)
    forget_typed(request, own)
    saved: dict[str, object] = {"saved_at": answer.saved_at.isoformat(), "hint": hint_on(question, answer.text)}
    if "look" in request.POST:
        saved["look"] = asked(question, answer).look
    return JsonResponse(saved)


@opens(access_own_submission)
@takes("GET", "POST")
def hand_in(request: HttpRequest, own: Submission) -> HttpResponse:
    """Ask once more, then hand the paper in."""
    if request.method != "POST":
        return redirect("paper", submission_id=own.pk) if own.state != Submission.State.DRAFT else ask(request, own)
    try:
        papers.hand_in(submission=own, now=timezone.now())
    except Problem as problem:
        return ask(request, own, problem=problem, status=409)
    messages.success(request, _("Your paper is handed in."))
    return redirect("assignment", assignment_id=own.assignment_id)


def ask(request: HttpRequest, own: Submission, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    items = asked_on(own)
    standing = standing_of(own, now)
    terms = terms_of(own.assignment, own.enrolment, [])
    context = {
        "paper": own,
        "assignment": own.assignment,
        "items": items,
        "open_items": [item for item in items if not item.is_answered],
        "files": [file for item in items for file in item.files],
        "standing": standing,
        "problem": problem or standing.sentence,
        "hints": [item for item in items if item.hint],
        "late": terms.lateness(now),
        "is_read": any(item.takes_files for item in items),
        "back_until": taken_back_until(own, terms, now),
    }
    return render(request, "assignments/answering/hand_in.html", context, status=status)


def taken_back_until(own: Submission, terms: Terms, now: datetime) -> datetime | None:
    """Return until when a paper handed in now could be taken back, if at all."""
    ends = writing_ends_at(own) or terms.last_moment
    until = min(ends, now + timedelta(minutes=own.assignment.cooling_minutes))
    return until if until > now else None


@opens(access_own_submission)
@posted_from("paper")
def take_back(request: HttpRequest, own: Submission) -> HttpResponse:
    """Take a paper back and go on writing."""
    now = timezone.now()
    try:
        papers.take_back(submission=own, now=now)
        again = papers.start(assignment=own.assignment, enrolment=own.enrolment, now=now)
    except Problem as problem:
        messages.error(request, str(problem))
        return redirect("assignment", assignment_id=own.assignment_id)
    messages.success(request, _("You took your paper back. Go on writing, and hand it in again."))
    return redirect("paper", submission_id=again.pk)
