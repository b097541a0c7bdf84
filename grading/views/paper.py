"""One paper as its teacher sees it, its files, and its total set by hand."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Attachment, Submission
from edu_crowd.people.acting import acting
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.files import send
from edu_crowd.shared.forms import NumberField
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import clean_text
from edu_crowd.shared.zones import render_there
from grading import pipeline
from grading.permissions import access_paper_as_teacher, access_paper_file
from grading.queries.gradebook import gradebook_of
from grading.queries.paper import marks_of, neighbours_of
from grading.queries.standing import standing_of
from grading.views.gradebook import Choice

FIELDS = ("points", "reason", "supersedes")


class OverrideForm(forms.Form):
    points = NumberField(
        label=gettext_lazy("Total"),
        required=False,
        max_digits=9,
        decimal_places=2,
        help_text=gettext_lazy("Instead of what the questions add up to; nothing is deducted from it."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why? The student reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5_000,
        error_messages={"required": gettext_lazy("Say why in a sentence: the student will read it.")},
    )
    supersedes = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lift = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("points") is None and not typed.get("lift") and "points" not in self.errors:
            self.add_error("points", _("Write the total, or lift the one that is set."))
        return typed


@opens(access_paper_as_teacher)
@takes("GET")
def marks(request: HttpRequest, paper: Submission) -> HttpResponse:
    return show(request, paper, typed=kept(request, name_of(paper)))


@opens(access_paper_as_teacher)
@posted_from("paper_marks")
def override(request: HttpRequest, paper: Submission) -> HttpResponse:
    """Set the total of a paper by hand, or lift that."""
    typed = {name: clean_text(request.POST.get(name, "")) for name in FIELDS}
    form = OverrideForm(typed | {"lift": request.POST.get("lift", "")})
    if form.is_valid():
        try:
            pipeline.override_total(
                submission=paper,
                points=None if form.cleaned_data["lift"] else form.cleaned_data["points"],
                by=acting(request),
                reason=form.cleaned_data["reason"],
                supersedes=form.cleaned_data["supersedes"],
                now=timezone.now(),
            )
        except Problem as problem:
            form.add_error(None, str(problem))
    if not form.is_valid():
        keep(request, name_of(paper), typed)
        return show(request, paper, form=form, status=422)
    forget(request, name_of(paper))
    lifted = form.cleaned_data["lift"]
    messages.success(request, _("The total is computed again.") if lifted else _("The total is set."))
    return redirect(reverse("paper_marks", args=[paper.pk]) + Choice.of(request).query)


def name_of(paper: Submission) -> str:
    return f"override {paper.pk}"


def show(
    request: HttpRequest,
    paper: Submission,
    *,
    form: OverrideForm | None = None,
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    gradebook, choice = gradebook_of(paper.assignment), Choice.of(request)
    line = next((one for one in gradebook.lines if one.enrolment.pk == paper.enrolment_id), None)
    known = line.standing if line else None
    counts = known is not None and known.submission.pk == paper.pk
    read = None
    if paper.state == Submission.State.HANDED_IN:
        read = marks_of(known if known and counts else standing_of(paper))
    newest = read.newest_override if read else 0
    if form is None:
        form = OverrideForm(initial=(typed or {}) | {"supersedes": newest})
    context = {
        "assignment": paper.assignment,
        "paper": paper,
        "counts": counts,
        "line": line,
        "read": read,
        "form": form,
        "newest": newest,
        "choice": choice,
        "neighbours": neighbours_of(paper, choice.lines(gradebook)),
        "attempts": Submission.objects.filter(assignment=paper.assignment_id, enrolment=paper.enrolment_id),
    }
    zone = paper.assignment.course.time_zone
    return render_there(request, "grading/paper/marks.html", context, zone=zone, status=status)


@opens(access_paper_file)
@takes("GET")
def file(request: HttpRequest, attachment: Attachment) -> FileResponse:
    """Send a file as it was handed in: nobody has cleaned it."""
    return send(attachment.file, name=attachment.name, content_type=attachment.content_type)
