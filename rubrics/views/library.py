"""Rubrics that belong to no question: a person's own, to copy from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Question
from edu_crowd.people.acting import acting
from edu_crowd.people.models import User
from edu_crowd.shared.access import opens, signed_in
from edu_crowd.shared.errors import Problem, Refused
from edu_crowd.shared.kept import forget
from edu_crowd.shared.listing import matching, page_of
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import whole_number
from rubrics import services
from rubrics.editor import typed_of_rubric
from rubrics.models import Rubric
from rubrics.permissions import access_question_with_rubric, access_rubric
from rubrics.queries import current_rubric, library_of, versions_of
from rubrics.starting import STARTS, started
from rubrics.views.editing import Place, edit
from rubrics.views.question import count_in
from rubrics.views.showing import shown

DELETE, LIBRARY = "delete", "library"
HIGHEST = 5


@opens(signed_in)
@takes("GET")
def listed(request: HttpRequest, person: User) -> HttpResponse:
    found = matching(library_of(person), request.GET.get("q", ""), "title")
    return render(request, "rubrics/rubric/library.html", {"page": page_of(request, found)})


@opens(signed_in)
@takes("GET", "POST")
def new(request: HttpRequest, person: User) -> HttpResponse:
    """Offer what a rubric can start from, then its editor."""
    place = Place(question=None, rubric=None, address=reverse("rubric_new"), start=request.GET.get("start", ""))
    if "as-it-is" in request.GET:
        forget(request, place.name)
        return redirect("rubrics")
    if request.method == "POST" or place.start in STARTS:
        highest = count_in(request.GET.get("n", ""), otherwise=HIGHEST)
        return edit(request, place, started(place.start, title="", highest=highest, language=person.locale))
    return render(request, "rubrics/rubric/start.html", {"question": None, "highest": HIGHEST})


@opens(access_rubric)
@takes("GET", "POST")
def show(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    """Show a version; one in the library can be edited and deleted here, one of a question at its question."""
    if request.method == "POST" and request.POST.get("do") == DELETE:
        return delete(request, rubric)
    if rubric.question is not None:
        if request.method == "POST" or rubric == current_rubric(rubric.question):
            return redirect("question_rubric", question_id=rubric.question.pk)
        return shown(request, rubric, question=rubric.question)
    newest = versions_of(rubric)[0]
    place = Place(question=None, rubric=newest, address=reverse("rubric", args=[newest.pk]))
    if "as-it-is" in request.GET:
        forget(request, place.name)
        return redirect(place.address)
    if request.method == "POST" or "edit" in request.GET:
        return edit(request, place, typed_of_rubric(newest))
    if "delete" in request.GET:
        return ask_to_delete(request, rubric)
    return shown(request, rubric, question=None)


def ask_to_delete(
    request: HttpRequest, rubric: Rubric, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    context = {"rubric": rubric, "versions": versions_of(rubric), "problem": problem}
    return render(request, "rubrics/rubric/delete.html", context, status=status)


def delete(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    try:
        services.delete_rubric(rubric=rubric)
    except Problem as problem:
        return ask_to_delete(request, rubric, problem=problem, status=409)
    messages.success(request, _("“%(title)s” was deleted from your library.") % {"title": rubric.title})
    return redirect("rubrics")


class NoTarget(Problem):
    """A copy was asked for without saying where it goes."""


@opens(access_rubric)
@posted_from("rubric")
def copy(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    """Copy a rubric into the person's library, or onto a question of theirs that has none."""
    person = acting(request)
    target = request.POST.get("target", "")
    try:
        question = None if target == LIBRARY else question_named(person, target)
        made = services.copy_rubric(rubric=rubric, owner=person, question=question)
    except Problem as problem:
        status = 422 if isinstance(problem, NoTarget) else 409
        return shown(request, rubric, question=rubric.question, problem=problem, status=status)
    if made.question is None:
        messages.success(request, _("Copied into your library. Changes there do not touch the original."))
        return redirect("rubric", rubric_id=made.pk)
    messages.success(request, _("The question has this rubric now. Changes here do not touch the original."))
    return redirect("question_rubric", question_id=made.question.pk)


def question_named(person: User, target: str) -> Question:
    """Return the question a form names; raises `NoTarget` for one that is absent or not theirs."""
    number = whole_number(target)
    try:
        if number is not None:
            return access_question_with_rubric(person, question_id=number)
    except Refused:
        pass
    raise NoTarget(_("Choose the question that gets this rubric."))
