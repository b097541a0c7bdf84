"""The desk: one script, its rubric, and what was typed so far."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import clean_text
from grading.models import Allocation, MarkDraft, Round
from grading.permissions import access_desk
from grading.queries.desk import Typed, draft_of, newest_sheet, questions_on

LEVEL, COMMENT = "level-", "comment-"


@dataclass(frozen=True, kw_only=True)
class TypedOn:
    """What a form holds, and which draft version it was typed on."""

    typed: Typed
    draft_version: int
    client_mark_id: str
    changes_sealed: bool = False


@opens(access_desk)
@require_GET
def show(request: HttpRequest, allocation: Allocation) -> HttpResponse:
    """Show the form; what is sealed is read only, until its grader asks to change it."""
    changes = "change" in request.GET
    if allocation.state != Allocation.State.SEALED:
        draft = draft_of(allocation)
        typed = Typed.of_draft(draft) if draft else Typed()
        return page_of(request, allocation, fresh(typed, draft.version if draft else 0))
    sheet = newest_sheet(allocation)
    typed = Typed.of_sheet(sheet) if sheet else Typed()
    if changes:
        return page_of(request, allocation, fresh(typed, 0, changes_sealed=True))
    context = {
        "allocation": allocation,
        "questions": questions_on(allocation.script, typed),
        "typed": typed,
        "may_change": may_change(allocation),
    }
    return render(request, "grading/desk/sealed.html", context)


def may_change(allocation: Allocation) -> bool:
    """Whether it is worth offering; the service decides."""
    script = allocation.script
    return script.settled_at is None and script.round.state in (Round.State.OPEN, Round.State.CLOSING)


def fresh(typed: Typed, draft_version: int, *, changes_sealed: bool = False) -> TypedOn:
    return TypedOn(typed=typed, draft_version=draft_version, client_mark_id=uuid4().hex, changes_sealed=changes_sealed)


def page_of(
    request: HttpRequest,
    allocation: Allocation,
    form: TypedOn,
    *,
    problem: Problem | None = None,
    other: MarkDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the desk with everything typed, and beside it what another window saved."""
    context: dict[str, Any] = {
        "allocation": allocation,
        "form": form,
        "questions": questions_on(allocation.script, form.typed),
        "other": questions_on(allocation.script, Typed.of_draft(other)) if other else None,
        "other_draft": other,
        "problem": problem,
        "skip_reasons": Allocation.SkipReason.choices,
        "lease_is_over": allocation.lease_ends_at is not None and allocation.lease_ends_at < timezone.now(),
    }
    return render(request, "grading/desk/desk.html", context, status=status)


def typed_in(data: QueryDict) -> TypedOn:
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
    )


def as_number(value: object) -> int:
    """Read a number that our own form wrote; whatever else came is 0."""
    text = str(value)
    return min(int(text), 2**31 - 1) if text.isascii() and text.isdecimal() and len(text) < 20 else 0


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
