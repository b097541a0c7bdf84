"""An assignment as its teacher writes it: the page says which questions have no rubric, so it lives here."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.forms.assignment import CopyForm, ReopenForm
from assignments.models import Assignment, Course, Question
from assignments.permissions import access_assignment_as_teacher
from assignments.queries.assignment import missing_for_publication, papers_begun, student_count
from assignments.queries.question import lines_of
from assignments.queries.submission import cooling_of
from assignments.services import assignment as assignments
from assignments.services.state import WrongTimes
from edu_crowd.shared.access import objects_with_right, opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import render_text
from rubrics.queries import without_rubric

State = Assignment.State


@opens(access_assignment_as_teacher)
@takes("GET")
def edit(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    return show(request, assignment)


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def publish(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Say what publishing means, then do it."""
    if request.method == "POST":
        try:
            assignments.publish(assignment=assignment, now=timezone.now())
        except assignments.Incomplete:
            return ask_to_publish(request, assignment, status=409)  # the page lists what is missing
        except Problem as problem:
            return ask_to_publish(request, assignment, problem=problem, status=409)
        messages.success(request, _("The assignment is published."))
        return redirect("assignment_edit", assignment_id=assignment.pk)
    return ask_to_publish(request, assignment)


@opens(access_assignment_as_teacher)
@posted_from("assignment_edit")
def reopen(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Take papers again, until a new due time."""
    form = ReopenForm(request.POST, course=assignment.course, prefix="reopen")
    if not form.is_valid():
        return show(request, assignment, reopen_form=form, status=422)
    try:
        assignments.reopen(assignment=assignment, due_at=form.cleaned_data["due_at"], now=timezone.now())
    except WrongTimes as problem:
        form.add_error("due_at", str(problem))
        return show(request, assignment, reopen_form=form, status=422)
    except Problem as problem:
        return show(request, assignment, reopen_form=form, problem=problem, status=409)
    messages.success(request, _("Papers are taken again."))
    return redirect("assignment_edit", assignment_id=assignment.pk)


@opens(access_assignment_as_teacher)
@posted_from("assignment_edit")
def copy(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Write a draft like this one, here or in another course of the teacher."""
    form = copy_form(request, assignment, request.POST)
    if not form.is_valid():
        return show(request, assignment, copy_form_=form, status=422)
    course = form.courses[form.cleaned_data["course"]]
    try:
        draft = assignments.copy_assignment(assignment=assignment, course=course, title=form.cleaned_data["title"])
    except Problem as problem:
        return show(request, assignment, copy_form_=form, problem=problem, status=422)
    messages.success(
        request,
        _(
            "This is the copy, without times. Rubrics stay with the questions of the original; copy them from the"
            " library page."
        ),
    )
    return redirect("assignment_edit", assignment_id=draft.pk)


def copy_form(request: HttpRequest, assignment: Assignment, data: Any = None) -> CopyForm:
    courses = objects_with_right(request.user, "manage_course", Course).filter(archived_at=None).order_by("title", "pk")
    title = _("%(title)s (copy)") % {"title": assignment.title}
    initial = {"title": title[:200], "course": str(assignment.course_id)}
    return CopyForm(data, courses=courses, initial=initial, prefix="copy")


def show(
    request: HttpRequest,
    assignment: Assignment,
    *,
    reopen_form: Form | None = None,
    copy_form_: Form | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    lines = lines_of(assignment)
    context = {
        "assignment": assignment,
        "instructions": render_text(assignment.instructions, language=assignment.course.language),
        "lines": lines,
        "total": sum(line.question.points for line in lines),
        "kinds": Question.Kind.choices,
        "is_draft": assignment.state == State.DRAFT,
        "missing": missing_for_publication(assignment, now=now) if assignment.state == State.DRAFT else [],
        "words_open": assignment.state == State.PUBLISHED and not papers_begun(assignment),
        "without_rubric": without_rubric(assignment),
        "cooling": cooling_of(assignment, now=now) if assignment.state == State.CLOSED else None,
        "extended": assignment.extensions.count(),
        "reopen_form": reopen_form or ReopenForm(course=assignment.course, prefix="reopen"),
        "copy_form": copy_form_ or copy_form(request, assignment),
        "problem": problem,
        "now": now,
    }
    return render(request, "rubrics/assignment/edit.html", context, status=status)


def ask_to_publish(
    request: HttpRequest, assignment: Assignment, *, problem: Problem | None = None, status: int = 200
) -> HttpResponse:
    is_draft = assignment.state == State.DRAFT
    context = {
        "assignment": assignment,
        "is_draft": is_draft,
        "missing": missing_for_publication(assignment, now=timezone.now()) if is_draft else [],
        "without_rubric": without_rubric(assignment) if is_draft else [],
        "students": student_count(assignment.course),
        "question_count": assignment.questions.count(),
        "problem": problem,
    }
    return render(request, "rubrics/assignment/publish.html", context, status=status)
