"""Where a student's paper stands; and the teacher's end to taking papers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.models import Assignment, Submission
from assignments.permissions import Seat, access_assignment_as_student, access_assignment_as_teacher
from assignments.services import assignment as assignments
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
from grading.queries.feedback import state_of


@opens(access_assignment_as_student)
@takes("GET")
def show(request: HttpRequest, seat: Seat) -> HttpResponse:
    papers = Submission.objects.filter(assignment=seat.assignment, enrolment=seat.enrolment)
    context = {"assignment": seat.assignment, "state": state_of(papers, now=timezone.now())}
    return render(request, "grading/submission/show.html", context)


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
    return redirect("release", assignment_id=assignment.pk)
