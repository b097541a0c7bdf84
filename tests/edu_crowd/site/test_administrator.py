"""The administrator's pages: people, courses, health, jobs, audit; and everybody's own settings."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from edu_crowd.people.models import User
from edu_crowd.shared import audit, outbox
from edu_crowd.shared.models import AuditEntry, OutboxEntry
from tests.factories import CourseFactory, EnrolmentFactory, UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
MANY = 30


@pytest.fixture
def boss() -> User:
    return UserFactory(is_staff=True, display_name="Administrator")


@pytest.fixture
def client(boss: User) -> Client:
    return client_of(boss)


def act(client: Client, person: User, action: str) -> int:
    return client.post(f"/site/people/{person.pk}/", {"action": action}).status_code


def test_blocked_person_is_signed_out_at_once_and_may_return(client: Client, boss: User) -> None:
    person = UserFactory()
    theirs = client_of(person)
    assert theirs.get("/me/").status_code == 200
    assert act(client, person, "block") == 302
    assert theirs.get("/me/").status_code == 302
    assert act(client, person, "unblock") == 302
    assert theirs.get("/me/").status_code == 200
    assert [(entry.action, entry.actor_id, entry.target) for entry in AuditEntry.objects.all()] == [
        ("person.unblocked", boss.pk, f"user:{person.pk}"),
        ("person.blocked", boss.pk, f"user:{person.pk}"),
    ]


def test_administrators_cannot_lock_themselves_out(client: Client, boss: User) -> None:
    for action in ("block", "dismiss"):
        response = client.post(f"/site/people/{boss.pk}/", {"action": action})
        assert (response.status_code, b"another administrator" in response.content) == (409, True)
    boss.refresh_from_db()
    assert (boss.is_staff, boss.is_active) == (True, True)


def test_administrator_is_appointed_and_dismissed(client: Client) -> None:
    person = UserFactory()
    act(client, person, "appoint")
    assert client_of(person).get("/site/health/").status_code == 200
    act(client, person, "dismiss")
    assert client_of(person).get("/site/health/").status_code == 404


def test_what_was_done_is_said_by_name_and_shown_beside_it(client: Client) -> None:
    person = UserFactory(display_name="森 花子")
    url = f"/site/people/{person.pk}/"
    page = client.get(url).content.decode()
    assert page.count("<details") == 2  # each act is asked first
    assert "badge" not in page
    for action, said, badge in [
        ("appoint", "森 花子 is an administrator now. Undo it here.", ">administrator<"),
        ("block", "森 花子 is blocked now and signed out. Undo it here.", ">blocked<"),
        ("unblock", "森 花子 may sign in again.", ">administrator<"),
        ("dismiss", "森 花子 is no administrator any more. Undo it here.", "In no course"),
    ]:
        page = client.post(url, {"action": action}, follow=True).content.decode()
        assert (said in page, badge in page) == (True, True), action


def test_who_is_blocked_reads_whom_to_ask() -> None:
    assert "Ask the site's administrator" in Client().get("/accounts/inactive/").content.decode()


def test_no_action_chosen_is_told(client: Client) -> None:
    assert act(client, UserFactory(), "") == 422


def test_people_are_found_and_filtered(client: Client) -> None:
    UserFactory(display_name="森 花子")
    UserFactory(display_name="林 太郎", is_active=False)
    found = client.get("/site/people/", {"q": "森"}).content.decode()
    blocked = client.get("/site/people/", {"filter": "blocked"}).content.decode()
    assert ("森 花子" in found, "林 太郎" in found) == (True, False)
    assert ("森 花子" in blocked, "林 太郎" in blocked) == (False, True)
    assert "Nobody was found" in client.get("/site/people/", {"q": "nobody at all"}).content.decode()


def test_health_tells_that_nobody_does_the_work(client: Client) -> None:
    assert b"needs you" not in client.get("/site/health/").content
    OutboxEntry.objects.create(key="a", job="after_seal", payload={}, run_at=timezone.now() - timedelta(minutes=5))
    assert b"nobody does the work" in client.get("/site/health/").content


def test_failed_job_is_tried_again_now(client: Client) -> None:
    later = timezone.now() + timedelta(hours=1)
    entry = OutboxEntry.objects.create(key="a", job="after_seal", payload={}, run_at=later, attempts=3, error="Broken")
    assert b"Broken" in client.get("/site/jobs/", {"filter": "failed"}).content
    client.post(f"/site/jobs/{entry.pk}/retry/")
    entry.refresh_from_db()
    assert entry.run_at <= timezone.now()
    OutboxEntry.objects.filter(pk=entry.pk).update(done_at=timezone.now())
    assert outbox.hurry(entry_id=entry.pk, now=timezone.now()) is False


def test_audit_trail_is_narrowed(client: Client, boss: User) -> None:
    course, other = CourseFactory(), CourseFactory()
    with audit.acting(boss.pk):
        audit.record("course.archived", course)
    audit.record("round.opened", other, papers=3)
    everything = client.get("/site/audit/").content.decode()
    assert ("papers 3" in everything, "the site itself" in everything) == (True, True)
    mine = client.get("/site/audit/", {"actor": boss.pk}).content.decode()
    assert (f"course:{course.pk}" in mine, f"course:{other.pk}" in mine) == (True, False)
    on_other = client.get("/site/audit/", {"q": f"course:{other.pk}"}).content.decode()
    assert (f">course:{course.pk}<" in on_other, f">course:{other.pk}<" in on_other) == (False, True)


def test_own_settings_are_kept_and_spoken(boss: User, client: Client) -> None:
    form = {"display_name": "管理 者", "locale": "ja", "time_zone": "Asia/Tokyo"}
    assert client.post("/me/", form | {"time_zone": "Mars/Base"}).status_code == 422
    assert client.post("/me/", form).status_code == 302
    boss.refresh_from_db()
    assert (boss.display_name, boss.locale, boss.time_zone) == ("管理 者", "ja", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("url", "budget"), [("/site/people/", 4), ("/site/courses/", 4), ("/site/jobs/", 4), ("/site/audit/", 6)]
)
def test_lists_ask_as_often_for_many_rows_as_for_one(client: Client, url: str, budget: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    def row(number: int) -> None:
        audit_by = UserFactory()
        EnrolmentFactory(user=audit_by)
        OutboxEntry.objects.create(key=str(number), job="after_seal", payload={}, run_at=timezone.now())
        with audit.acting(audit_by.pk):
            audit.record("person.blocked", audit_by)

    row(0)
    assert queries() == budget
    for number in range(1, MANY):
        row(number)
    assert queries() == budget
