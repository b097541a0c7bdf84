"""The roster as its teacher sees it, and people added by hand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.models import Course
from assignments.services.enrolment import enrol, withdraw
from edu_crowd.people.models import User
from tests.factories import CourseFactory, EnrolmentFactory, UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return CourseFactory()


def owner_of(course: Course) -> User:
    return course.enrolments.get(role="owner").user


def page(course: Course, query: str = "") -> str:
    return client_of(owner_of(course)).get(reverse("roster", args=[course.pk]) + query).content.decode()


def test_roster_of_a_new_course_says_what_to_do(course: Course) -> None:
    assert "Only you so far" in page(course)


def test_roster_shows_everybody_those_who_left_last(course: Course) -> None:
    left = enrol(course=course, role="student", student_number="A0", family_name="Lea")
    withdraw(enrolment=left)
    enrol(
        course=course, role="student", student_number="A2", family_name="佐藤", reading="さとう", email="s@example.org"
    )
    EnrolmentFactory(course=course, student_number="A1", family_name="Ada")
    EnrolmentFactory(course=course, role="assistant", family_name="Tani", student_number="")
    text = page(course)
    places = [text.index(word) for word in (str(owner_of(course)), "Tani", "Ada", "佐藤", "Lea")]
    assert places == sorted(places)
    for word in ("さとう", "s@example.org", "no account yet", "has joined", "has left", "5 people"):
        assert word in text


def test_roster_search_and_filter(course: Course) -> None:
    enrol(course=course, role="student", student_number="A1", family_name="佐藤", reading="さとう")
    EnrolmentFactory(course=course, student_number="A2", family_name="Bob")
    EnrolmentFactory(course=course, role="assistant", family_name="Tani")
    withdraw(enrolment=EnrolmentFactory(course=course, family_name="Lea"))
    shown = {
        query: [name for name in ("佐藤", "Bob", "Tani", "Lea") if name in page(course, query)]
        for query in ("?q=さとう", "?q=Ａ２", "?show=assistant", "?show=no_account", "?show=left", "?q=zzz", "?show=x")
    }
    assert shown == {
        "?q=さとう": ["佐藤"],
        "?q=Ａ２": ["Bob"],
        "?show=assistant": ["Tani"],
        "?show=no_account": ["佐藤"],
        "?show=left": ["Lea"],
        "?q=zzz": [],
        "?show=x": ["佐藤", "Bob", "Tani", "Lea"],
    }
    assert "Nobody fits" in page(course, "?q=zzz")


def test_roster_asks_as_often_for_thirty_people_as_for_one(course: Course) -> None:
    client, url = client_of(owner_of(course)), reverse("roster", args=[course.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    assert queries() == 6
    for _ in range(30):
        EnrolmentFactory(course=course)
    assert queries() == 6


def test_student_is_added_by_hand_and_the_page_comes_back_for_another(course: Course) -> None:
    client, url = client_of(owner_of(course)), reverse("roster_add", args=[course.pk])
    form = {"kind": "student", "student_number": "２６", "family_name": "佐藤", "email": "Ａ@example.org"}
    response = client.post(url, form | {"another": "1"})
    assert response["Location"] == url
    place = course.enrolments.get(role="student")
    assert (place.student_number, place.family_name, place.email, place.user) == ("26", "佐藤", "a@example.org", None)
    assert client.post(url, {"kind": "student", "given_name": "Bob"})["Location"] == reverse("roster", args=[course.pk])


def test_student_refused_keeps_what_was_typed(course: Course) -> None:
    client, url = client_of(owner_of(course)), reverse("roster_add", args=[course.pk])
    enrol(course=course, role="student", student_number="A1")
    cases = [
        ({"student_number": "A1", "family_name": "Typed"}, 409, "is taken"),
        ({"email": "nowhere", "family_name": "Typed"}, 422, "Enter a valid email address"),
        ({"reading": "Typed"}, 409, "Give a student number, a name or a mail address"),
    ]
    for typed, status, sentence in cases:
        response = client.post(url, {"kind": "student"} | typed)
        text = response.content.decode()
        assert (response.status_code, sentence in text, 'value="Typed"' in text) == (status, True, True)
        assert 'value="Typed"' in client.get(url).content.decode()
    assert course.enrolments.filter(role="student").count() == 1


def test_staff_is_added_by_the_address_of_an_account(course: Course) -> None:
    client, url = client_of(owner_of(course)), reverse("roster_add", args=[course.pk])
    colleague = UserFactory(email="colleague@example.org")
    response = client.post(url, {"kind": "staff", "account": "nobody@example.org", "role": "teacher"})
    assert (response.status_code, "sign up first" in response.content.decode()) == (422, True)
    client.post(url, {"kind": "staff", "account": "Colleague@Example.org", "role": "assistant"})
    assert course.enrolments.get(user=colleague).role == "assistant"
    assert client.post(url, {"kind": "staff", "account": colleague.email, "role": "teacher"}).status_code == 409
    assert client.post(url, {"kind": "staff", "account": colleague.email, "role": "student"}).status_code == 422


def test_teacher_makes_no_owner(course: Course) -> None:
    teacher, colleague = EnrolmentFactory(course=course, role="teacher"), UserFactory()
    url = reverse("roster_add", args=[course.pk])
    form = {"kind": "staff", "account": colleague.email, "role": "owner"}
    assert client_of(teacher.user).post(url, form).status_code == 422
    assert client_of(owner_of(course)).post(url, form).status_code == 302
    assert course.enrolments.get(user=colleague).role == "owner"
