"""A student asks for one criterion to be looked at again; the teacher sees all that the class asked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.text import clean_text
from edu_crowd.shared.zones import render_there
from grading.models import Appeal, Feedback
from grading.permissions import access_own_feedback
from grading.queries.appeal import appeals_in, count_by_state, filed_of
from grading.services.appeal import file_appeal
from grading.views.feedback import LONGEST_APPEAL, appeal_form, sheet
from rubrics.models import Criterion


class TooLong(Problem):
    """An appeal does not fit its field."""


@opens(access_own_feedback)
@posted_from("feedback")
def file(request: HttpRequest, own: Feedback) -> HttpResponse:
    asked = request.POST.get("criterion", "")
    reason = clean_text(request.POST.get("reason", "")).replace("\r\n", "\n")
    shown = {str(one["criterion"]): one["criterion"] for part in own.result.parts for one in part["criteria"]}
    if asked not in shown:
        raise Http404
    criterion = Criterion.objects.get(pk=shown[asked])
    try:
        if len(reason) > LONGEST_APPEAL:
            raise TooLong(
                ngettext(
                    "Your appeal is %(over)s character too long: %(longest)s fit.",
                    "Your appeal is %(over)s characters too long: %(longest)s fit.",
                    len(reason) - LONGEST_APPEAL,
                )
                % {"over": len(reason) - LONGEST_APPEAL, "longest": LONGEST_APPEAL}
            )
        file_appeal(feedback=own, criterion=criterion, reason=reason, now=timezone.now())
    except Problem as problem:
        keep(request, appeal_form(own), {"criterion": asked, "reason": reason})
        return sheet(request, own, problem=problem, status=422)
    forget(request, appeal_form(own))
    messages.success(request, _("Your appeal was filed. Somebody who has not seen your paper reads it again."))
    return redirect("feedback", feedback_id=own.pk)


@opens(access_assignment_as_teacher)
@takes("GET")
def appeals(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    counts = count_by_state(assignment)
    chosen = request.GET.get("state", "")
    rows = appeals_in(assignment)
    if chosen in counts:
        rows = rows.filter(state=chosen)
    page = page_of(request, rows)
    context = {
        "assignment": assignment,
        "page": page,
        "filed": filed_of(list(page)),
        "states": [(state, label, counts[state]) for state, label in Appeal.State.choices],
        "chosen": chosen if chosen in counts else "",
        "open_count": sum(counts[state] for state in Appeal.PENDING),
        "mine": counts[Appeal.State.REVIEW],
        "all_count": sum(counts.values()),
    }
    return render_there(request, "grading/appeal/list.html", context, zone=assignment.course.time_zone)
