"""A teacher asks for a gradebook as a file, watches it and downloads it; nobody else comes near it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assignments.models import Assignment
from assignments.services.enrolment import enrol
from grading import pipeline
from grading.models import Export
from grading.queries.export import recent_exports
from tests.factories import UserFactory
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def world() -> World:
    return World(students=2, round_settings={"batch_minimum": 1}).release_all()


def ask(world: World, **form: str) -> tuple[Client, Export]:
    client = client_of(world.teacher)
    response = client.post(reverse("export_new", args=[world.assignment.pk]), form)
    export = Export.objects.latest("pk")
    assert response["Location"] == reverse("export", args=[export.pk])
    return client, export


def write() -> None:
    while pipeline.write_next(now=timezone.now):
        pass


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_file_is_asked_for_watched_and_downloaded(world: World) -> None:
    Assignment.objects.filter(pk=world.assignment.pk).update(title="小テスト 1/2: «Été»")
    client, export = ask(world, kind="xlsx")
    page = reverse("export", args=[export.pk])
    assert "It waits for its turn." in client.get(page).content.decode()
    write()
    assert reverse("export_file", args=[export.pk]) in client.get(page).content.decode()
    response = client.get(reverse("export_file", args=[export.pk]))
    assert body(response)[:2] == b"PK"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == (XLSX, "nosniff")
    day = timezone.now().astimezone(timezone.get_fixed_timezone(540)).date()
    name = f"%E5%B0%8F%E3%83%86%E3%82%B9%E3%83%88_1_2_%C3%89t%C3%A9-{day}.xlsx"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("form", "kind"), [({}, "csv"), ({"which": "sheets"}, "rows"), ({"which": "results"}, "csv")])
def test_csv_holds_results_or_sheets(world: World, form: dict[str, str], kind: str) -> None:
    client, export = ask(world, kind="csv", **form)
    assert export.kind == kind
    write()
    response = client.get(reverse("export_file", args=[export.pk]))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    content = body(response).decode("utf-8-sig")
    assert ("Comments" in content) == (kind == "rows")


def test_address_may_say_which(world: World) -> None:
    client_of(world.teacher).post(reverse("export_new", args=[world.assignment.pk]) + "?which=sheets", {"kind": "csv"})
    assert Export.objects.get().kind == "rows"


def test_page_answers_its_script_in_figures(world: World) -> None:
    client, export = ask(world, kind="xlsx")
    Export.objects.filter(pk=export.pk).update(state="running", rows_done=1200, rows_total=5000)
    response = client.get(reverse("export", args=[export.pk]), headers={"Accept": "application/json"})
    assert response.json() == {
        "state": "running",
        "rows_done": 1200,
        "rows_total": 5000,
        "said": "1,200 of 5,000 rows are written.",
    }
    assert "Accept" in response["Vary"]
    page = client.get(reverse("export", args=[export.pk]), headers={"Accept": "text/html,*/*"}).content.decode()
    assert 'value="1200" max="5000"' in page
    assert "See how far it is" in page
    Export.objects.filter(pk=export.pk).update(rows_done=5000)
    assert "being packed" in client.get(reverse("export", args=[export.pk])).content.decode()


def test_failed_file_says_why_and_can_be_tried_again(world: World) -> None:
    client, export = ask(world, kind="csv", which="sheets")
    Export.objects.filter(pk=export.pk).update(state="failed", error="Something went wrong.")
    page = client.get(reverse("export", args=[export.pk])).content.decode()
    assert "Something went wrong." in page
    assert "Try again</button>" in page
    again = client.post(reverse("export_new", args=[world.assignment.pk]), {"kind": export.kind})
    assert again["Location"] != reverse("export", args=[export.pk])
    assert Export.objects.latest("pk").kind == "rows"


def test_file_that_is_not_there_leads_to_the_page_that_says_so(world: World) -> None:
    client, export = ask(world, kind="csv")
    file, page = reverse("export_file", args=[export.pk]), reverse("export", args=[export.pk])
    assert client.get(file)["Location"] == page
    write()
    pipeline.tick(now=timezone.now() + timedelta(days=8), rng=world.rng)
    assert client.get(file)["Location"] == page
    assert "removed" in client.get(page).content.decode()
    Export.objects.update(file="gradebooks/ab/lost")
    assert client.get(file)["Location"] == page


def test_unknown_kind_is_refused(world: World) -> None:
    response = client_of(world.teacher).post(reverse("export_new", args=[world.assignment.pk]), {"kind": "pdf"})
    assert response["Location"] == reverse("gradebook", args=[world.assignment.pk])
    assert Export.objects.count() == 0


def test_own_files_only_and_only_while_the_right_lasts(world: World) -> None:
    client, export = ask(world, kind="csv")
    write()
    colleague = UserFactory()
    enrol(course=world.course, role="teacher", user=colleague)
    addresses = [reverse(name, args=[export.pk]) for name in ("export", "export_file")]
    assert [client_of(colleague).get(address).status_code for address in addresses] == [404, 404]
    assert client.get(addresses[0]).status_code == 200
    assert body(client.get(addresses[1])).startswith(b"\xef\xbb\xbf")
    world.course.courseuserobjectpermission_set.filter(user=world.teacher).delete()
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_recent_files_are_mine_newest_first(world: World) -> None:
    for number in range(7):
        Export.objects.create(
            assignment=world.assignment,
            by=world.teacher,
            kind="csv",
            state="done",
            asked_at=world.now + timedelta(minutes=number),
        )
    Export.objects.create(assignment=world.assignment, by=UserFactory(), kind="csv", asked_at=world.now)
    with CaptureQueriesContext(connection) as queries, timezone.override(world.course.time_zone):
        shown = render_to_string(
            "grading/export/_recent.html", {"exports": recent_exports(world.assignment, world.teacher)}
        )
    assert (len(queries), shown.count("<li"), shown.count("removed")) == (1, 5, 5)
    page = client_of(world.teacher).get(reverse("gradebook", args=[world.assignment.pk])).content.decode()
    assert shown.strip() in page


def test_page_asks_little(world: World, django_assert_num_queries: Any) -> None:
    client, export = ask(world, kind="csv")
    with django_assert_num_queries(5):
        client.get(reverse("export", args=[export.pk]))
