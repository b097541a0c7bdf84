"""A question of an assignment, written and changed by its teacher."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from assignments.autograde import InvalidKey
from assignments.forms.question import QuestionForm, form_for
from assignments.models import Assignment, Question
from assignments.permissions import access_assignment_as_teacher, access_question_as_teacher
from assignments.queries.assignment import papers_begun
from assignments.queries.question import line_of, meanwhile
from assignments.services.question import WRITTEN, add_question, edit_question, move_question
from assignments.services.state import NotDraft
from assignments.views.typed import forget, remember, remembered
from edu_crowd.shared import drawn, once
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import render_text

State = Assignment.State
PREVIEW = "preview"


@opens(access_assignment_as_teacher)
@takes("GET", "POST")
def new(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Write a question of the kind that the address names."""
    kind = request.GET.get("kind", "")
    if kind not in Question.Kind.values:
        messages.info(request, _("Choose what kind of question it is to be."))
        return redirect("assignment_edit", assignment_id=assignment.pk)
    if request.method != "POST" and assignment.state != State.DRAFT:
        messages.error(request, _("Students see this assignment already. Put the question into a new one."))
        return redirect("assignment_edit", assignment_id=assignment.pk)
    page = Page(request, assignment, kind)
    if page.form.is_bound and page.form.is_valid():
        try:
            if once.made_before(request, Question):
                messages.info(request, once.saved_already())
                return redirect("assignment_edit", assignment_id=assignment.pk)
            question = add_question(
                assignment=assignment,
                kind=kind,
                prompt=page.form.cleaned_data["prompt"],
                points=page.form.cleaned_data["points"],
                language=page.form.cleaned_data["language"],
                key=page.form.key(),
            )
        except Problem as problem:
            return page.refused(problem)
        forget(request, page.name)
        once.remember_made(request, question)
        messages.success(request, _("Question %(position)d is saved.") % {"position": question.position})
        return redirect("assignment_edit", assignment_id=assignment.pk)
    return page.shown()


@opens(access_question_as_teacher)
@takes("GET", "POST")
def question(request: HttpRequest, question: Question) -> HttpResponse:
    """Show a question, or change it as far as students do not rely on it."""
    page = Page(request, question.assignment, question.kind, question)
    if page.form.is_bound and page.form.is_valid():
        values = page.form.cleaned_data
        try:
            edit_question(
                question=question,
                prompt=values["prompt"],
                language=values["language"],
                points=values.get("points"),
                key=None if page.words_only else page.form.key(),
                base=request.POST.get(drawn.FIELD),
            )
        except Problem as problem:
            return page.refused(problem)
        forget(request, page.name)
        messages.success(request, _("Question %(position)d is saved.") % {"position": question.position})
        return redirect("assignment_edit", assignment_id=question.assignment_id)
    return page.shown()


@opens(access_question_as_teacher)
@posted_from("question")
def move(request: HttpRequest, question: Question) -> HttpResponse:
    """Move a question one place up or down."""
    step = {"up": -1, "down": 1}.get(request.POST.get("direction", ""))
    try:
        if step is not None:
            move_question(question=question, by=step)
    except Problem as problem:
        messages.error(request, str(problem))
    return redirect("assignment_edit", assignment_id=question.assignment_id)


class Page:
    """The form of one question and what became of what was typed into it."""

    def __init__(
        self, request: HttpRequest, assignment: Assignment, kind: str, question: Question | None = None
    ) -> None:
        self.request, self.assignment, self.kind, self.question = request, assignment, kind, question
        is_draft = assignment.state == State.DRAFT
        self.is_fixed = not is_draft and (assignment.state != State.PUBLISHED or papers_begun(assignment))
        self.words_only = question is not None and not is_draft
        self.name = f"question {question.pk}" if question else f"question_new {assignment.pk} {kind}"
        action = request.POST.get("action", "")
        is_post = request.method == "POST"
        data = request.POST if is_post else remembered(request, self.name)
        self.drawn_from = data.get(drawn.FIELD) if data else None
        # What was not sent to be saved is shown again without a word about what is still missing.
        self.form: QuestionForm = form_for(kind)(
            data,
            assignment=assignment,
            question=question,
            words_only=self.words_only,
            again=not is_post or bool(action),
        )
        self.wants_preview = is_post and action == PREVIEW
        if is_post and action:
            self.form.change_rows(action)

    def refused(self, problem: Problem) -> HttpResponse:
        """Say why; a wrong key beside the key."""
        of_key = isinstance(problem, InvalidKey)
        return self.shown(problem=None if of_key else problem, key_problem=problem if of_key else None)

    def shown(self, *, problem: Problem | None = None, key_problem: Problem | None = None) -> HttpResponse:
        if self.request.method == "POST":
            remember(self.request, self.name)
        preview = None
        if self.wants_preview:
            language = str(self.form["language"].value() or self.assignment.course.language)
            preview = render_text(str(self.form["prompt"].value() or ""), language=language)
        changed = problem.fields if isinstance(problem, drawn.ChangedMeanwhile) else []
        if self.question and (changed or not self.drawn_from):
            self.drawn_from = drawn.fingerprint(self.question, WRITTEN)
        context: dict[str, Any] = {
            "assignment": self.assignment,
            "question": self.question,
            "line": line_of(self.question) if self.question else None,
            "kind": self.kind,
            "kind_name": Question.Kind(self.kind).label,
            "form": self.form,
            "is_fixed": self.is_fixed,
            "words_only": self.words_only,
            "by_machine": self.kind in Question.MACHINE_MARKED,
            "preview": preview,
            "problem": problem,
            "key_problem": key_problem,
            "drawn_from": self.drawn_from if self.question else None,
            "meanwhile": meanwhile(self.question, changed) if self.question else [],
            "form_key": None if self.question else once.form_key(self.request),
        }
        status = (
            409
            if isinstance(problem, NotDraft | once.SavedOtherwise | drawn.ChangedMeanwhile)
            else 422
            if self.form.is_bound
            else 200
        )
        return render(self.request, "assignments/question/edit.html", context, status=status)
