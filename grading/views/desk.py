"""The desk: one script, its rubric, and what was typed so far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import clean_text, whole_number
from grading.models import Allocation, Round
from grading.permissions import access_desk
from grading.queries.desk import Typed, draft_of, newest_sheet, questions_on
from grading.queries.flag import open_call
from grading.services.flag import LONGEST_NOTE, NoteRefused
from grading.services.mark import DraftConflict, SheetConflict
from grading.services.script import SheetIncomplete

LEVEL, COMMENT = "level-", "comment-"


@dataclass(frozen=True, kw_only=True)
class TypedOn:
    """What a form holds, and which draft version it was typed on."""

    typed: Typed
    draft_version: int
    client_mark_id: str
    changes_sealed: bool = False
    sheet_version: int | None = None  # the sealed sheet that a change is based on
    note: str = ""  # for the teacher, not sent yet


@opens(access_desk)
@takes("GET")
def show(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Show the form; what is sealed is read only, until its grader asks to change it."""
    if "as-it-is" in request.GET:
        forget(request, name_of(allocation))
    if allocation.state != Allocation.State.SEALED:
        return page_of(request, allocation, stored(request, allocation))
    unsealed = kept(request, name_of(allocation))
    if unsealed and "change" in unsealed:
        return page_of(request, allocation, typed_in(unsealed))
    sheet = newest_sheet(allocation)
    typed = Typed.of_sheet(sheet) if sheet else Typed()
    if "change" in request.GET:
        form = replace(fresh(typed, 0), changes_sealed=True, sheet_version=sheet.version if sheet else None)
        return page_of(request, allocation, form)
    context = {
        "allocation": allocation,
        "questions": questions_on(allocation.script, typed),
        "typed": typed,
        "may_change": may_change(allocation),
    }
    return render(request, "grading/desk/sealed.html", context)


def may_change(allocation: Allocation) -> bool:
    """Whether it is worth offering; the service decides. It tells nothing about what others made of the script."""
    return allocation.script.round.state in (Round.State.OPEN, Round.State.CLOSING)


def fresh(typed: Typed, draft_version: int) -> TypedOn:
    return TypedOn(typed=typed, draft_version=draft_version, client_mark_id=uuid4().hex)


def stored(request: HttpRequest, allocation: Allocation) -> TypedOn:
    """Return what was typed last: into a form that was refused, unless a draft was saved since."""
    draft = draft_of(allocation)
    version = draft.version if draft else 0
    refused = kept(request, name_of(allocation))
    if refused and typed_in(refused).draft_version == version:
        return typed_in(refused)
    return fresh(Typed.of_draft(draft) if draft else Typed(), version)


def name_of(allocation: Allocation) -> str:
    return f"desk {allocation.public_id}"


def again(request: HttpRequest, allocation: Allocation, problem: Problem, *, status: int = 409) -> HttpResponse:
    """Show a refused form with everything typed, and beside it what another window saved or sealed."""
    form = typed_in(request.POST)
    allocation.refresh_from_db()
    other = None
    if isinstance(problem, DraftConflict):
        other = Typed.of_draft(problem.current)
        form = replace(form, draft_version=problem.current.version)
    elif isinstance(problem, SheetConflict):
        other = Typed.of_sheet(problem.current)
        form = replace(form, sheet_version=problem.current.version)
    elif (
        allocation.state == Allocation.State.SEALED and not form.changes_sealed and (sheet := newest_sheet(allocation))
    ):
        other = Typed.of_sheet(sheet)
        form = replace(form, client_mark_id=uuid4().hex, changes_sealed=True, sheet_version=sheet.version)
    return page_of(request, allocation, form, problem=problem, other=other, status=status)


def page_of(
    request: HttpRequest,
    allocation: Allocation,
    form: TypedOn,
    *,
    problem: Problem | None = None,
    other: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the desk; what came by POST is kept until it is saved or sealed."""
    if request.method == "POST":
        keep(request, name_of(allocation), fields_of(form))
    questions = questions_on(allocation.script, form.typed)
    incomplete = isinstance(problem, SheetIncomplete)
    context: dict[str, Any] = {
        "allocation": allocation,
        "form": form,
        "questions": questions,
        "missing": [one.criterion for item in questions for one in item.criteria if incomplete and not one.chosen],
        "other": questions_on(allocation.script, other) if other else None,
        "other_typed": other,
        "may_seal": not form.changes_sealed or may_change(allocation),
        "problem": problem,
        "call": open_call(allocation),
        "is_calling": isinstance(problem, NoteRefused),
        "longest_note": LONGEST_NOTE,
        "skip_reasons": Allocation.SkipReason.choices,
        "lease_is_over": allocation.lease_ends_at is not None and allocation.lease_ends_at < timezone.now(),
    }
    return render(request, "grading/desk/desk.html", context, status=status)


def typed_in(data: Mapping[str, str]) -> TypedOn:
    """Read a desk's form: `level-<criterion>`, `comment-<criterion>` and what belongs to the whole."""
    typed = Typed(
        levels={
            as_number(name.removeprefix(LEVEL)): as_number(value)
            for name, value in data.items()
            if name.startswith(LEVEL) and name.removeprefix(LEVEL).isdecimal()
        },
        comments={
            as_number(name.removeprefix(COMMENT)): clean_text(str(value))
            for name, value in data.items()
            if name.startswith(COMMENT) and name.removeprefix(COMMENT).isdecimal()
        },
        comment=clean_text(data.get("comment", "")),
        active_ms=as_number(data.get("active_ms")),
    )
    return TypedOn(
        typed=typed,
        draft_version=as_number(data.get("draft_version")),
        client_mark_id=clean_text(data.get("client_mark_id", ""))[:64] or uuid4().hex,
        changes_sealed="change" in data,
        sheet_version=as_number(data.get("sheet_version")) or None,
        note=clean_text(data.get("note", "")),
    )


def fields_of(form: TypedOn) -> dict[str, str]:
    """Return the fields from which `typed_in` reads this form."""
    return {
        **{f"{LEVEL}{criterion}": str(level) for criterion, level in form.typed.levels.items()},
        **{f"{COMMENT}{criterion}": text for criterion, text in form.typed.comments.items()},
        "comment": form.typed.comment,
        "active_ms": str(form.typed.active_ms),
        "draft_version": str(form.draft_version),
        "client_mark_id": form.client_mark_id,
        **({"change": "1"} if form.changes_sealed else {}),
        **({"sheet_version": str(form.sheet_version)} if form.sheet_version else {}),
        **({"note": form.note} if form.note else {}),
    }


def as_number(value: object) -> int:
    """Read a number that our own form wrote; whatever else came is 0."""
    return min(whole_number(value) or 0, 2**31 - 1)
