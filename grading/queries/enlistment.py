"""Places in rounds: those that the clock must move, and the people in them as their teacher sees them."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from assignments.models import Course, CourseUserObjectPermission, Enrolment, Submission
from edu_crowd.people.models import User
from grading.models import Enlistment, Invitation, Round

State = Enlistment.State


def classmates_who_may_start(*, now: datetime) -> QuerySet[Enlistment]:
    """Return the invited classmates whose own paper is in, once the due time has passed."""
    own = Submission.objects.filter(
        assignment=OuterRef("round__assignment"),
        enrolment__user=OuterRef("grader__user"),
        state=Submission.State.HANDED_IN,
    )
    return Enlistment.objects.filter(
        Exists(own),
        round__pool=Round.Pool.CLASSMATES,
        round__assignment__due_at__lte=now,
        state=State.INVITED,
    ).select_related("round", "grader")


def who_may_see_names() -> QuerySet[Enlistment]:
    """Return the places of people who may see names in that course."""
    grants = CourseUserObjectPermission.objects.filter(
        user=OuterRef("grader__user"),
        content_object=OuterRef("round__assignment__course"),
        permission__codename="view_identity",
    )
    return Enlistment.objects.filter(Exists(grants))


def who_left_the_course() -> QuerySet[Enlistment]:
    """Return the places of assistants and classmates who do not take part in the course any more."""
    left = Enrolment.objects.filter(
        user=OuterRef("grader__user"), course=OuterRef("round__assignment__course"), is_active=False
    )
    of_the_course = (Round.Pool.ASSISTANTS, Round.Pool.CLASSMATES)
    return Enlistment.objects.filter(
        Exists(left), round__pool__in=of_the_course, state__in=[State.ACTIVE, State.INVITED]
    ).select_related("round", "grader")


def without_place(round_: Round, role: str) -> QuerySet[Enrolment]:
    """Return the active enrolments of a role in the round's course, with an account and without a place."""
    held = Enlistment.objects.filter(round=round_, grader__user=OuterRef("user"))
    course = round_.assignment.course_id if round_.assignment else None
    return (
        Enrolment.objects.filter(~Exists(held), course=course, role=role, is_active=True, user__isnull=False)
        .select_related("user")
        .order_by("family_name", "given_name", "pk")
    )


def classmates_without_place(round_: Round) -> QuerySet[User]:
    return User.objects.filter(pk__in=without_place(round_, Enrolment.Role.STUDENT).values("user")).order_by("pk")


def students_without_account(course: Course) -> int:
    return Enrolment.objects.filter(
        course=course, role=Enrolment.Role.STUDENT, is_active=True, user__isnull=True
    ).count()


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who marks in a round or was asked to, by the name the teacher knows: never beside a pseudonym."""

    label: str
    place: Enlistment | None = None
    invitation: Invitation | None = None

    @property
    def state(self) -> str:
        if self.place is not None:
            return str(self.place.get_state_display())
        return str(self.invitation.get_state_display()) if self.invitation else ""


def people_in(round_: Round) -> list[Person]:
    """Return who has a place in a round or was invited to it, by name or address.

    Neither the order nor anything beside a name tells which pseudonym on the board is whose.
    """
    places = list(
        Enlistment.objects.filter(round=round_, grader__user__isnull=False).select_related("grader__user", "round")
    )
    invitations = list(Invitation.objects.filter(round=round_))
    typed = {invitation.email.lower(): invitation for invitation in invitations}
    owners = EmailAddress.objects.annotate(small=Lower("email")).filter(small__in=typed, verified=True)
    address_of = dict(owners.values_list("user", "small"))
    names = names_in_course(round_)
    people, answered = [], set()
    for place in places:
        user = place.grader.user
        assert user is not None  # noqa: S101  # filtered above
        own = address_of.get(user.pk) or user.email.lower()
        invitation = typed.get(own)
        if invitation is not None:
            answered.add(invitation.pk)
        label = invitation.email if invitation else names.get(user.pk) or str(user)
        people.append(Person(label=label, place=place, invitation=invitation))
    people += [Person(label=one.email, invitation=one) for one in invitations if one.pk not in answered]
    return sorted(people, key=lambda person: person.label.casefold())


def names_in_course(round_: Round) -> dict[int, str]:
    """Return the roster's names of assistants and classmates, by account."""
    if round_.assignment is None or round_.pool == Round.Pool.CROWD:
        return {}
    seats = Enrolment.objects.filter(course=round_.assignment.course_id, user__isnull=False).select_related("user")
    return {seat.user_id: str(seat) for seat in seats if seat.user_id}


@dataclass(frozen=True, kw_only=True)
class Readers:
    """How many could mark in a round, by how far they are."""

    active: int
    waiting: int  # classmates, until the clock lets them start
    paused: int
    invited: int  # by a mail address, without an answer

    @property
    def all(self) -> int:
        return self.active + self.waiting + self.invited


def readers_of(round_: Round) -> Readers:
    counts = Enlistment.objects.filter(round=round_).aggregate(
        active=Count("pk", filter=Q(state=State.ACTIVE)),
        waiting=Count("pk", filter=Q(state=State.INVITED)),
        paused=Count("pk", filter=Q(state=State.PAUSED)),
    )
    invited = Invitation.objects.filter(round=round_, state=Invitation.State.SENT).count()
    return Readers(invited=invited, **counts)
