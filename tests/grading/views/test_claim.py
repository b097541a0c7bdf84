"""A grader's list of rounds offers what can be claimed, and says in words what cannot; they may leave a round."""

import pytest
from django.urls import reverse

from edu_crowd.people.models import User
from grading.models import Allocation, Enlistment, Round
from grading.services.round import finish_closing, start_closing
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
BUTTON = "Mark the next one"


@pytest.fixture
def world() -> World:
    return World(seed=1)


def pages(person: User) -> list[str]:
    client = client_of(person)
    return [client.get(url).content.decode() for url in ("/", reverse("marking"))]


def test_round_without_papers_says_so(world: World) -> None:
    world.open_round()
    person = world.crowd[0].user
    assert [(BUTTON in page, "No papers have come in yet" in page) for page in pages(person)] == [(False, True)] * 2


def test_button_is_there_while_papers_are(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    grader = world.crowd[0]
    assert all(BUTTON in page for page in pages(grader.user))
    while allocation := world.claim(grader):
        world.mark(allocation, 2)
    assert [(BUTTON in page, "Nothing left for you" in page) for page in pages(grader.user)] == [(False, True)] * 2


def test_round_that_is_over_says_so(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    world.everybody_marks()
    start_closing(round_=world.round, now=world.now)
    finish_closing(round_=world.round, now=world.now)
    for state in ("closed", "released"):
        Round.objects.filter(pk=world.round.pk).update(state=state)
        seen = [(BUTTON in page, "This round is over" in page) for page in pages(world.crowd[0].user)]
        assert seen == [(False, True)] * 2


def test_grader_leaves_and_the_desk_goes_back(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    place = world.places[0]
    allocation, client = world.claim(place.grader), client_of(place.grader.user)
    assert allocation is not None
    leave = reverse("marking_leave", args=[world.round.pk])
    assert leave in client.get("/marking/").content.decode()
    assert "press the button" in client.post(leave, follow=True).content.decode()
    place.refresh_from_db()
    assert place.state == Enlistment.State.ACTIVE
    taken = allocation.script.readings_taken
    assert "You have left the round" in client.post(leave, {"sure": "1"}, follow=True).content.decode()
    place.refresh_from_db()
    allocation.refresh_from_db()
    assert (place.state, allocation.state) == (Enlistment.State.ENDED, Allocation.State.RELEASED)
    assert (allocation.script.readings_taken, allocation.script.is_open) == (taken - 1, True)
    assert client.post(leave, {"sure": "1"}).status_code == 404
