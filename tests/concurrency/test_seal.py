"""The same sheet arrives sixteen times at once."""

import pytest

from edu_crowd.shared.models import OutboxEntry
from grading.models import Allocation, Mark, MarkSheet
from grading.queries.script import criteria_of_script
from grading.services.mark import seal
from tests.concurrency.racing import RACERS, ROUNDS, racers
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def allocation() -> Allocation:
    world = World(students=1, graders=1, round_settings={"batch_minimum": 1, "readings_wanted": 1}).opened()
    return world.claim(world.crowd[0])


def seal_named(allocation: Allocation, name: str) -> int:
    levels = {one.pk: one.levels.all()[2].pk for one in criteria_of_script(allocation.script)}
    mine = Allocation.objects.get(pk=allocation.pk)
    return seal(
        allocation=mine,
        client_mark_id=name,
        levels=levels,
        comments={},
        replaces_sealed=True,
        now=allocation.claimed_at,
    ).pk


def test_sheet_sealed_sixteen_times_is_one(allocation: Allocation) -> None:
    with racers() as race:
        for number in range(ROUNDS):
            sheets = race(lambda _, name=f"sheet {number}": seal_named(allocation, name))
            assert len(set(sheets)) == 1
            assert MarkSheet.objects.count() == number + 1
    assert Mark.objects.count() == 2 * ROUNDS
    assert OutboxEntry.objects.count() == ROUNDS
    assert list(MarkSheet.objects.values_list("version", flat=True)) == list(range(1, ROUNDS + 1))


def test_sheet_without_its_name_is_sealed_sixteen_times(allocation: Allocation) -> None:
    """The control: requests that cannot be told to be the same are all kept."""
    with racers() as race:
        race(lambda racer: seal_named(allocation, f"request {racer}"))
    assert MarkSheet.objects.count() == RACERS
