"""Feedback: released by the teacher, read by the student."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import kept
from edu_crowd.shared.methods import posted_from, takes
from grading.models import Feedback
from grading.permissions import access_own_feedback
from grading.queries import feedback as queries
from grading.queries.release import outlook_of
from grading.services import feedback

LONGEST_APPEAL = 5_000


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def release(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Ask once more, then give the whole class its feedback."""
    if request.method == "GET":
        return ask(request, assignment)
    try:
        count = feedback.release(assignment=assignment, now=timezone.now())
    except Problem as problem:
        return ask(request, assignment, problem=problem, status=409)
    messages.success(
        request,
        ngettext("%(count)s student can read their feedback.", "%(count)s students can read their feedback.", count)
        % {"count": count},
    )
    return redirect("release", assignment_id=assignment.pk)


@opens(access_assignment_as_teacher)
@posted_from("release")
def undo_release(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    try:
        feedback.undo_release(assignment=assignment)
    except Problem as problem:
        return ask(request, assignment, problem=problem, status=409)
    messages.success(request, _("The feedback was taken back. Nobody had read it."))
    return redirect("release", assignment_id=assignment.pk)


def ask(
    request: HttpRequest, assignment: Assignment, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    assignment.refresh_from_db()
    context = {"assignment": assignment, "outlook": outlook_of(assignment), "problem": problem}
    return render(request, "grading/feedback/release.html", context, status=status)


@opens(access_own_feedback)
@takes("GET")
def read(request: HttpRequest, own: Feedback) -> HttpResponse:
    feedback.mark_read(feedback=own, now=timezone.now())
    return sheet(request, own)


def sheet(request: HttpRequest, own: Feedback, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    """Show the sheet, with an appeal that was refused as it was typed."""
    typed = kept(request, appeal_form(own)) or {}
    context = {
        "read": queries.read(own),
        "problem": problem,
        "asked": int(typed.get("criterion", 0)),
        "reason": typed.get("reason", ""),
        "longest": LONGEST_APPEAL,
    }
    return render(request, "grading/feedback/read.html", context, status=status)


def appeal_form(own: Feedback) -> str:
    return f"appeal {own.pk}"
