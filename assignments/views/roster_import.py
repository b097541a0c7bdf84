"""A roster from a file: looked at first, written when somebody says so."""

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.importers.columns import HEADINGS, MAX_MEGABYTES, MAX_ROWS, read_roster
from assignments.importers.roster import plan
from assignments.models import Course
from assignments.permissions import access_course_as_teacher
from assignments.services.roster import import_roster
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import takes
from edu_crowd.shared.tables import Row, Table

SLOT = "roster_file"
# Of each list the page shows so many; the counts above tell the rest.
SHOWN = 200


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx", "class": "form-control"}),
    )


@opens(access_course_as_teacher)
@takes("GET", "POST")
def look(request: HttpRequest, course: Course) -> HttpResponse:
    """Take a file and show what it would do; write it; or forget it."""
    if request.method != "POST":
        return show(request, course)
    action = request.POST.get("action")
    if action == "import":
        return write(request, course)
    if action == "forget":
        forget_file(request)
        return redirect("roster_import", course_id=course.pk)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, course, form=form, status=422)
    uploaded = form.cleaned_data["file"]
    try:
        table = read_roster(uploaded.name[:100], uploaded.read(MAX_MEGABYTES * 2**20 + 1))
    except Problem as problem:
        return show(request, course, problem=problem, status=422)
    keep_file(request, course, table)
    return redirect("roster_import", course_id=course.pk)


def write(request: HttpRequest, course: Course) -> HttpResponse:
    """Write what was shown; where the roster would now become another, show that instead."""
    table = kept_file(request, course)
    if table is None:
        messages.info(request, _("There is no file to import any more. Choose it again."))
        return redirect("roster_import", course_id=course.pk)
    planned = plan(course, table)
    if request.POST.get("fingerprint") != planned.fingerprint:
        changed = Problem(_("The roster has changed meanwhile. Look at what would happen now, then import."))
        return show(request, course, problem=changed, status=409)
    try:
        done = import_roster(course=course, plan_shown=planned, leave_out_problems="leave_out" in request.POST)
    except Problem as problem:
        return show(request, course, problem=problem, status=409)
    forget_file(request)
    added = ngettext("%(count)s student added.", "%(count)s students added.", done.new) % {"count": done.new}
    changed_ = ngettext("%(count)s changed.", "%(count)s changed.", done.changed) % {"count": done.changed}
    left = ngettext("%(count)s row left out.", "%(count)s rows left out.", done.left_out) % {"count": done.left_out}
    messages.success(request, " ".join([added, changed_, *([left] if done.left_out else [])]))
    return redirect("roster", course_id=course.pk)


@opens(access_course_as_teacher)
@takes("GET")
def template(request: HttpRequest, course: Course) -> HttpResponse:
    """Hand out an empty roster file, with a byte order mark, by which a spreadsheet knows its encoding."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="roster.csv"'
    csv.writer(response).writerow([str(heading) for heading in HEADINGS.values()])
    return response


def show(
    request: HttpRequest,
    course: Course,
    *,
    form: FileForm | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    table = kept_file(request, course)
    planned = plan(course, table) if table else None
    context: dict[str, Any] = {
        "course": course,
        "form": form or FileForm(),
        "file": table.name if table else None,
        "plan": planned,
        "shown": SHOWN,
        "shown_slice": f":{SHOWN}",
        "limit": {"megabytes": MAX_MEGABYTES, "rows": MAX_ROWS},
        "problem": problem,
    }
    return render(request, "assignments/roster/import.html", context, status=status)


def keep_file(request: HttpRequest, course: Course, table: Table) -> None:
    """Keep the recognised columns of a file until it is imported: at most 5,000 short rows."""
    rows = [[row.number, *row.cells] for row in table.rows]
    request.session[SLOT] = {
        "course": course.pk,
        "name": table.name,
        "columns": list(table.columns),
        "rows": rows,
        "notes": list(table.notes),
    }


def kept_file(request: HttpRequest, course: Course) -> Table | None:
    slot = request.session.get(SLOT)
    if not slot or slot["course"] != course.pk:
        return None
    rows = tuple(Row(number, tuple(cells)) for number, *cells in slot["rows"])
    return Table(slot["name"], tuple(slot["columns"]), rows, tuple(slot["notes"]))


def forget_file(request: HttpRequest) -> None:
    request.session.pop(SLOT, None)
