"""Creating, showing, changing and archiving a course."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.models import Course
from edu_crowd.people.models import User
from tests.factories import AssignmentFactory, CourseFactory, QuestionFactory, SubmissionFactory, UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


def owner_of(course: Course) -> User:
    return course.enrolments.get(role="owner").user


def page(course: Course, name: str = "course", query: str = "") -> str:
    return client_of(owner_of(course)).get(reverse(name, args=[course.pk]) + query).content.decode()


def test_new_course_belongs_to_whoever_creates_it() -> None:
    person = UserFactory(locale="ja", time_zone="Asia/Tokyo")
    client = client_of(person)
    form = client.get(reverse("course_new")).content.decode()
    assert 'value="Asia/Tokyo"' in form
    assert '<option value="ja" selected' in form
    response = client.post(
        reverse("course_new"), {"title": " 作文  1 ", "language": "ja", "time_zone": "europe/berlin"}
    )
    course = Course.objects.get()
    assert response["Location"] == reverse("course", args=[course.pk])
    assert (course.title, course.language, course.time_zone) == ("作文 1", "ja", "Europe/Berlin")
    assert owner_of(course) == person


@pytest.mark.parametrize(("typed", "zone"), [("tokyo", "Asia/Tokyo"), ("New York", "America/New_York"), ("utc", "UTC")])
def test_time_zone_is_found_by_its_city(typed: str, zone: str) -> None:
    client_of(UserFactory()).post(reverse("course_new"), {"title": "Essay", "language": "en", "time_zone": typed})
    assert Course.objects.get().time_zone == zone


def test_new_course_refused_keeps_what_was_typed_also_in_another_language() -> None:
    client = client_of(UserFactory())
    wrong = {"title": "Essay writing", "language": "ja", "time_zone": "Mars/Olympus"}
    refused = client.post(reverse("course_new"), wrong)
    assert refused.status_code == 422
    assert "is not a time zone" in refused.content.decode()
    for text in (refused.content.decode(), client.get(reverse("course_new")).content.decode()):
        assert "Essay writing" in text
        assert "Mars/Olympus" in text
    assert not Course.objects.exists()


def test_course_without_assignments_says_what_to_do() -> None:
    course = CourseFactory()
    text = page(course)
    assert "There is no assignment yet" in text
    assert "New assignment" in text


def test_course_lists_assignments_in_its_own_zone_with_counts() -> None:
    course = CourseFactory(time_zone="Asia/Tokyo")
    due = AssignmentFactory(course=course, due_at=datetime(2026, 5, 27, 15, 30, tzinfo=UTC))
    QuestionFactory(assignment=due)
    QuestionFactory(assignment=due)
    SubmissionFactory(assignment=due)
    SubmissionFactory(assignment=due, now=None)
    AssignmentFactory(course=course, state="draft", due_at=None, title="Still a draft")
    AssignmentFactory(course=course, state="archived", title="Long ago")
    text = page(course)
    assert text.index("Still a draft") < text.index(due.title) < text.index("Long ago")
    row = text[text.index(due.title) : text.index("Long ago")]
    assert "12:30 a.m." in row
    assert '<td class="text-end">2</td>' in row
    assert '<td class="text-end">1</td>' in row
    assert "Asia/Tokyo" in text
    assert "not set" in text


def test_course_search_and_filter() -> None:
    course = CourseFactory()
    AssignmentFactory(course=course, title="Refraction")
    AssignmentFactory(course=course, title="Kyoto", state="draft", due_at=None)
    assert "Kyoto" not in page(course, query="?q=ｒｅｆｒ")
    assert "Refraction" not in page(course, query="?state=draft")
    assert "No assignment fits" in page(course, query="?q=nothing")


def test_settings_are_changed_and_a_refused_change_changes_nothing() -> None:
    course = CourseFactory(title="Old")
    client = client_of(owner_of(course))
    url = reverse("course_edit", args=[course.pk])
    assert client.post(url, {"title": "", "language": "en", "time_zone": "UTC"}).status_code == 422
    course.refresh_from_db()
    assert course.title == "Old"
    assert client.post(url, {"title": "New", "language": "ja", "time_zone": "UTC"}).status_code == 302
    course.refresh_from_db()
    assert (course.title, course.language, course.time_zone) == ("New", "ja", "UTC")


def test_archived_course_says_so_stays_as_it_is_and_comes_back() -> None:
    course = CourseFactory(title="Old")
    client = client_of(owner_of(course))
    archive, settings = reverse("course_archive", args=[course.pk]), reverse("course_edit", args=[course.pk])
    assert client.get(archive)["Location"] == settings
    client.post(archive, {"action": "archive"})
    for name in ("course", "course_edit", "roster", "roster_add", "roster_import"):
        assert "This course is archived" in page(course, name)
    assert "New assignment" not in page(course)
    assert client.post(settings, {"title": "New", "language": "en", "time_zone": "UTC"}).status_code == 409
    client.post(archive, {"action": "restore"})
    assert client.post(settings, {"title": "New", "language": "en", "time_zone": "UTC"}).status_code == 302
    course.refresh_from_db()
    assert (course.title, course.archived_at) == ("New", None)


def test_course_asks_as_often_for_thirty_assignments_as_for_one() -> None:
    course = CourseFactory()
    client, url = client_of(owner_of(course)), reverse("course", args=[course.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    SubmissionFactory(assignment=AssignmentFactory(course=course))
    assert queries() == 6
    for _ in range(30):
        QuestionFactory(assignment=AssignmentFactory(course=course))
    assert queries() == 6
