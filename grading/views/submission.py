"""Where a student's paper stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assignments.models import Submission
from assignments.permissions import Seat, access_assignment_as_student
from edu_crowd.shared.access import opens
from edu_crowd.shared.methods import takes
from grading.queries.feedback import state_of


@opens(access_assignment_as_student)
@takes("GET")
def show(request: HttpRequest, seat: Seat) -> HttpResponse:
    papers = Submission.objects.filter(assignment=seat.assignment, enrolment=seat.enrolment)
    context = {"assignment": seat.assignment, "state": state_of(papers, now=timezone.now())}
    return render(request, "grading/submission/show.html", context)
