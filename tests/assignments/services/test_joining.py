"""Joining by a link: whose place it becomes, and who is refused."""

from typing import Any

import pytest

from assignments.models import Course, Enrolment
from assignments.services.course import renew_join_link
from assignments.services.enrolment import AlreadyEnrolled, Nameless, enrol, withdraw
from assignments.services.joining import LeftCourse, LinkOff, NumberTaken, join_by_link
from edu_crowd.people.models import User
from edu_crowd.shared.access import has_right
from tests.factories import CourseFactory, EnrolmentFactory, UserFactory

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


@pytest.fixture
def course() -> Course:
    course = CourseFactory()
    renew_join_link(course=course)
    return course


def joins(course: Course, user: User | None = None, **typed: Any) -> Enrolment:
    fields: dict[str, Any] = {"token": course.join_token, "addresses": [ADA]} | typed
    return join_by_link(course=course, user=user or UserFactory(), **fields)


def test_place_of_a_proved_address_becomes_theirs(course: Course) -> None:
    place = enrol(course=course, role="student", email="ADA@example.org", family_name="Ada", student_number="A1")
    user = UserFactory()
    assert joins(course, user, addresses=["other@example.org", ADA], family_name="Somebody", reading="えいだ") == place
    place.refresh_from_db()
    assert (place.user, place.family_name, place.given_name, place.reading) == (user, "Ada", "", "えいだ")
    assert has_right(user, "hand_in", course)


def test_place_of_another_address_stays_free(course: Course) -> None:
    place = enrol(course=course, role="student", email="bob@example.org")
    assert joins(course, family_name="Ada") != place
    place.refresh_from_db()
    assert place.user is None


def test_place_of_a_number_without_address_becomes_theirs_with_the_names_it_lacked(course: Course) -> None:
    place = enrol(course=course, role="student", student_number="A1")
    assert joins(course, student_number=" Ａ1 ", family_name="Ada", given_name="L") == place
    place.refresh_from_db()
    assert (place.family_name, place.given_name, place.email) == ("Ada", "L", ADA)


def test_number_of_an_account_or_an_address_is_refused(course: Course) -> None:
    EnrolmentFactory(course=course, student_number="A1")
    enrol(course=course, role="student", student_number="A2", email="bob@example.org")
    for number in ("A1", "A2"):
        with pytest.raises(NumberTaken, match=number):
            joins(course, student_number=number, family_name="Ada")
    assert not Enrolment.objects.filter(course=course, email=ADA).exists()


def test_unknown_person_gets_a_new_place_with_the_names_typed(course: Course) -> None:
    place = joins(course, student_number="A7", family_name="佐藤", given_name="花子", reading="さとう はなこ")
    assert (place.role, place.student_number, str(place), place.email) == ("student", "A7", "佐藤 花子", ADA)


def test_new_place_without_a_name_is_refused(course: Course) -> None:
    with pytest.raises(Nameless):
        joins(course, student_number="A7")
    assert course.enrolments.count() == 1


def test_address_of_somebody_else_on_the_roster_is_not_taken_along(course: Course) -> None:
    EnrolmentFactory(course=course, email=ADA)
    assert joins(course, family_name="Ada").email == ""


def test_who_is_in_the_course_is_told_so(course: Course) -> None:
    user = UserFactory()
    joins(course, user, family_name="Ada")
    with pytest.raises(AlreadyEnrolled):
        joins(course, user, family_name="Ada")
    with pytest.raises(AlreadyEnrolled):
        joins(course, course.enrolments.get(role="owner").user)


def test_who_was_taken_out_does_not_come_back_by_the_link(course: Course) -> None:
    student = EnrolmentFactory(course=course)
    rostered = enrol(course=course, role="student", email=ADA)
    numbered = enrol(course=course, role="student", student_number="A3")
    for place in (student, rostered, numbered):
        withdraw(enrolment=place)
    with pytest.raises(LeftCourse):
        joins(course, student.user, family_name="Ada")
    with pytest.raises(LeftCourse):
        joins(course, family_name="Ada")
    with pytest.raises(LeftCourse):
        joins(course, addresses=[], student_number="A3")


def test_link_renewed_meanwhile_is_refused(course: Course) -> None:
    old = course.join_token
    renew_join_link(course=Course.objects.get(pk=course.pk))
    for token in (old, ""):
        with pytest.raises(LinkOff):
            joins(course, token=token, family_name="Ada")
