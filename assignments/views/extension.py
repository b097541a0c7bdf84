"""More time for single students."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.forms.extension import ExtensionForm
from assignments.models import Assignment, Extension
from assignments.permissions import access_assignment_as_teacher, access_extension
from assignments.queries.extension import extensions_of, hangs_on, students_of
from assignments.services.extension import extend, withdraw_extension
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import whole_number


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def extensions(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """List who has more time, and give more time to somebody."""
    students = students_of(assignment.course)
    if request.method != "POST":
        chosen = extensions_of(assignment).filter(pk=whole_number(request.GET.get("change")) or 0).first()
        return show(request, assignment, ExtensionForm(assignment=assignment, students=students, extension=chosen))
    form = ExtensionForm(request.POST, assignment=assignment, students=students)
    if not form.is_valid():
        return show(request, assignment, form, status=422)
    student = form.cleaned_data["student"]
    try:
        extend(
            assignment=assignment,
            enrolment=student,
            due_at=form.cleaned_data["due_at"],
            extra_minutes=form.cleaned_data["extra_minutes"] or 0,
        )
    except Problem as problem:
        return show(request, assignment, form, problem=problem, status=422)
    messages.success(request, _("%(name)s has more time now.") % {"name": student})
    return redirect("extensions", assignment_id=assignment.pk)


@opens(access_extension)
@takes("GET", "POST")
def delete(request: HttpRequest, extension: Extension) -> HttpResponse:
    """Say what hangs on an extension, then take it away."""
    if request.method == "POST":
        withdraw_extension(extension=extension)
        messages.success(request, _("%(name)s has the same time as all others again.") % {"name": extension.enrolment})
        return redirect("extensions", assignment_id=extension.assignment_id)
    paper, is_late_without = hangs_on(extension)
    context = {
        "assignment": extension.assignment,
        "extension": extension,
        "paper": paper,
        "is_late_without": is_late_without,
    }
    return render(request, "assignments/extension/delete.html", context)


def show(
    request: HttpRequest,
    assignment: Assignment,
    form: ExtensionForm,
    *,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    search = request.GET.get("q", "")
    context = {
        "assignment": assignment,
        "form": form,
        "page": page_of(request, extensions_of(assignment, search=search)),
        "search": search,
        "problem": problem,
    }
    return render(request, "assignments/extension/list.html", context, status=status)
