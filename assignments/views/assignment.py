"""An assignment begun, closed and put away; the page of its questions lives with the rubrics that it names."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.forms.assignment import NewAssignmentForm
from assignments.models import Assignment, Course
from assignments.permissions import access_assignment_as_teacher, access_course_as_teacher
from assignments.services import assignment as assignments
from assignments.views.typed import forget, remember, remembered
from edu_crowd.shared import once
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes

# Where a teacher may come from who stops taking papers.
LEADS_BACK = ("release", "assignment_edit")


@opens(access_course_as_teacher)
@takes("GET", "POST")
def new(request: HttpRequest, course: Course) -> HttpResponse:
    """Begin a draft."""
    name = f"assignment_new {course.pk}"
    form = NewAssignmentForm(request.POST if request.method == "POST" else None, course=course)
    problem = None
    if request.method == "POST":
        if form.is_valid():
            try:
                if made := once.made_before(request, Assignment):
                    messages.info(request, once.saved_already())
                    return redirect("assignment_edit", assignment_id=made.pk)
                assignment = assignments.create_assignment(course=course, **form.cleaned_data)
            except Problem as refused:
                problem = refused
            else:
                forget(request, name)
                once.remember_made(request, assignment)
                messages.success(request, _("The draft is saved. Now add its questions."))
                return redirect("assignment_edit", assignment_id=assignment.pk)
        remember(request, name)
    elif (typed := remembered(request, name)) is not None:
        form = NewAssignmentForm(course=course, initial=typed.dict())
    context = {"course": course, "form": form, "problem": problem, "form_key": once.form_key(request)}
    refused_as = 409 if isinstance(problem, once.SavedOtherwise) else 422
    status = refused_as if request.method == "POST" else 200
    return render(request, "assignments/assignment/new.html", context, status=status)


@opens(access_assignment_as_teacher)
@posted_from("release")
def close(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Take no more papers."""
    try:
        assignments.close(assignment=assignment, now=timezone.now())
    except Problem as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("No more papers are taken."))
    back = request.POST.get("next")
    return redirect(back if back in LEADS_BACK else LEADS_BACK[0], assignment_id=assignment.pk)


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def archive(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Say that archiving is for good, then do it."""
    problem = None
    if request.method == "POST":
        try:
            assignments.archive(assignment=assignment)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The assignment is archived."))
            return redirect("assignment_edit", assignment_id=assignment.pk)
    context = {"assignment": assignment, "problem": problem}
    return render(request, "assignments/assignment/archive.html", context, status=409 if problem else 200)
