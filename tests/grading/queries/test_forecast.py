"""The end of a round, from what was sealed: not from corrections, and not from too little."""

from datetime import timedelta

import pytest

from grading.models import Allocation, MarkSheet, Script
from grading.queries.forecast import forecast_of
from grading.queries.round import progress_of
from grading.services.grader import grader_for
from tests.factories import UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World(seed=1).opened()


def sealed(world: World, count: int, *, at, version: int = 1) -> None:
    grader = grader_for(user=UserFactory(), pool="crowd")
    for number in range(count):
        script = Script.objects.create(
            round=world.round, question=world.essay, language="en", readings_wanted=1, readings_taken=1, rnd=0.5
        )
        allocation = Allocation.objects.create(script=script, grader=grader, state="sealed")
        MarkSheet.objects.create(allocation=allocation, version=version, client_mark_id=str(number), sealed_at=at)


def test_left_are_places_on_desks_and_free_ones(world):
    assert progress_of(world.round).readings_left == 10
    held = world.claim(world.crowd[0])
    assert progress_of(world.round).readings_left == 10
    world.mark(held, 2)
    assert progress_of(world.round).readings_left == 9


def test_pace_since_opening_and_of_the_last_day(world):
    opened = world.round.opened_at
    sealed(world, 20, at=opened + HOUR)
    sealed(world, 30, at=opened + HOUR, version=2)
    found = forecast_of(world.round, left=10, now=opened + 10 * HOUR)
    assert (found.n, found.is_of_last_day, found.ends_at) == (20, False, opened + 15 * HOUR)
    assert found.from_at < found.ends_at < found.to_at
    sealed(world, 48, at=opened + 40 * HOUR)
    found = forecast_of(world.round, left=10, now=opened + 50 * HOUR)
    assert (found.n, found.is_of_last_day, found.ends_at) == (48, True, opened + 55 * HOUR)


def test_too_little_says_so_and_a_round_that_ended_says_nothing(world):
    sealed(world, 9, at=world.now)
    found = forecast_of(world.round, left=10, now=world.now + HOUR)
    assert (found.n, found.ends_at, found.reason) == (9, None, "too_few")
    world.round.state = "closed"
    assert forecast_of(world.round, left=10, now=world.now) is None
