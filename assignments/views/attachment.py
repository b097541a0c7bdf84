"""Files of an answer: put there, fetched and taken away by the student alone."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.models import Attachment, Question, Submission
from assignments.permissions import Slot, access_own_answer, access_own_attachment
from assignments.queries.answering import asked
from assignments.services import attachment as files
from assignments.views.paper import FILE, Outcome, forget_typed, keep_typed, page_of, take_file
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.files import send
from edu_crowd.shared.methods import takes, wants_json


class NoFile(Problem):
    """Nothing was chosen."""


@opens(access_own_answer)
@takes("GET", "POST")
def add(request: HttpRequest, slot: Slot) -> HttpResponse:
    """Take a file: alone from a script, or with the whole form around it."""
    own, question = slot.submission, slot.question
    if request.method != "POST":
        return redirect("paper", submission_id=own.pk)
    now = timezone.now()
    chosen = request.FILES.get(f"{FILE}{question.pk}")
    if wants_json(request):
        try:
            if chosen is None:
                raise NoFile(_("Choose a file first."))
            take_file(own, question, chosen, now)
        except Problem as problem:
            return JsonResponse({"message": str(problem)}, status=422)
        return JsonResponse(listed(request, own, question))
    outcome = keep_typed(own, request.POST, request.FILES, now)
    if chosen is None:
        outcome.files[question.pk] = _("Choose a file first.")
    if outcome:
        return page_of(request, own, outcome=outcome, status=outcome.status)
    forget_typed(request, own)
    return to_question(own, question)


@opens(access_own_attachment)
@takes("GET", "POST")
def remove(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Take a file away. The form around it is kept first."""
    own, question, name = attachment.answer.submission, attachment.answer.question, attachment.name
    if request.method != "POST":
        return redirect("paper", submission_id=own.pk)
    now = timezone.now()
    outcome = Outcome() if wants_json(request) else keep_typed(own, request.POST, request.FILES, now)
    try:
        files.detach(attachment=attachment, now=now)
    except Problem as problem:
        if wants_json(request):
            return JsonResponse({"message": str(problem)}, status=409)
        outcome.files[question.pk] = str(problem)
        return page_of(request, own, outcome=outcome, status=409)
    if wants_json(request):
        return JsonResponse(listed(request, own, question))
    if outcome:
        return page_of(request, own, outcome=outcome, status=outcome.status)
    messages.success(request, _("“%(name)s” was taken away. Upload it again if that was a mistake.") % {"name": name})
    return to_question(own, question)


def listed(request: HttpRequest, own: Submission, question: Question) -> dict[str, object]:
    """Return the files of an answer, drawn as on the page."""
    answer = own.answers.prefetch_related("attachments").get(question=question)
    context = {"item": asked(question, answer), "writing": True}
    return {
        "files": render_to_string("assignments/answering/_files.html", context, request),
        "saved_at": answer.saved_at.isoformat(),
    }


def to_question(own: Submission, question: Question) -> HttpResponse:
    response = redirect("paper", submission_id=own.pk)
    response["Location"] += f"#question-{question.pk}"
    return response


@opens(access_own_attachment)
@takes("GET")
def download(request: HttpRequest, attachment: Attachment) -> FileResponse:
    """Send a student their own file."""
    return send(attachment.file, name=attachment.name, content_type=attachment.content_type)
