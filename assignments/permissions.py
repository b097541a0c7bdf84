"""Rights on a course, and the gates of what lies in it."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from assignments.models import Assignment, Attachment, Course, Enrolment, Extension, Question, Submission
from assignments.queries.joining import course_of_link
from edu_crowd.people.addresses import proved_addresses
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Refused

Role = Enrolment.Role
State = Assignment.State

_TEACHING = frozenset({"manage_course", "review_marks", "view_identity"})
# An assistant may be enlisted to mark, so sees neither names nor other graders' marks.
RIGHTS_OF_ROLE: dict[Role, frozenset[str]] = {
    Role.OWNER: _TEACHING,
    Role.TEACHER: _TEACHING,
    Role.ASSISTANT: frozenset(),
    Role.STUDENT: frozenset({"hand_in"}),
}
ALL_RIGHTS = frozenset().union(*RIGHTS_OF_ROLE.values())


@dataclass(frozen=True)
class Seat:
    """A student's place at an assignment."""

    assignment: Assignment
    enrolment: Enrolment


@dataclass(frozen=True)
class Slot:
    """Where one answer of a paper goes."""

    submission: Submission
    question: Question


def access_course_as_teacher(user: Any, /, *, course_id: int) -> Course:
    course = Course.objects.filter(pk=course_id).first()
    if course is None or not has_right(user, "manage_course", course):
        raise Refused
    return course


def access_enrolment(user: Any, /, *, enrolment_id: int) -> Enrolment:
    """Open somebody's place in a course to those who manage its roster."""
    enrolment = Enrolment.objects.select_related("course", "user").filter(pk=enrolment_id).first()
    if enrolment is None or not has_right(user, "manage_course", enrolment.course):
        raise Refused
    return enrolment


def access_course_by_link(user: Any, /, *, token: str) -> Course:
    """Open a course to whoever has its join link, signed in or not; one that is off opens nothing.

    Who is not signed in is told so at once: after signing up it would be too late to ask for another link.
    """
    course = course_of_link(token)
    if course is None:
        raise Http404
    return course


def access_free_place(user: Any, /, *, enrolment_id: int) -> Enrolment:
    """A student's place is open to whoever has proved to own the mail address it is kept for."""
    place = (
        Enrolment.objects.select_related("course")
        .filter(pk=enrolment_id, role=Role.STUDENT, is_active=True, course__archived_at=None)
        .first()
        if user.is_authenticated
        else None
    )
    # Pressed twice, it is theirs by then.
    if place is None or place.user_id not in (None, user.pk) or place.email not in proved_addresses(user):
        raise Refused
    return place


def access_assignment_as_teacher(user: Any, /, *, assignment_id: int) -> Assignment:
    assignment = Assignment.objects.select_related("course").filter(pk=assignment_id).first()
    if assignment is None or not has_right(user, "manage_course", assignment.course):
        raise Refused
    return assignment


def access_question_as_teacher(user: Any, /, *, question_id: int) -> Question:
    question = Question.objects.select_related("assignment__course").filter(pk=question_id).first()
    if question is None or not has_right(user, "manage_course", question.assignment.course):
        raise Refused
    return question


def access_extension(user: Any, /, *, extension_id: int) -> Extension:
    extension = (
        Extension.objects.select_related("assignment__course", "enrolment__user").filter(pk=extension_id).first()
    )
    if extension is None or not has_right(user, "manage_course", extension.assignment.course):
        raise Refused
    return extension


def access_assignment_as_student(user: Any, /, *, assignment_id: int) -> Seat:
    """Open an assignment to the students of its course, once it is published."""
    published = Assignment.objects.select_related("course").exclude(state=State.DRAFT)
    assignment = published.filter(pk=assignment_id).first()
    if assignment is None or not has_right(user, "hand_in", assignment.course):
        raise Refused
    enrolment = Enrolment.objects.filter(course=assignment.course, user=user).first()
    if enrolment is None:
        raise Refused
    return Seat(assignment, enrolment)


def access_own_submission(user: Any, /, *, submission_id: int) -> Submission:
    """Open a paper to its author, as long as they take part in the course."""
    submission = (
        Submission.objects.select_related("assignment__course", "enrolment")
        .filter(pk=submission_id, enrolment__user_id=user.pk)
        .first()
    )
    if submission is None or not has_right(user, "hand_in", submission.assignment.course):
        raise Refused
    return submission


def access_own_answer(user: Any, /, *, submission_id: int, question_id: int) -> Slot:
    """Open one question of a paper to the paper's author."""
    submission = access_own_submission(user, submission_id=submission_id)
    question = Question.objects.filter(pk=question_id, assignment=submission.assignment_id).first()
    if question is None:
        raise Refused
    return Slot(submission, question)


def access_own_attachment(user: Any, /, *, attachment_id: int) -> Attachment:
    """Open a file to the author of the paper it belongs to."""
    attachment = Attachment.objects.select_related("answer__question").filter(pk=attachment_id).first()
    if attachment is None:
        raise Refused
    attachment.answer.submission = access_own_submission(user, submission_id=attachment.answer.submission_id)
    return attachment
