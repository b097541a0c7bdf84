"""Who is in a course. The only writer of rights on courses: they always equal `RIGHTS_OF_ROLE`."""

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Course, Enrolment
from assignments.permissions import ALL_RIGHTS, RIGHTS_OF_ROLE, Role
from edu_crowd.people.models import User
from edu_crowd.shared.access import grant, revoke
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem


class AccountNeeded(Problem):
    """Only students can be in a course before they have an account."""


class AlreadyEnrolled(Problem):
    """The person has a place in the course already."""


class StudentNumberTaken(Problem):
    """Another place in the course has this student number."""


class PlaceTaken(Problem):
    """The place on the roster belongs to another account."""


class LastOwner(Problem):
    """The course would be left without an owner."""


def create_course(*, owner: User, title: str, language: str, time_zone: str) -> Course:
    """Create a course and make its creator the owner; raises `InvalidField`."""
    course = Course(title=title, language=language, time_zone=time_zone)
    check_fields(course)
    with transaction.atomic():
        course.save()
        enrol(course=course, role=Role.OWNER, user=owner)
    return course


def enrol(
    *,
    course: Course,
    role: str,
    user: User | None = None,
    student_number: str = "",
    family_name: str = "",
    given_name: str = "",
    reading: str = "",
) -> Enrolment:
    """Give somebody a place in a course; who had left comes back to the place they had.

    Locks the course. Raises `AccountNeeded`, `AlreadyEnrolled`, `StudentNumberTaken`, `InvalidField`.
    """
    with transaction.atomic():
        _lock(course)
        places = Enrolment.objects.filter(course=course)
        place = None
        if user is not None:
            place = places.filter(user=user).first()
        elif student_number:
            place = places.filter(student_number=student_number, is_active=False).first()
        if place is not None and place.is_active:
            raise AlreadyEnrolled(_("%(name)s already is in the course. Change the role instead.") % {"name": place})
        place = place or Enrolment(course=course, user=user)
        if student_number and places.exclude(pk=place.pk).filter(student_number=student_number).exists():
            raise StudentNumberTaken(
                _("The student number %(number)s is taken. Correct it, or let the student join that place.")
                % {"number": student_number}
            )
        place.role, place.is_active = role, True
        place.student_number, place.reading = student_number, reading
        place.family_name, place.given_name = family_name, given_name
        _check_account(place)
        check_fields(place)
        place.save()
        _keep_rights(place)
    return place


def join(*, enrolment: Enrolment, user: User) -> None:
    """Give a place on the roster to the account of the student it was kept for.

    Locks the course. Raises `PlaceTaken`, `AlreadyEnrolled`.
    """
    with transaction.atomic():
        _lock(enrolment.course)
        enrolment.refresh_from_db()
        if enrolment.user_id not in (None, user.pk):
            raise PlaceTaken(_("Another account has joined at this place. Ask the teacher to look at the roster."))
        if Enrolment.objects.filter(course=enrolment.course, user=user).exclude(pk=enrolment.pk).exists():
            raise AlreadyEnrolled(_("This account already is in the course. Ask the teacher to look at the roster."))
        enrolment.user = user
        enrolment.save(update_fields=["user"])
        _keep_rights(enrolment)


def change_role(*, enrolment: Enrolment, role: str) -> None:
    """Change what somebody is in a course, and their rights with it.

    Locks the course. Raises `LastOwner`, `AccountNeeded`.
    """
    with transaction.atomic():
        _lock(enrolment.course)
        enrolment.refresh_from_db()
        if role != Role.OWNER:
            _check_other_owner(enrolment)
        enrolment.role = role
        _check_account(enrolment)
        check_fields(enrolment)
        enrolment.save(update_fields=["role"])
        _keep_rights(enrolment)


def withdraw(*, enrolment: Enrolment) -> None:
    """Take somebody out of a course: their papers stay, their rights go. Locks the course. Raises `LastOwner`."""
    with transaction.atomic():
        _lock(enrolment.course)
        enrolment.refresh_from_db()
        _check_other_owner(enrolment)
        enrolment.is_active = False
        enrolment.save(update_fields=["is_active"])
        _keep_rights(enrolment)


def _lock(course: Course) -> None:
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)


def _check_account(enrolment: Enrolment) -> None:
    if enrolment.role != Role.STUDENT and enrolment.user_id is None:
        raise AccountNeeded(_("Only students can be enrolled before they have an account. Invite the person first."))


def _check_other_owner(enrolment: Enrolment) -> None:
    owners = Enrolment.objects.filter(course=enrolment.course, role=Role.OWNER, is_active=True)
    if list(owners) == [enrolment]:
        raise LastOwner(_("A course needs an owner. Make somebody else an owner first."))


def _keep_rights(enrolment: Enrolment) -> None:
    if enrolment.user is None:
        return
    rights = RIGHTS_OF_ROLE[Role(enrolment.role)] if enrolment.is_active else frozenset()
    revoke(enrolment.user, ALL_RIGHTS - rights, enrolment.course)
    grant(enrolment.user, rights, enrolment.course)
