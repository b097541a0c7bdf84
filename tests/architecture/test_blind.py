"""Law 1 at the database: no page of a grader reads a row that leads to an author.

Each URL whose gate is a grader's is called by every method, through claim, draft, seal, skip and extension, while every
statement that reaches the database is looked at.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import get_resolver, path, reverse
from django.utils import timezone

from assignments.models import Submission
from edu_crowd.people.models import User
from edu_crowd.shared.access import anyone, gate_of, opens
from edu_crowd.shared.errors import Refused
from grading.models import Allocation
from grading.permissions import access_desk, access_grader, access_page, access_round_as_grader
from grading.queries.script import criteria_of_script
from grading.routing import websocket_urlpatterns
from grading.services.claim import renew
from tests.architecture.test_rights import views
from tests.flows.references import opened, put_first
from tests.flows.stages import PAGE, draw_page
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db

GRADERS_GATES = {access_grader, access_round_as_grader, access_desk, access_page}
HIDDEN = (
    "assignments_submission",
    "assignments_answer",
    "assignments_attachment",
    "assignments_enrolment",
    "assignments_extension",
    "grading_scriptorigin",
)
OWN_ROW = re.compile(
    r'SELECT (?:"people_user"\."\w+"(?:, )?)+ FROM "people_user" WHERE "people_user"\."id" = %s(?: LIMIT \d+)?'
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


class Seen(Exception):
    """A statement read what its viewer must not see."""


class Blindfold:
    """Refuses statements about authors, and about people other than the viewer; remembers those that tried."""

    def __init__(self, viewer: User) -> None:
        self.viewer = viewer
        self.statements = 0
        self.tried: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if any(f'"{table}"' in sql for table in HIDDEN) or (
            '"people_user"' in sql and not self.is_own_row(sql, params)
        ):
            self.tried.append(sql)
            raise Seen(sql)
        return execute(sql, params, many, context)

    def is_own_row(self, sql: str, params: Any) -> bool:
        return bool(OWN_ROW.fullmatch(sql)) and params[0] == self.viewer.pk


@contextmanager
def blindfolded(viewer: User) -> Iterator[Blindfold]:
    blindfold = Blindfold(viewer)
    with connection.execute_wrapper(blindfold):
        yield blindfold
    assert blindfold.tried == []  # although somebody may have caught the failure
    assert blindfold.statements > 0


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    world.everybody_hands_in()
    world.open_round()
    return world


def urls_of_graders() -> dict[str, Callable[..., Any]]:
    return {
        pattern.name: pattern.callback
        for pattern in named_patterns(get_resolver().url_patterns)
        if gate_of(pattern.callback) in GRADERS_GATES
    }


def named_patterns(patterns: Any) -> Iterator[Any]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_patterns(pattern.url_patterns)
        else:
            yield pattern


def form_of(desk: Allocation, **more: str) -> dict[str, str]:
    levels = {f"level-{one.pk}": str(one.levels.all()[0].pk) for one in criteria_of_script(desk.script)}
    return {**levels, "client_mark_id": desk.public_id, "draft_version": "0", **more}


def next_desk(client: Client, world: World) -> Allocation:
    response = client.post(reverse("marking_next", args=[world.round.pk]))
    return Allocation.objects.get(public_id=response["Location"].split("/")[2])


def test_grader_works_through_a_round_without_seeing_authors(world: World) -> None:
    viewer = world.crowd[0].user
    client = client_of(viewer)
    status: list[int] = []

    def call(name: str, *args: Any, data: dict[str, str] | None = None, **headers: str) -> None:
        url = reverse(name, args=args)
        response = client.get(url) if data is None else client.post(url, data, **headers)
        b"".join(response)  # a file is read while the blindfold is on
        status.append(response.status_code)

    first = world.claim(world.crowd[0])
    draw_page(first)
    form, incomplete = form_of(first), {"client_mark_id": "1", "draft_version": "2"}
    with blindfolded(viewer):
        call("marking")
        call("marking_next", world.round.pk, data={})
        call("desk", first.public_id)
        call("desk_page", first.public_id, PAGE)
        call("desk_draft", first.public_id, data=form | {"comment": "So far."})
        call("desk_draft", first.public_id, data=form | {"comment": "From elsewhere."})
        call("desk_draft", first.public_id, data=form | {"draft_version": "1"}, HTTP_ACCEPT="application/json")
        call("desk_extend", first.public_id, data=form)
        call("desk_flag", first.public_id, data=form)
        call("desk_flag", first.public_id, data=form | {"note": "Is this the whole answer?"})
        call("desk_seal", first.public_id, data=incomplete)
        call("desk_seal", first.public_id, data=form | {"draft_version": "2"})
        second = next_desk(client, world)
        call("desk_skip", second.public_id, data={})
        call("desk_skip", second.public_id, data={"skip_reason": "known_author"})
        call("marks", world.round.pk)
        call("desk", first.public_id)
        call("desk_seal", first.public_id, data=form | {"change": "1", "client_mark_id": "2"})
        call("desk_seal", first.public_id, data=form | {"change": "1", "client_mark_id": "3", "sheet_version": "1"})
        call("marks", world.round.pk)
        call("marking_nothing", world.round.pk)
        call("marking_leave", world.round.pk, data={"sure": "1"})
    assert status == [
        200,
        302,
        200,
        200,
        302,
        409,
        200,
        200,
        422,
        200,
        422,
        302,
        422,
        302,
        200,
        200,
        302,
        409,
        200,
        200,
        302,
    ]


def test_seed_is_read_blind_and_looks_like_any_paper() -> None:
    world = opened(papers=1, students=6, graders=2)
    grader = world.crowd[0]
    seed = put_first(world, grader)  # the only one there is
    shown: dict[str, list[str]] = {}
    for _ in ("seed", "base"):
        desk = seed if not shown else world.claim(grader)
        renew(allocation=desk, now=timezone.now())
        draw_page(desk)
        client = client_of(grader.user)
        with blindfolded(grader.user):
            shown[desk.purpose] = handled(client, desk)
    assert shown["seed"] == shown["base"]


def handled(client: Client, desk: Allocation) -> list[str]:
    """Return what a grader is shown from the desk to the change, without what belongs to one paper alone."""
    form = form_of(desk)
    sent: list[tuple[str, dict[str, str] | None]] = [
        ("desk", None),
        ("desk_draft", form | {"comment": "So far."}),
        ("desk_extend", form | {"draft_version": "1"}),
        ("desk_flag", form | {"note": "Look.", "draft_version": "1"}),
        ("desk_seal", form | {"draft_version": "1"}),
        ("desk", None),
        ("desk_seal", form | {"change": "1", "client_mark_id": "again"}),
    ]
    answers = []
    for name, data in sent:
        url = reverse(name, args=[desk.public_id])
        response = client.get(url) if data is None else client.post(url, data)
        page = re.sub(r'name="(csrfmiddlewaretoken|client_mark_id)" value="[^"]*"', "", response.content.decode())
        for own in (desk.public_id, *desk.script.renditions.values_list("html", flat=True)):
            page = page.replace(own, "") if own else page
        page = re.sub(r"/(desk|marking)/[\w/-]*|\d\d:\d\d(:\d\d[^\"]*)?", "", page)
        answers.append(f"{response.status_code} {page}")
    return answers


def test_every_grader_url_is_blind_by_every_method(world: World) -> None:
    viewer = world.crowd[0].user
    client = client_of(viewer)
    desk = world.claim(world.crowd[0])
    draw_page(desk)
    arguments = {"round_id": world.round.pk, "public_id": desk.public_id, "position": PAGE}
    answered: dict[str, set[int]] = {}
    for name in urls_of_graders():
        taken = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        url = reverse(name, kwargs={key: arguments[key] for key in taken})
        for method in METHODS:
            with blindfolded(viewer):
                response = client.generic(method, url)
                b"".join(response)
            answered.setdefault(name, set()).add(response.status_code)
    assert set(answered) == {
        "marking",
        "marking_next",
        "marking_nothing",
        "marking_leave",
        "marks",
        "desk",
        "desk_draft",
        "desk_seal",
        "desk_extend",
        "desk_skip",
        "desk_flag",
        "desk_page",
    }
    assert all(405 in statuses and len(statuses) > 1 for statuses in answered.values())


def test_sockets_asked_by_a_grader_are_blind(world: World) -> None:
    """No socket is a grader's; those there are look at no author before they refuse one."""
    viewer = world.crowd[0].user
    for address, socket in views(websocket_urlpatterns):
        gate = socket.consumer_class.gate
        assert gate not in GRADERS_GATES, address
        with blindfolded(User.objects.get(pk=viewer.pk)) as blindfold:
            blindfold.statements = 1  # a gate may need none
            try:
                gate(viewer, **({"round_id": world.round.pk} if "round_id" in address else {}))
            except Refused:
                continue


def leak(request: HttpRequest, user: Any) -> HttpResponse:
    return HttpResponse(str(Submission.objects.count()))


def leak_name(request: HttpRequest, user: Any) -> HttpResponse:
    return HttpResponse(str(User.objects.exclude(pk=user.pk).first()))


urlpatterns = [path("leak/", opens(anyone)(leak)), path("name/", opens(anyone)(leak_name))]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/leak/", "/name/"])
def test_control_planted_read_is_caught(world: World, address: str) -> None:
    viewer = world.crowd[0].user
    client = client_of(viewer)
    with pytest.raises(Seen), connection.execute_wrapper(Blindfold(viewer)):
        client.get(address)
