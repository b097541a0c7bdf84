"""Sixteen graders race for the last place of a script."""

from datetime import timedelta

import pytest

from grading.models import Allocation, Script
from grading.queries import origin
from grading.services.claim import claim_next
from tests.concurrency.racing import RACERS, ROUNDS, racers
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    world = World(students=1, graders=RACERS, round_settings={"batch_minimum": 1, "readings_wanted": 1}).opened()
    Allocation.objects.all().delete()
    return world


def one_place(world: World) -> Script:
    """Put the script back to one free place that nobody has taken."""
    Allocation.objects.all().delete()
    Script.objects.update(readings_taken=0, is_open=True)
    world.round.enlistments.update(exhausted_at_opening=None)
    return Script.objects.get()


def test_last_place_goes_to_one_of_sixteen(world: World) -> None:
    with racers() as race:
        for _ in range(ROUNDS):
            script = one_place(world)
            claimed = race(lambda racer: world.claim(world.crowd[racer]))
            assert sum(one is not None for one in claimed) == 1
            script.refresh_from_db()
            assert (script.readings_taken, script.is_open) == (1, False)
            assert Allocation.objects.filter(state="claimed").count() == 1


def test_last_place_counted_then_inserted_goes_to_many(world: World) -> None:
    """The control: reading the count and then writing gives the last place to several."""

    def claim_by_counting(racer: int) -> bool:
        script = Script.objects.get()
        if script.readings_taken >= script.readings_wanted:
            return False
        Allocation.objects.create(
            script=script,
            grader=world.crowd[racer],
            state=Allocation.State.CLAIMED,
            lease_ends_at=world.now + timedelta(minutes=30),
        )
        Script.objects.filter(pk=script.pk).update(readings_taken=script.readings_taken + 1, is_open=False)
        return True

    overbooked = 0
    with racers() as race:
        for _ in range(ROUNDS):
            one_place(world)
            overbooked += sum(map(bool, race(claim_by_counting))) > 1
    assert overbooked > 0


def test_double_click_gives_the_same_script(world: World) -> None:
    with racers() as race:
        for _ in range(ROUNDS):
            one_place(world)
            claimed = race(lambda racer: world.claim(world.crowd[0]))
            assert len({one.pk for one in claimed}) == 1
            assert Allocation.objects.filter(state="claimed").count() == 1


def test_author_gets_none_of_their_own(world: World) -> None:
    """Eligibility is written: an author who enlists is barred in the transaction that lets them mark."""
    script = one_place(world)
    grader = world.crowd[0]
    paper = origin.submission_of(script)
    paper.enrolment.user = grader.user
    paper.enrolment.save()
    from grading.services.enlistment import activate

    activate(enlistment=world.places[0])
    assert claim_next(round_=world.round, grader=grader, now=world.now, rng=world.rng) is None
