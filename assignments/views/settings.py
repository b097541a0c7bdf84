"""The settings of an assignment; what can no longer be changed is shown as text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assignments.forms.assignment import SettingsForm, named
from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from assignments.queries.assignment import fields_open_to_change
from assignments.services.settings import SET, edit_assignment
from assignments.views.typed import forget, remember, remembered
from edu_crowd.shared import drawn
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import takes
from edu_crowd.shared.templatetags.numbers import points

GROUPS = {
    "words": ("title", "instructions"),
    "times": ("opens_at", "due_at", "late_rule", "late_percent_per_day", "late_days", "cooling_minutes"),
    "writing": ("attempts", "time_limit_minutes"),
    "report": ("reporting", "report_step"),
}


@dataclass(frozen=True)
class Setting:
    """One setting: a field of the form, or its value in words where it stays as it is."""

    name: str
    label: str
    field: BoundField | None
    value: str


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def settings(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Show the settings, or change them."""
    now = timezone.now()
    open_fields = fields_open_to_change(assignment, now=now)
    name = f"assignment_settings {assignment.pk}"
    if request.method != "POST":
        typed = remembered(request, name)
        form = SettingsForm(typed, assignment=assignment, open_fields=open_fields, again=True)
        return show(request, assignment, form, base=typed.get(drawn.FIELD) if typed else None)
    action = request.POST.get("action", "")
    form = SettingsForm(request.POST, assignment=assignment, open_fields=open_fields, again=bool(action))
    if action and form.change_rows(action):
        return show(request, assignment, form)
    remember(request, name)
    if not form.is_valid():
        return show(request, assignment, form, status=422)
    try:
        edit_assignment(assignment=assignment, changes=form.changes(), now=now, base=request.POST.get(drawn.FIELD))
    except drawn.ChangedMeanwhile as problem:
        return show(request, assignment, form, problem=problem, status=409)
    except Problem as problem:
        return show(request, assignment, form, problem=problem, status=422)
    forget(request, name)
    messages.success(request, _("The settings are saved."))
    return redirect("assignment_settings", assignment_id=assignment.pk)


def show(
    request: HttpRequest,
    assignment: Assignment,
    form: SettingsForm,
    *,
    problem: Problem | None = None,
    base: str | None = None,
    status: int = 200,
) -> HttpResponse:
    meanwhile = problem.fields if isinstance(problem, drawn.ChangedMeanwhile) else []
    if not meanwhile:
        base = base or request.POST.get(drawn.FIELD)
    groups = {
        group: [
            Setting(
                name=name,
                label=str(named(name)),
                field=form[name] if name in form.fields else None,
                value=in_words(assignment, name),
            )
            for name in names
        ]
        for group, names in GROUPS.items()
    }
    context: dict[str, Any] = {
        "assignment": assignment,
        "form": form,
        "groups": groups,
        "bands": assignment.bands if isinstance(assignment.bands, list) else [],
        "problem": problem,
        "meanwhile": [(named(name), in_words(assignment, name)) for name in meanwhile],
        "drawn_from": base or drawn.fingerprint(assignment, SET),
        "is_draft": assignment.state == Assignment.State.DRAFT,
    }
    return render(request, "assignments/assignment/settings.html", context, status=status)


def in_words(assignment: Assignment, name: str) -> str:
    value = getattr(assignment, name)
    if value is None:
        return _("none")
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(assignment.course.time_zone))
        return f"{date_format(local, 'DATETIME_FORMAT')} ({assignment.course.time_zone})"
    if name == "bands":
        return "\n".join(f"{one['label']}: {one['from']}" for one in value)
    if name in ("late_rule", "reporting"):
        return str(getattr(assignment, f"get_{name}_display")())
    return points(value) if name in ("late_percent_per_day", "report_step") else str(value)
