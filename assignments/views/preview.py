"""The teacher tries an assignment as a student would; nothing is stored."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from assignments.queries.answering import asked_of_nobody, hint_on, questions_of
from assignments.views.paper import file_limits, typed_on
from edu_crowd.shared.access import opens
from edu_crowd.shared.methods import takes, wants_json
from edu_crowd.shared.text import render_text


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def show(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Show the page; by POST only say how one typed answer would be read."""
    if request.method == "POST" and wants_json(request):
        return look(request, assignment)
    context = {
        "assignment": assignment,
        "items": asked_of_nobody(assignment),
        "instructions": render_text(assignment.instructions),
        "answered": 0,
        **file_limits(),
    }
    return render(request, "assignments/answering/preview.html", context)


def look(request: HttpRequest, assignment: Assignment) -> JsonResponse:
    for question in questions_of(assignment):
        typed = typed_on(request.POST, question)
        if typed is not None:
            return JsonResponse(
                {
                    "saved_at": "",
                    "hint": hint_on(question, typed.text),
                    "look": render_text(typed.text, language=question.language),
                }
            )
    return JsonResponse({"saved_at": ""})
