"""A student asks for one criterion to be looked at again."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import clean_text
from grading.models import Feedback
from grading.permissions import access_own_feedback
from grading.queries.feedback import read
from grading.services.appeal import file_appeal
from rubrics.models import Criterion


@opens(access_own_feedback)
@require_POST
def file(request: HttpRequest, own: Feedback) -> HttpResponse:
    asked, reason = request.POST.get("criterion", ""), clean_text(request.POST.get("reason", ""))
    shown = {str(one["criterion"]): one["criterion"] for part in own.result.parts for one in part["criteria"]}
    if asked not in shown:
        raise Http404
    criterion = Criterion.objects.get(pk=shown[asked])
    try:
        file_appeal(feedback=own, criterion=criterion, reason=reason, now=timezone.now())
    except Problem as problem:
        context = {"read": read(own), "problem": problem, "asked": criterion.pk, "reason": reason}
        return render(request, "grading/feedback/read.html", context, status=422)
    messages.success(request, _("Your appeal was filed. Somebody who has not seen your paper reads it again."))
    return redirect("feedback", feedback_id=own.pk)
