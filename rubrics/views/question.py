"""The rubric of a question: shown with its versions, edited, or begun."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from assignments.models import Question
from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.kept import forget, kept
from edu_crowd.shared.listing import matching, page_of
from edu_crowd.shared.methods import takes
from rubrics.editor import TypedRubric, typed_of_rubric
from rubrics.models import Rubric
from rubrics.permissions import access_question_with_rubric
from rubrics.queries import copyable_by, current_rubric
from rubrics.starting import STARTS, highest_for, started, title_for
from rubrics.views.editing import Place, edit
from rubrics.views.showing import shown


@opens(access_question_with_rubric)
@takes("GET", "POST")
def show(request: HttpRequest, question: Question) -> HttpResponse:
    """Show the rubric, its editor, or what it can start from."""
    rubric = current_rubric(question)
    place = place_of(question, rubric, start=request.GET.get("start", ""))
    if "as-it-is" in request.GET:
        forget(request, place.name)
        return redirect(place.address)
    begun = bool(place.start) and (rubric is None or kept(request, place.name) is not None)
    if request.method == "POST" or "edit" in request.GET or begun:
        return edit(request, place, typed_of_rubric(rubric) if rubric else fresh_grid(request, question, place.start))
    if rubric is None:
        return starts(request, question)
    return shown(request, rubric, question=question)


def place_of(question: Question, rubric: Rubric | None, *, start: str = "") -> Place:
    address = reverse("question_rubric", args=[question.pk])
    return Place(question=question, rubric=rubric, address=address, start=start if start in STARTS else "")


def fresh_grid(request: HttpRequest, question: Question, start: str) -> TypedRubric:
    highest = count_in(request.GET.get("n", ""), otherwise=highest_for(question.points))
    return started(start, title=title_for(question), highest=highest, language=question.language)


def count_in(text: str, *, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else otherwise


def starts(request: HttpRequest, question: Question) -> HttpResponse:
    """Offer what a rubric can start from, and the rubrics that can be copied."""
    found = matching(copyable_by(acting(request)), request.GET.get("q", ""), "title")
    context = {
        "question": question,
        "page": page_of(request, found, per_page=10),
        "highest": highest_for(question.points),
        "language": question.language,
    }
    return render(request, "rubrics/rubric/start.html", context)
