"""A rubric as a file: sent, and taken back after a look at what it would change."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared.access import opens, signed_in
from edu_crowd.shared.errors import Problem, Refused
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import clean_text, whole_number
from rubrics import workbook
from rubrics.changes import changes_between
from rubrics.checking import check
from rubrics.editor import TypedRubric, fields_of, typed_of_rubric
from rubrics.models import Rubric
from rubrics.permissions import access_question_with_rubric, access_rubric
from rubrics.queries import current_rubric, specs_of, versions_of
from rubrics.starting import title_for
from rubrics.views.editing import Place
from rubrics.views.question import place_of
from rubrics.workbook_in import UnreadableRubric, read


@opens(access_rubric)
@takes("GET")
def download(request: HttpRequest, rubric: Rubric) -> HttpResponse:
    response = HttpResponse(workbook.written(rubric), content_type=workbook.CONTENT_TYPE)
    name = workbook.file_name(rubric)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response


@opens(signed_in)
@takes("GET", "POST")
def upload(request: HttpRequest, person: User) -> HttpResponse:
    """Take a file and show what it would make; the editor's own form then saves it, or lets it be changed first."""
    place = place_named(request, person)
    if request.method != "POST":
        return ask(request, place)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise UnreadableRubric(_("Choose a file."))
        current = typed_of_rubric(place.rubric) if place.rubric else TypedRubric(title=title_of(place))
        incoming = read(clean_text(sent.name or ""), sent.read(), current=current)
    except Problem as problem:
        return ask(request, place, problem=problem, status=422)
    specs, faults = check(incoming.typed)
    faults = sorted([*incoming.faults, *faults], key=lambda fault: fault.row or 0)
    before = specs_of(place.rubric) if place.rubric else None
    context = {
        "place": place,
        "question": place.question,
        "rubric": place.rubric,
        "file_name": sent.name,
        "typed": incoming.typed,
        "fields": fields_of(incoming.typed),
        "criteria": incoming.typed.criteria if faults else specs,
        "faults": faults,
        "notes": incoming.notes,
        "changes": changes_between(before, specs) if before is not None and not faults else None,
        "language": place.question.language if place.question else "",
    }
    return render(request, "rubrics/rubric/upload.html", context, status=422 if faults else 200)


def title_of(place: Place) -> str:
    return title_for(place.question) if place.question else ""


def place_named(request: HttpRequest, person: User) -> Place:
    """Return where the file goes: `?question=`, `?rubric=` of the library, or a new one there."""
    try:
        if asked := request.GET.get("question"):
            question = access_question_with_rubric(person, question_id=number_in(asked))
            return place_of(question, current_rubric(question), start="empty")
        if asked := request.GET.get("rubric"):
            rubric = access_rubric(person, rubric_id=number_in(asked))
            if rubric.question is not None:
                return place_of(rubric.question, current_rubric(rubric.question), start="empty")
            newest = versions_of(rubric)[0]
            return Place(question=None, rubric=newest, address=reverse("rubric", args=[newest.pk]))
    except Refused:
        raise Http404 from None
    return Place(question=None, rubric=None, address=reverse("rubric_new"), start="empty")


def number_in(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise Refused
    return number


def ask(request: HttpRequest, place: Place, *, problem: Problem | None = None, status: int = 200) -> HttpResponse:
    context = {"place": place, "question": place.question, "rubric": place.rubric, "problem": problem}
    return render(request, "rubrics/rubric/upload.html", context, status=status)
