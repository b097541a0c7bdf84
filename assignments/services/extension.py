"""More time for one student."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment, Enrolment, Extension
from assignments.services.state import WrongTimes, lock
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem


class NotInCourse(Problem):
    """The student belongs to another course."""


def extend(
    *, assignment: Assignment, enrolment: Enrolment, due_at: datetime | None = None, extra_minutes: int = 0
) -> Extension:
    """Give one student another due time, extra minutes on the clock, or both; replaces an earlier extension.

    Locks the assignment. Raises `NotInCourse`, `WrongTimes`, `InvalidField`.
    """
    with transaction.atomic():
        lock(assignment)
        if enrolment.course_id != assignment.course_id:
            raise NotInCourse(_("This student is not in the course. Choose one of the roster."))
        if due_at is not None and assignment.due_at is not None and due_at < assignment.due_at:
            raise WrongTimes(_("An extension cannot end before the due time. Choose a later time."))
        extension = Extension.objects.filter(assignment=assignment, enrolment=enrolment).first()
        extension = extension or Extension(assignment=assignment, enrolment=enrolment)
        extension.due_at, extension.extra_minutes = due_at, extra_minutes
        check_fields(extension)
        extension.save()
        record("extension.given", extension, assignment=assignment.pk, enrolment=enrolment.pk, minutes=extra_minutes)
    return extension


def withdraw_extension(*, extension: Extension) -> None:
    """Give a student the time of all others again; taking it away twice is taking it away once.

    Locks the assignment.
    """
    with transaction.atomic():
        lock(extension.assignment)
        removed, _rows = Extension.objects.filter(pk=extension.pk).delete()
        if removed:
            record(
                "extension.withdrawn",
                extension,
                assignment=extension.assignment_id,
                enrolment=extension.enrolment_id,
            )
