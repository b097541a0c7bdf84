"""A question taken out of a draft: its rubric is known here, so the page lives here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.models import Assignment, Question
from assignments.permissions import access_question_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import render_text
from rubrics.deletion import delete_with_rubric
from rubrics.queries import current_rubric


@opens(access_question_as_teacher)
@takes("GET", "POST")
def delete(request: HttpRequest, question: Question) -> HttpResponse:
    """Show what goes, then delete it."""
    problem = None
    if request.method == "POST":
        assignment_id = question.assignment_id
        try:
            rubric = delete_with_rubric(question=question)
        except Problem as refused:
            problem = refused
        else:
            kept = _("The question is deleted. Its rubric is in your library.")
            messages.success(request, kept if rubric else _("The question is deleted."))
            return redirect("assignment_edit", assignment_id=assignment_id)
    context = {
        "question": question,
        "assignment": question.assignment,
        "prompt": render_text(question.prompt, language=question.language),
        "rubric": current_rubric(question),
        "is_draft": question.assignment.state == Assignment.State.DRAFT,
        "problem": problem,
    }
    return render(request, "rubrics/question/delete.html", context, status=409 if problem else 200)
