"""Closing a round: told in numbers, begun by a post, finished by the clock."""

from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from assignments.models import Submission
from grading.models import Allocation, Round
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Five scripts: one read twice, one read once, one on a desk."""
    world = World(seed=1, round_settings={"batch_minimum": 2}).opened()
    Allocation.objects.filter(state=Allocation.State.PLANNED).delete()
    return world


def page(world: World, name: str, method: str = "get") -> str:
    client = client_of(world.teacher)
    return getattr(client, method)(reverse(name, args=[world.round.pk]), follow=True).content.decode()


def test_closing_is_told_in_numbers_before_it_begins(world: World) -> None:
    first, second, third, _ = world.crowd
    script = world.scripts()[0]
    for grader in (first, second):
        one = Allocation.objects.create(
            script=script, grader=grader, state="claimed", claimed_at=world.now, lease_ends_at=world.now
        )
        world.mark(one, 2)
    once = world.claim(first)
    assert once is not None
    world.mark(once, 2)
    held = world.claim(third)
    assert held is not None
    text = page(world, "round_close")
    for number in ("with one reading", "without a reading", "on a desk: what is sealed"):
        assert number in text
    assert Round.objects.get().state == "open"

    assert "Nothing new is handed out" in page(world, "round_close", "post")
    assert Round.objects.get().state == "closing"
    board = page(world, "board")
    pseudonym = next(place.pseudonym for place in world.places if place.grader == third)
    waits = board[board.index("waits for 1 desk") :][:400]
    assert pseudonym in waits
    assert f"{timezone.localtime(held.lease_ends_at, ZoneInfo(world.course.time_zone)):%H:%M} JST" in waits
    assert "Release the results" not in board

    world.later(minutes=45)
    assert Round.objects.get().state == "closed"


def test_closing_twice_is_refused_with_a_sentence(world: World) -> None:
    page(world, "round_close", "post")
    response = client_of(world.teacher).post(reverse("round_close", args=[world.round.pk]))
    assert response.status_code == 409


def test_papers_that_wait_come_first() -> None:
    world = World(seed=1)
    papers = world.everybody_hands_in()
    Submission.objects.filter(pk=papers[0].pk).update(state="draft")
    world.round_settings = {"batch_minimum": 2}
    world.open_round()
    Submission.objects.filter(pk=papers[0].pk).update(state="handed_in")
    text = page(world, "round_close")
    assert "1 paper still waits to come in" in text
    assert "Let them in" in text
    response = client_of(world.teacher).post(reverse("round_close", args=[world.round.pk]))
    assert (response.status_code, Round.objects.get().state) == (409, "open")
