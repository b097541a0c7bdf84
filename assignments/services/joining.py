"""A student joins a course by its link: at the place the roster keeps for them, or at a new one."""

from collections.abc import Sequence
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Course, Enrolment
from assignments.names import plain, plain_number
from assignments.permissions import Role
from assignments.queries.joining import kept_for, standing_of
from assignments.services.enrolment import FIELDS, AlreadyEnrolled, Nameless, enrol, join, lock_course
from edu_crowd.people.models import User
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields
from edu_crowd.shared.errors import Problem

TAKEN_OUT = gettext_lazy("You were taken out of this course. Ask your teacher to take you back in.")


class LinkOff(Problem):
    """The link was renewed or switched off while the page was open."""


class LeftCourse(Problem):
    """Who was taken out does not come back by a link."""


class NumberTaken(Problem):
    """The number is known, and its place is not free for whoever types it."""


class NotKept(Problem):
    """The roster was changed while the page was open."""


class Way(Enum):
    MAIL = "mail"
    NUMBER = "number"
    NEW = "new"


def join_by_link(
    *,
    course: Course,
    user: User,
    token: str,
    addresses: Sequence[str],
    student_number: str = "",
    family_name: str = "",
    given_name: str = "",
    reading: str = "",
) -> Enrolment:
    """Give somebody with the link their place; `addresses` are the ones they have proved to own, the main one first.

    Locks the course. Raises `LinkOff`, `AlreadyEnrolled`, `LeftCourse`, `NumberTaken`, `Nameless`, `CourseArchived`,
    `InvalidField`.
    """
    typed = {"family_name": plain(family_name), "given_name": plain(given_name), "reading": plain(reading)}
    number = plain_number(student_number)
    with transaction.atomic():
        if not token or lock_course(course).join_token != token:
            raise LinkOff(_("This link does not work any more. Ask your teacher for the new one."))
        _check_not_in(course, user)
        place, way = kept_for(course, addresses), Way.MAIL
        if place is None and number:
            place, way = _place_of_number(course, number), Way.NUMBER
        if place is not None and not place.is_active:
            raise LeftCourse(TAKEN_OUT)
        if place is None:
            if not (typed["family_name"] or typed["given_name"]):
                raise Nameless(_("Type your name, so that your teacher knows who you are."))
            place, way = enrol(course=course, role=Role.STUDENT, user=user, student_number=number), Way.NEW
        else:
            join(enrolment=place, user=user)
        # A place of a roster of numbers alone gets its names from who joins; what the roster says, stays.
        known = typed | {"email": _free_address(course, place, addresses)}
        _fill(place, known)
        record("course.joined", course, enrolment=place.pk, way=way.value)
    return place


def take_place(*, enrolment: Enrolment, user: User, addresses: Sequence[str]) -> None:
    """Give somebody the place that the roster keeps for an address they have proved to own, without a link.

    Locks the course. Raises `AlreadyEnrolled`, `LeftCourse`, `NotKept`, `CourseArchived`.
    """
    with transaction.atomic():
        lock_course(enrolment.course)
        _check_not_in(enrolment.course, user)
        enrolment.refresh_from_db()
        free = enrolment.user_id is None and enrolment.is_active and enrolment.role == Role.STUDENT
        if not free or enrolment.email not in addresses:
            raise NotKept(_("This place is not kept for you any more. Ask your teacher to look at the roster."))
        join(enrolment=enrolment, user=user)
        record("course.joined", enrolment.course, enrolment=enrolment.pk, way=Way.MAIL.value)


def _check_not_in(course: Course, user: User) -> None:
    own = standing_of(course, user)
    if own is not None and own.is_active:
        raise AlreadyEnrolled(_("You are in this course already. It is on your overview."))
    if own is not None:
        raise LeftCourse(TAKEN_OUT)


def _place_of_number(course: Course, number: str) -> Enrolment | None:
    place = Enrolment.objects.filter(course=course, student_number__iexact=number).first()
    if place is not None and (place.user_id is not None or place.email or place.role != Role.STUDENT):
        raise NumberTaken(
            _(
                "The roster has %(number)s under another account or mail address. Correct the number, "
                "confirm the address that your school knows in your account, or ask your teacher."
            )
            % {"number": number}
        )
    return place


def _free_address(course: Course, place: Enrolment, addresses: Sequence[str]) -> str:
    others = Enrolment.objects.filter(course=course).exclude(pk=place.pk)
    return next((one for one in addresses if not others.filter(email__iexact=one).exists()), "")


def _fill(place: Enrolment, known: dict[str, str]) -> None:
    nameless = not (place.family_name or place.given_name)
    for name, value in known.items():
        is_name = name in ("family_name", "given_name")
        if value and not getattr(place, name) and (nameless or not is_name):
            setattr(place, name, value)
    check_fields(place)
    place.save(update_fields=FIELDS)
