"""Graders at one reference paper: each has their own reading of it, and nobody two."""

import pytest

from grading.models import Allocation
from grading.services.claim import claim_next
from tests.concurrency.racing import racers
from tests.flows.references import as_it_is, opened, references
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)
GRADERS, TIMES = 8, 20


@pytest.fixture
def world() -> World:
    """One reference paper is all there is to read."""
    world = opened(papers=1, students=2, graders=GRADERS, batch_minimum=1)
    script = references(world)[0]
    Allocation.objects.exclude(script=script).delete()
    world.round.scripts.exclude(pk=script.pk).update(is_open=False)
    return world


def planned_again(world: World) -> None:
    Allocation.objects.all().delete()
    world.round.enlistments.update(exhausted_at_opening=None)
    script = references(world)[0]
    Allocation.objects.bulk_create(
        Allocation(script=script, grader=grader, purpose="seed", state="planned") for grader in world.crowd
    )


def test_all_graders_take_the_same_seed_at_once(world: World) -> None:
    before = as_it_is(references(world)[0])
    with racers(GRADERS) as race:
        for _ in range(TIMES):
            planned_again(world)
            claimed = race(lambda racer: world.claim(world.crowd[racer]))
            assert len({one.pk for one in claimed}) == GRADERS
            assert {(one.purpose, one.state) for one in claimed} == {("seed", "claimed")}
    assert as_it_is(references(world)[0]) == before


@pytest.mark.parametrize("is_planned", [True, False])
def test_one_grader_takes_a_seed_twice_at_once(world: World, is_planned: bool) -> None:
    """From the plan, and beyond it, where chance would give it."""

    class Chance:
        random = staticmethod(lambda: 0.0)
        choice = staticmethod(lambda given: given[0])

    grader = world.crowd[0]
    with racers(GRADERS) as race:
        for _ in range(TIMES):
            planned_again(world)
            if not is_planned:
                Allocation.objects.all().delete()
            claimed = race(
                lambda _: claim_next(round_=world.round, grader=grader, now=world.now, rng=Chance())  # type: ignore[arg-type]
            )
            assert len({one.pk for one in claimed}) == 1
            assert Allocation.objects.filter(state="claimed").count() == 1
