"""One place in a course, as its teacher changes it."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from assignments.models import Course, Enrolment
from edu_crowd.people.models import User
from tests.factories import CourseFactory, EnrolmentFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return CourseFactory()


def post(user: User, place: Enrolment, action: str, **form: str) -> HttpResponse:
    return client_of(user).post(reverse("enrolment", args=[place.pk]), {"action": action} | form)


def owner_place(course: Course) -> Enrolment:
    return course.enrolments.get(role="owner")


def test_names_are_changed_and_a_refused_change_is_shown_again(course: Course) -> None:
    owner, place = owner_place(course).user, EnrolmentFactory(course=course, user=None)
    EnrolmentFactory(course=course, student_number="A1")
    refused = post(owner, place, "edit", student_number="A1", family_name="Typed")
    assert (refused.status_code, "is taken" in refused.content.decode()) == (409, True)
    assert 'value="Typed"' in refused.content.decode()
    assert post(owner, place, "edit", email="nowhere").status_code == 422
    assert post(owner, place, "edit", student_number="A2", family_name="佐藤").status_code == 302
    place.refresh_from_db()
    assert (place.student_number, place.family_name, place.given_name) == ("A2", "佐藤", "")


def test_role_is_changed_where_there_is_an_account(course: Course) -> None:
    owner = owner_place(course).user
    place, free = EnrolmentFactory(course=course), EnrolmentFactory(course=course, user=None)
    assert post(owner, place, "role", role="assistant").status_code == 302
    assert post(owner, free, "role", role="assistant").status_code == 409
    assert post(owner, place, "role", role="dean").status_code == 422
    place.refresh_from_db()
    free.refresh_from_db()
    assert (place.role, free.role) == ("assistant", "student")


def test_who_is_taken_out_can_be_taken_back_in(course: Course) -> None:
    owner, place = owner_place(course).user, EnrolmentFactory(course=course)
    client, url = client_of(owner), reverse("enrolment", args=[place.pk])
    assert "Take back in" in client.post(url, {"action": "withdraw"}, follow=True).content.decode()
    place.refresh_from_db()
    assert not place.is_active
    assert "Take out of the course" in client.post(url, {"action": "readmit"}, follow=True).content.decode()
    place.refresh_from_db()
    assert place.is_active


def test_last_owner_cannot_lock_themself_out(course: Course) -> None:
    place = owner_place(course)
    for action, form in (("withdraw", {}), ("role", {"role": "student"})):
        response = post(place.user, place, action, **form)
        assert (response.status_code, "needs an owner" in response.content.decode()) == (409, True)
    place.refresh_from_db()
    assert (place.role, place.is_active) == ("owner", True)


def test_teacher_sees_and_does_not_change_an_owner(course: Course) -> None:
    teacher, place = EnrolmentFactory(course=course, role="teacher").user, owner_place(course)
    page = client_of(teacher).get(reverse("enrolment", args=[place.pk])).content.decode()
    assert "Only an owner can change an owner" in page
    for action, form in (("withdraw", {}), ("role", {"role": "student"}), ("edit", {"family_name": "X"})):
        assert post(teacher, place, action, **form).status_code == 409
    other = EnrolmentFactory(course=course)
    assert post(teacher, other, "role", role="owner").status_code == 409


def test_who_takes_the_course_from_themself_goes_home(course: Course) -> None:
    place = EnrolmentFactory(course=course, role="teacher")
    assert post(place.user, place, "role", role="assistant")["Location"] == reverse("home")
