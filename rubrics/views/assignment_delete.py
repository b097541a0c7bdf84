"""A draft deleted: the rubrics of its questions are known here, so the page lives here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import takes
from rubrics.deletion import delete_with_rubrics
from rubrics.queries import has_rubric


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def delete(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Show what goes, then delete it."""
    problem = None
    if request.method == "POST":
        course_id = assignment.course_id
        try:
            rubrics = delete_with_rubrics(assignment=assignment)
        except Problem as refused:
            problem = refused
        else:
            kept = _("The draft is deleted. Its rubrics are in the library of whoever wrote them.")
            messages.success(request, kept if rubrics else _("The draft is deleted."))
            return redirect("course", course_id=course_id)
    context = {
        "assignment": assignment,
        "question_count": assignment.questions.count(),
        "has_rubric": has_rubric(assignment),
        "is_draft": assignment.state == Assignment.State.DRAFT,
        "problem": problem,
    }
    return render(request, "rubrics/assignment/delete.html", context, status=409 if problem else 200)
