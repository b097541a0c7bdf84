"""The class gets its feedback: what stands in the way, a look at what each student would read, release and undo."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, Submission
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.zones import render_there
from grading.permissions import access_paper_of
from grading.queries.gradebook import gradebook_of
from grading.queries.paper import neighbours_of
from grading.queries.release import outlook_of
from grading.services import feedback
from grading.views.feedback import context_of

MATCHES = 10


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def release(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Say what stands in the way and what students would get, then give it to the whole class."""
    if request.method != "POST":
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
def undo(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    try:
        feedback.undo_release(assignment=assignment)
    except Problem as problem:
        return ask(request, assignment, problem=problem, status=409)
    messages.success(request, _("The feedback was taken back. Nobody had read it."))
    return redirect("release", assignment_id=assignment.pk)


def ask(
    request: HttpRequest, assignment: Assignment, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    assignment.refresh_from_db(fields=["state"])
    outlook = outlook_of(assignment, now=timezone.now())
    context = {
        "assignment": assignment,
        "outlook": outlook,
        "first": next((line for line in outlook.gradebook.counting if line.outcome), None),
        "problem": problem,
    }
    zone = assignment.course.time_zone
    return render_there(request, "grading/release/release.html", context, zone=zone, status=status)


@opens(access_paper_of)
@takes("GET")
def look(request: HttpRequest, paper: Submission) -> HttpResponse:
    """Show the sheet that the student of a paper would read now; nothing is written, and it does not count as read."""
    gradebook = gradebook_of(paper.assignment)
    text = request.GET.get("q", "")[:200]
    line = next((one for one in gradebook.counting if one.paper and one.paper.pk == paper.pk), None)
    sheet = feedback.preview(standing=line.standing, now=timezone.now()) if line and line.standing else None
    found = [one for one in gradebook.chosen(text=text) if one.standing] if text.strip() else []
    context = {
        "assignment": paper.assignment,
        "paper": paper,
        "line": line,
        "sheet": sheet,
        "text": text,
        "found": found[:MATCHES],
        "more": max(0, len(found) - MATCHES),
        "neighbours": neighbours_of(paper, gradebook.counting),
    }
    if sheet:
        context |= context_of(sheet, newest=sheet)
    return render_there(request, "grading/release/look.html", context, zone=paper.assignment.course.time_zone)
