"""Where a student's paper stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from assignments.models import Submission
from assignments.permissions import Seat, access_assignment_as_student
from assignments.queries.answering import questions_of, terms_of
from assignments.services.standing import can_take_back, standing_of, why_not_start
from edu_crowd.shared.access import opens
from edu_crowd.shared.methods import takes
from edu_crowd.shared.text import render_text
from grading.queries.submission import state_of


@opens(access_assignment_as_student)
@takes("GET")
def show(request: HttpRequest, seat: Seat) -> HttpResponse:
    now = timezone.now()
    assignment, enrolment = seat.assignment, seat.enrolment
    state = state_of(Submission.objects.filter(assignment=assignment, enrolment=enrolment), now=now)
    terms = terms_of(assignment, enrolment, state.attempts)
    questions = questions_of(assignment)
    context = {
        "assignment": assignment,
        "instructions": render_text(assignment.instructions),
        "questions": questions,
        "has_readers": any(not question.is_machine_marked for question in questions),
        "state": state,
        "terms": terms,
        "late": terms.lateness(now),
        "now": now,
        "standing": standing_of(state.paper, now) if state.paper else None,
        "refusal": why_not_start(assignment, enrolment, state.attempts, now),
        "may_take_back": state.take_back_until is not None and can_take_back(state.attempts[0], now),
    }
    return render(request, "grading/submission/show.html", context)
