"""The editor, wherever it stands: a grid that its buttons change, saved at the end as a whole."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.models import Question
from edu_crowd.people.acting import acting
from edu_crowd.shared import once
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from rubrics import services
from rubrics.changes import changes_between
from rubrics.checking import LONGEST_DESCRIPTOR, LONGEST_LABEL, LONGEST_TITLE, Fault, check
from rubrics.editor import (
    MOST_CRITERIA,
    MOST_LEVELS,
    TypedCriterion,
    TypedLevel,
    TypedRubric,
    changed_by,
    fields_of,
    typed_in,
)
from rubrics.models import Criterion, Rubric
from rubrics.queries import criteria_of, current_rubric, fingerprint, specs_of, versions_of

SAVE, VERSION, CHECK = "save", "version", "check"


@dataclass(kw_only=True)
class Place:
    """Where an editor stands: at a question, or in a library; `rubric` is the newest version, None before the first."""

    question: Question | None
    rubric: Rubric | None
    address: str  # of the page without the editor
    start: str = ""

    @property
    def name(self) -> str:
        """What the text typed here is kept under."""
        return f"rubric {self.address} {self.start}"

    @property
    def form_address(self) -> str:
        return f"{self.address}?start={self.start}" if self.start else f"{self.address}?edit"

    @property
    def leaving_address(self) -> str:
        """Where what was typed is forgotten."""
        return f"{self.form_address}&as-it-is"

    @property
    def makes_version(self) -> bool:
        return self.rubric is not None and self.rubric.pinned_at is not None

    def look_again(self) -> None:
        """Read what somebody else wrote meanwhile."""
        if self.question is not None:
            self.rubric = current_rubric(self.question)
        elif self.rubric is not None:
            self.rubric = versions_of(self.rubric)[0]


def edit(request: HttpRequest, place: Place, fresh: TypedRubric) -> HttpResponse:
    """Show the editor, or do what its button says."""
    if request.method != "POST":
        typed = kept(request, place.name)
        return show(request, place, typed_in(typed) if typed else fresh, is_kept=typed is not None)
    typed_now, button = typed_in(request.POST), request.POST.get("do", "")
    if button in (SAVE, VERSION):
        return save(request, place, typed_now)
    if button == CHECK:
        faults = check(typed_now)[1]
        return show(request, place, typed_now, faults=faults, status=422 if faults else 200)
    try:
        go_on_at = changed_by(typed_now, button)
    except Problem as problem:
        return show(request, place, typed_now, problem=problem, status=422)
    return show(request, place, typed_now, go_on_at=go_on_at or "")


def save(request: HttpRequest, place: Place, typed: TypedRubric) -> HttpResponse:
    """Save what was typed, if it is complete and nobody saved meanwhile; else show it again."""
    specs, faults = check(typed)
    if faults:
        return show(request, place, typed, faults=faults, status=422)
    imported = "imported" in request.POST
    as_version = request.POST["do"] == VERSION
    saved = place.rubric
    try:
        if saved is None:
            if made := once.made_before(request, Rubric):
                forget(request, place.name)
                messages.info(request, once.saved_already())
                return redirect("rubric", rubric_id=made.pk)
            saved = services.create_rubric(
                owner=acting(request), title=typed.title, criteria=specs, question=place.question, imported=imported
            )
            once.remember_made(request, saved)
        elif typed.base == fingerprint(saved) and _says_the_same(saved, typed.title, specs):
            forget(request, place.name)
            messages.info(request, _("Nothing was changed."))
            return redirect(place.address)
        elif as_version:
            saved = services.new_version(
                rubric=saved, by=acting(request), title=typed.title, criteria=specs, base=typed.base, imported=imported
            )
        else:
            services.edit_rubric(rubric=saved, title=typed.title, criteria=specs, base=typed.base, imported=imported)
    except (services.RubricChanged, services.RubricExists) as problem:
        place.look_again()
        typed.base = fingerprint(place.rubric)
        return show(request, place, typed, problem=problem, other=place.rubric, status=409)
    except once.SavedOtherwise as problem:
        return show(request, place, typed, problem=problem, status=409)
    except services.RubricPinned as problem:
        place.look_again()
        return show(request, place, typed, problem=problem, status=409)
    except Problem as problem:
        return show(request, place, typed, problem=problem, status=422)
    forget(request, place.name)
    if as_version and place.rubric is not None:
        messages.success(request, _("Saved as version %(version)s.") % {"version": saved.version})
    else:
        messages.success(request, _("The rubric was saved."))
    if place.question is None:
        return redirect("rubric", rubric_id=saved.pk)
    return redirect(place.address)


def _says_the_same(rubric: Rubric, title: str, specs: list[Any]) -> bool:
    return rubric.title == title and not changes_between(specs_of(rubric), specs)


def show(
    request: HttpRequest,
    place: Place,
    typed: TypedRubric,
    *,
    faults: list[Fault] | None = None,
    problem: Problem | None = None,
    other: Rubric | None = None,
    go_on_at: str = "",
    is_kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show the grid; what came by POST is kept until it is saved or left."""
    if request.method == "POST":
        keep(request, place.name, fields_of(typed))
    context = {
        "place": place,
        "question": place.question,
        "rubric": place.rubric,
        "typed": typed,
        "faults": faults or [],
        "problem": problem,
        "other": other,
        "other_criteria": criteria_of([other]) if other else None,
        "go_on_at": go_on_at,
        "is_unsaved": is_kept or request.method == "POST",
        "scales": Criterion.Scale.choices,
        "blank_criterion": blank_criterion(),
        "longest": {"title": LONGEST_TITLE, "label": LONGEST_LABEL, "descriptor": LONGEST_DESCRIPTOR},
        "most": {"criteria": MOST_CRITERIA, "levels": MOST_LEVELS},
        "form_key": None if place.rubric or place.question else once.form_key(request),
        "language": place.question.language if place.question else "",
    }
    return render(request, "rubrics/rubric/edit.html", context, status=status)


def blank_criterion() -> TypedCriterion:
    """Return the pattern that the page's script makes criteria and levels of."""
    return TypedCriterion("c-new", levels=[TypedLevel("c-new-l-0"), TypedLevel("c-new-l-1")])
