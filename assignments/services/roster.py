"""A roster from a file: what was shown is written, or nothing."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.importers.roster import FIELDS, Plan, plan
from assignments.models import Course, Enrolment
from assignments.services.enrolment import lock_course
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem

AT_A_TIME = 500


class RosterChanged(Problem):
    """Since it was looked at, the roster changed in a way that matters to the file."""


class ProblemsLeft(Problem):
    """Rows have problems, and nobody said to leave them out."""


@dataclass(frozen=True)
class Imported:
    new: int
    changed: int
    left_out: int


def import_roster(*, course: Course, plan_shown: Plan, leave_out_problems: bool = False) -> Imported:
    """Write what a plan says, all of it or nothing; nobody is removed.

    Locks the course. Raises `RosterChanged`, `ProblemsLeft`, `CourseArchived`.
    """
    with transaction.atomic():
        lock_course(course)
        current = plan(course, plan_shown.table)
        if current.fingerprint != plan_shown.fingerprint:
            raise RosterChanged(_("The roster has changed meanwhile. Look at what would happen now, then import."))
        if current.problems and not leave_out_problems:
            raise ProblemsLeft(_("Some rows have problems. Correct the file, or say that they are to be left out."))
        student: dict[str, Any] = {"course": course, "role": Enrolment.Role.STUDENT}
        Enrolment.objects.bulk_create((Enrolment(**student, **one.values) for one in current.new), batch_size=AT_A_TIME)
        _change(course, current)
        done = Imported(new=len(current.new), changed=len(current.changed), left_out=len(current.problems))
        record("roster.imported", course, new=done.new, changed=done.changed, left_out=done.left_out)
    return done


def _change(course: Course, current: Plan) -> None:
    places = Enrolment.objects.filter(course=course).in_bulk()
    changed = []
    for one in current.changed:
        place = places[one.enrolment_id]
        for change in one.changes:
            setattr(place, change.field, change.new)
        changed.append(place)
    Enrolment.objects.bulk_update(changed, FIELDS, batch_size=AT_A_TIME)
