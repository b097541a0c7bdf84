"""Who is in a course. The only writer of rights on courses: they always equal `RIGHTS_OF_ROLE`.

`by` is who asks; none for the site itself. Only an owner touches an owner or makes one.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Course, Enrolment
from assignments.names import plain, plain_mail, plain_number
from assignments.permissions import ALL_RIGHTS, RIGHTS_OF_ROLE, Role
from edu_crowd.people.models import User
from edu_crowd.shared.access import grant, revoke
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem

FIELDS = ("student_number", "family_name", "given_name", "reading", "email")


class AccountNeeded(Problem):
    """Only students can be in a course before they have an account."""


class AlreadyEnrolled(Problem):
    """The person has a place in the course already."""


class StudentNumberTaken(Problem):
    """Another place in the course has this student number."""


class MailTaken(Problem):
    """Another place in the course has this mail address."""


class Nameless(Problem):
    """Nothing tells who the place is for."""


class PlaceTaken(Problem):
    """The place on the roster belongs to another account."""


class LastOwner(Problem):
    """The course would be left without an owner."""


class OwnersOnly(Problem):
    """Only an owner may do this to an owner, or make one."""


class CourseArchived(Problem):
    """An archived course stays as it is."""


def create_course(*, owner: User, title: str, language: str, time_zone: str) -> Course:
    """Create a course and make its creator the owner; raises `InvalidField`."""
    course = Course(title=title, language=language, time_zone=time_zone)
    check_fields(course)
    with transaction.atomic():
        course.save()
        record("course.created", course)
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
    email: str = "",
    by: User | None = None,
) -> Enrolment:
    """Give somebody a place in a course; who had left comes back to the place they had, and what is given fills it.

    Locks the course. Raises `AccountNeeded`, `AlreadyEnrolled`, `StudentNumberTaken`, `MailTaken`, `Nameless`,
    `OwnersOnly`, `CourseArchived`, `InvalidField`.
    """
    given = _plain(student_number, family_name, given_name, reading, email)
    with transaction.atomic():
        lock_course(course)
        place = _place_for(course, user, given["student_number"], given["email"])
        if place is not None and place.is_active:
            raise AlreadyEnrolled(_("%(name)s already is in the course. Change the role instead.") % {"name": place})
        place = place or Enrolment(course=course, user=user)
        _check_owners(course, by, role, place.role)
        for name, value in given.items():
            setattr(place, name, value or getattr(place, name))
        place.role, place.is_active = role, True
        _check(place)
        place.save()
        _keep_rights(place)
        record("enrolment.added", place, role=role)
    return place


def join(*, enrolment: Enrolment, user: User) -> None:
    """Give a place on the roster to the account of the student it was kept for.

    Locks the course. Raises `PlaceTaken`, `AlreadyEnrolled`, `CourseArchived`.
    """
    with transaction.atomic():
        lock_course(enrolment.course)
        enrolment.refresh_from_db()
        if enrolment.user_id not in (None, user.pk):
            raise PlaceTaken(_("Another account has joined at this place. Ask the teacher to look at the roster."))
        if Enrolment.objects.filter(course=enrolment.course, user=user).exclude(pk=enrolment.pk).exists():
            raise AlreadyEnrolled(_("This account already is in the course. Ask the teacher to look at the roster."))
        enrolment.user = user
        enrolment.save(update_fields=["user"])
        _keep_rights(enrolment)
        record("enrolment.joined", enrolment)


def edit_enrolment(
    *,
    enrolment: Enrolment,
    student_number: str,
    family_name: str,
    given_name: str,
    reading: str,
    email: str,
    by: User | None = None,
) -> None:
    """Write down who somebody is; an empty field is emptied.

    Locks the course. Raises `StudentNumberTaken`, `MailTaken`, `Nameless`, `OwnersOnly`, `CourseArchived`,
    `InvalidField`.
    """
    given = _plain(student_number, family_name, given_name, reading, email)
    with transaction.atomic():
        _lock(enrolment, by)
        for name, value in given.items():
            setattr(enrolment, name, value)
        _check(enrolment)
        enrolment.save(update_fields=FIELDS)
        record("enrolment.edited", enrolment)


def change_role(*, enrolment: Enrolment, role: str, by: User | None = None) -> None:
    """Change what somebody is in a course, and their rights with it.

    Locks the course. Raises `LastOwner`, `AccountNeeded`, `OwnersOnly`, `CourseArchived`.
    """
    with transaction.atomic():
        _lock(enrolment, by, role)
        was = enrolment.role
        if role != Role.OWNER:
            _check_other_owner(enrolment)
        enrolment.role = role
        _check_account(enrolment)
        check_fields(enrolment)
        enrolment.save(update_fields=["role"])
        _keep_rights(enrolment)
        record("enrolment.role_changed", enrolment, was=was, role=role)


def withdraw(*, enrolment: Enrolment, by: User | None = None) -> None:
    """Take somebody out of a course: their papers stay, their rights go.

    Locks the course. Raises `LastOwner`, `OwnersOnly`, `CourseArchived`.
    """
    with transaction.atomic():
        _lock(enrolment, by)
        _check_other_owner(enrolment)
        enrolment.is_active = False
        enrolment.save(update_fields=["is_active"])
        _keep_rights(enrolment)
        record("enrolment.left", enrolment)


def readmit(*, enrolment: Enrolment, by: User | None = None) -> None:
    """Take somebody who left back in, as what they were. Locks the course. Raises `OwnersOnly`, `CourseArchived`."""
    with transaction.atomic():
        _lock(enrolment, by)
        enrolment.is_active = True
        enrolment.save(update_fields=["is_active"])
        _keep_rights(enrolment)
        record("enrolment.back", enrolment)


def lock_course(course: Course) -> Course:
    """Lock a course to change who is in it, and return it as it is now; raises `CourseArchived`."""
    current = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    if current.archived_at is not None:
        raise CourseArchived(_("The course is archived. Bring it back in its settings to change it."))
    return current


def _lock(enrolment: Enrolment, by: User | None, role: str = "") -> None:
    lock_course(enrolment.course)
    enrolment.refresh_from_db()
    _check_owners(enrolment.course, by, enrolment.role, role)


def _plain(student_number: str, family_name: str, given_name: str, reading: str, email: str) -> dict[str, str]:
    return {
        "student_number": plain_number(student_number),
        "family_name": plain(family_name),
        "given_name": plain(given_name),
        "reading": plain(reading),
        "email": plain_mail(email),
    }


def _place_for(course: Course, user: User | None, student_number: str, email: str) -> Enrolment | None:
    """Return the place that an account has, or that somebody without one had before they left."""
    places = Enrolment.objects.filter(course=course)
    if user is not None:
        return places.filter(user=user).first()
    left = places.filter(is_active=False)
    by_number = left.filter(student_number=student_number).first() if student_number else None
    return by_number or (left.filter(email__iexact=email).first() if email else None)


def _check(place: Enrolment) -> None:
    others = Enrolment.objects.filter(course=place.course).exclude(pk=place.pk)
    if place.student_number and others.filter(student_number=place.student_number).exists():
        raise StudentNumberTaken(
            _("The student number %(number)s is taken. Correct it, or let the student join that place.")
            % {"number": place.student_number}
        )
    if place.email and others.filter(email__iexact=place.email).exists():
        raise MailTaken(
            _("The mail address %(email)s belongs to somebody else in the course. Correct it, or change that place.")
            % {"email": place.email}
        )
    _check_account(place)
    if place.user_id is None and not any(getattr(place, name) for name in FIELDS if name != "reading"):
        raise Nameless(_("Give a student number, a name or a mail address."))
    check_fields(place)


def _check_account(enrolment: Enrolment) -> None:
    if enrolment.role != Role.STUDENT and enrolment.user_id is None:
        raise AccountNeeded(_("Only students can be enrolled before they have an account. Invite the person first."))


def _check_owners(course: Course, by: User | None, *roles: str) -> None:
    if by is None or Role.OWNER not in roles:
        return
    if not Enrolment.objects.filter(course=course, user=by, role=Role.OWNER, is_active=True).exists():
        raise OwnersOnly(_("Only an owner of the course can make or change an owner. Ask one of them."))


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
