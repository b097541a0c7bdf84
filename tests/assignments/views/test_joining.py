"""The link from the teacher's page to the student's place."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from assignments.models import Course
from assignments.services.course import archive_course, renew_join_link
from assignments.services.enrolment import enrol, withdraw
from edu_crowd.people.models import User
from tests.factories import NOW, CourseFactory, EnrolmentFactory, UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
SECRET = "a-long-enough-secret"


@pytest.fixture
def course() -> Course:
    course = CourseFactory(title="作文", language="ja")
    renew_join_link(course=course)
    return course


def link_of(course: Course) -> str:
    return reverse("join", kwargs={"token": course.join_token})


def proved(address: str, *, verified: bool = True) -> User:
    user = UserFactory()
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def test_teacher_makes_shows_renews_and_ends_the_link() -> None:
    course = CourseFactory()
    client = client_of(course.enrolments.get().user)
    url, roster = reverse("course_join_link", args=[course.pk]), reverse("roster", args=[course.pk])
    assert client.get(url)["Location"] == roster
    assert "Join link: off" in client.get(roster).content.decode()
    tokens = []
    for _ in range(2):
        page = client.post(url, {"action": "new"}, follow=True).content.decode()
        course.refresh_from_db()
        tokens.append(course.join_token)
        assert f"http://testserver/join/{course.join_token}/" in page
    assert tokens[0] != tokens[1]
    page = client.post(url, {"action": "off"}, follow=True).content.decode()
    assert "Join link: off" in page
    archive_course(course=course, now=NOW)
    assert "The course is archived" in client.post(url, {"action": "new"}, follow=True).content.decode()


def test_who_is_not_signed_in_sees_the_course_and_comes_back_to_the_link(course: Course) -> None:
    page = Client().get(link_of(course)).content.decode()
    assert "作文" in page
    assert all(f'href="/accounts/{way}/?next={link_of(course)}"' in page for way in ("login", "signup"))
    assert Client().post(link_of(course))["Location"] == f"/accounts/login/?next={link_of(course)}"


def test_overview_leads_who_came_by_a_link_on_to_it_until_they_are_in(course: Course) -> None:
    client, person = Client(), UserFactory()
    client.get(link_of(course))
    client.force_login(person)
    go_on = f'href="{link_of(course)}"'
    assert go_on in client.get("/").content.decode()
    client.post(link_of(course), {"family_name": "Ada"})
    assert go_on not in client.get("/").content.decode()
    assert "link" not in client.session


def test_overview_forgets_a_link_that_was_switched_off(course: Course) -> None:
    client = client_of(UserFactory())
    client.get(link_of(course))
    assert "about to join" in client.get("/").content.decode()
    renew_join_link(course=course)
    assert "about to join" not in client.get("/").content.decode()


def test_place_of_a_proved_address_is_on_the_overview_without_a_link(course: Course) -> None:
    place = enrol(course=course, role="student", email="ada@example.org", family_name="Ada")
    take, person = reverse("place_take", args=[place.pk]), proved("Ada@example.org")
    client = client_of(person)
    assert take in client.get("/").content.decode()
    assert "as Ada" in client.post(take, follow=True).content.decode()
    place.refresh_from_db()
    assert place.user == person
    page = client.post(take, follow=True).content.decode()  # pressed twice
    assert ("in this course already" in page, take in page) == (True, False)


def test_place_is_for_its_owner_alone_while_it_is_free(course: Course) -> None:
    place = enrol(course=course, role="student", email="ada@example.org", family_name="Ada")
    take = reverse("place_take", args=[place.pk])
    for person in (proved("ada@example.org", verified=False), proved("eve@example.org")):
        client = client_of(person)
        assert take not in client.get("/").content.decode()
        assert client.post(take).status_code == 404
    owner = proved("ada@example.com")
    enrol(course=course, role="student", user=owner, family_name="Ada")
    enrol(course=course, role="student", email="ada@example.com", family_name="Ada")
    assert "a place for you" not in client_of(owner).get("/").content.decode()
    withdraw(enrolment=place)
    assert client_of(proved("ada@example.net")).post(take).status_code == 404
    archive_course(course=course, now=NOW)
    assert client_of(owner).post(take).status_code == 404


def test_link_that_is_off_unknown_or_of_an_archived_course_is_the_same_absence(course: Course) -> None:
    client, archived = client_of(UserFactory()), CourseFactory()
    renew_join_link(course=archived)
    archive_course(course=archived, now=NOW)
    old = link_of(course)
    renew_join_link(course=course)
    for visitor in (client, Client()):
        absent = [visitor.get(link) for link in (old, link_of(archived), "/join/unknown/")]
        assert {page.status_code for page in absent} == {404}
        assert len({page.content for page in absent}) == 1
    assert Client().post("/join/unknown/").status_code == 404


def test_place_of_a_proved_address_takes_one_click(course: Course) -> None:
    place = enrol(course=course, role="student", email="ada@example.org", family_name="Ada", given_name="L")
    client = client_of(proved("Ada@example.org"))
    page = client.get(link_of(course)).content.decode()
    assert "<strong>Ada L</strong>" in page
    assert "作文" in page
    assert 'name="family_name"' not in page
    home = client.post(link_of(course), follow=True)
    assert (home.redirect_chain[-1][0], "as Ada L" in home.content.decode()) == ("/", True)
    place.refresh_from_db()
    assert place.user is not None


def test_unproved_address_shows_nothing_of_the_roster(course: Course) -> None:
    place = enrol(course=course, role="student", email="ada@example.org", family_name="Ada")
    client = client_of(proved("ada@example.org", verified=False))
    assert "Ada" not in client.get(link_of(course)).content.decode()
    assert client.post(link_of(course), {"family_name": "Eve"}).status_code == 302
    place.refresh_from_db()
    assert place.user is None


def test_refused_join_keeps_what_was_typed(course: Course) -> None:
    EnrolmentFactory(course=course, student_number="A1")
    client = client_of(UserFactory())
    response = client.post(link_of(course), {"student_number": "A1", "family_name": "Typed"})
    assert (response.status_code, "another account" in response.content.decode()) == (409, True)
    assert 'value="Typed"' in client.get(link_of(course)).content.decode()
    assert client.post(link_of(course), {"family_name": "x" * 81}).status_code == 422
    assert client.post(link_of(course), {}).status_code == 409


def test_who_is_in_the_course_is_led_home(course: Course) -> None:
    client = client_of(EnrolmentFactory(course=course).user)
    assert "You are in this course already" in client.get(link_of(course)).content.decode()
    assert client.post(link_of(course))["Location"] == "/"


def test_who_was_taken_out_is_told_to_ask(course: Course) -> None:
    place = EnrolmentFactory(course=course)
    withdraw(enrolment=place)
    withdraw(enrolment=enrol(course=course, role="student", email="ada@example.org"))
    for user in (place.user, proved("ada@example.org")):
        client = client_of(user)
        page = client.get(link_of(course)).content.decode()
        assert "You were taken out of this course" in page
        assert '<button class="btn btn-primary btn-lg"' not in page
        assert client.post(link_of(course), {"family_name": "X"}).status_code == 409


def test_link_outlives_signing_up_confirming_and_signing_in(course: Course) -> None:
    client = Client()
    client.get(link_of(course))
    form = {"email": "ada@example.org", "password1": SECRET, "password2": SECRET}
    page = client.get("/accounts/signup/")
    client.post("/accounts/signup/", form | {name: "Ada" for name in page.context["form"].fields if name not in form})
    [confirm] = re.findall(r"https?://testserver(/accounts/confirm-email/\S+)", str(mail.outbox[0].body))
    client.get(confirm, follow=True)
    client.post(confirm, follow=True)
    client.post("/accounts/login/", {"login": "ada@example.org", "password": SECRET})
    assert f'href="{link_of(course)}"' in client.get("/").content.decode()
