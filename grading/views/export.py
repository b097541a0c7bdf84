"""A gradebook as a file: asked for, watched, downloaded."""

import re
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.files import send
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.zones import render_there
from grading.models import Export
from grading.permissions import access_export
from grading.services import export as service

HTML, JSON = "text/html", "application/json"
CONTENT_TYPES = {
    Export.Kind.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Export.Kind.CSV: ("csv", "text/csv; charset=utf-8"),
    Export.Kind.SHEETS: ("csv", "text/csv; charset=utf-8"),
}


@opens(access_assignment_as_teacher)
@posted_from("gradebook")
def ask(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    kind = request.POST.get("kind", Export.Kind.XLSX)
    if kind == Export.Kind.CSV and (request.POST.get("which") or request.GET.get("which")) == "sheets":
        kind = Export.Kind.SHEETS
    try:
        export = service.ask_for(assignment=assignment, by=acting(request), kind=kind, now=timezone.now())
    except service.UnknownKind as problem:
        messages.error(request, str(problem))
        return redirect("gradebook", assignment_id=assignment.pk)
    return redirect("export", export_id=export.pk)


@opens(access_export)
@takes("GET")
def show(request: HttpRequest, export: Export) -> HttpResponse:
    """Show how far the file is; to the page's own script, in figures."""
    context = {"export": export, "assignment": export.assignment, "said": said(export)}
    if request.get_preferred_type([HTML, JSON]) == JSON:
        response: HttpResponse = JsonResponse(as_json(export))
    else:
        zone = export.assignment.course.time_zone
        response = render_there(request, "grading/export/export.html", context, zone=zone)
    patch_vary_headers(response, ["Accept"])
    return response


def as_json(export: Export) -> dict[str, Any]:
    return {
        "state": export.state,
        "rows_done": export.rows_done,
        "rows_total": export.rows_total,
        "said": said(export),
    }


def said(export: Export) -> str:
    """Return in a sentence how far the file is, while it is under way."""
    if export.state == Export.State.WAITING:
        return _("It waits for its turn. That takes a few seconds, unless other files come first.")
    if export.rows_total == 0:
        return _("It is being begun.")
    if export.rows_done >= export.rows_total:
        return _("All rows are in. The file is being packed.")
    counts = {"done": number_format(export.rows_done, use_l10n=True, force_grouping=True)}
    counts["total"] = number_format(export.rows_total, use_l10n=True, force_grouping=True)
    return _("%(done)s of %(total)s rows are written.") % counts


@opens(access_export)
@takes("GET")
def file(request: HttpRequest, export: Export) -> HttpResponseBase:
    """Send the file; where there is none (yet, or any more) lead to the page that says why."""
    if export.state == Export.State.DONE and export.file:
        ending, content_type = CONTENT_TYPES[Export.Kind(export.kind)]
        with suppress(Http404):
            return send(export.file, name=name_of(export, ending), content_type=content_type)
    return redirect("export", export_id=export.pk)


def name_of(export: Export, ending: str) -> str:
    """Return the title of the assignment and the day in the course's zone, without what a file system takes ill."""
    day = timezone.localtime(export.done_at, ZoneInfo(export.assignment.course.time_zone)).date().isoformat()
    title = re.sub(r"[^\w().+-]+", "_", export.assignment.title).strip("._-")[:80]
    return f"{title or 'gradebook'}-{day}.{ending}"
