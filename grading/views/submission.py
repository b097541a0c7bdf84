"""Where a student's paper stands; and the teacher's end to taking papers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from assignments.models import Assignment, Submission
from assignments.permissions import Seat, access_assignment_as_student, access_assignment_as_teacher
from assignments.queries.answering import questions_of, terms_of
from assignments.services import assignment as assignments
from assignments.services.standing import can_take_back, standing_of, why_not_start
from edu_crowd.shared.access import opens
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.methods import posted_from, takes
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
