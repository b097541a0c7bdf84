"""Hidden checks: mixed into a grader's work, and no way of handling one touches its script."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import Allocation, MarkSheet, Round, ScriptExclusion
from grading.queries.claim import own_marks, places_of
from grading.services.allocation import plan_base_readings
from grading.services.claim import give_back, renew
from grading.services.enlistment import enlist
from grading.services.mark import NotOnDesk, save_draft
from tests.factories import UserFactory
from tests.flows.references import as_it_is, opened, put_first, references
from tests.flows.world import World

pytestmark = pytest.mark.django_db
SEED = Allocation.Purpose.SEED


def seeds(world: World) -> list[Allocation]:
    return list(Allocation.objects.filter(script__round=world.round, purpose=SEED).order_by("pk"))


def test_plan_holds_its_share_of_seeds_mixed_into_it() -> None:
    world = opened(papers=10, students=30, graders=2, seeds_percent=20)
    planned = Allocation.objects.filter(state="planned")
    assert planned.exclude(purpose=SEED).count() == 40
    places: list[float] = []
    for grader in world.crowd:
        order = list(planned.filter(grader=grader).order_by("position", "pk").values_list("purpose", flat=True))
        assert order.count(SEED) == 5  # of 25
        places += [place / len(order) for place, purpose in enumerate(order) if purpose == SEED]
    assert 0.2 < sum(places) / len(places) < 0.8
    assert all(one.script.is_reference for one in seeds(world))
    assert len({(one.script_id, one.grader_id) for one in seeds(world)}) == 10


def test_seeds_run_out_where_references_are_few() -> None:
    world = opened(papers=1, students=8, graders=2, seeds_percent=50)
    assert len(seeds(world)) == 2


@pytest.mark.parametrize(("percent", "papers"), [(0, 2), (50, 0)])
def test_no_seeds_without_share_or_references(percent: int, papers: int) -> None:
    world = opened(papers=papers, seeds_percent=percent)
    world.everybody_marks()
    assert seeds(world) == []


def test_share_counts_all_batches() -> None:
    world = opened(papers=4, students=12, graders=2, seeds_percent=20)
    before = len(seeds(world))
    assert plan_base_readings(round_=world.round, rng=Random(1)) == 0
    assert len(seeds(world)) == before


def test_barred_grader_gets_no_seed_of_their_own() -> None:
    world = opened(papers=1)
    script = references(world)[0]
    Allocation.objects.all().delete()
    ScriptExclusion.objects.create(script=script, grader=world.crowd[0])
    plan_base_readings(round_=world.round, rng=world.rng)
    assert {one.grader_id for one in seeds(world)} == {grader.pk for grader in world.crowd[1:]}


def test_latecomer_meets_seeds_among_the_rest() -> None:
    world = opened(papers=4, students=40, graders=2, seeds_percent=20)
    place = enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    read = 0
    while (allocation := world.claim(place.grader)) and read < 30:
        world.mark(allocation, 2)
        read += 1
    own = Allocation.objects.filter(grader=place.grader)
    assert 1 <= own.filter(purpose=SEED).count() <= 4
    assert own.exclude(purpose=SEED).count() >= 26


def sealed(world: World, seed: Allocation) -> None:
    world.mark(seed, 0)
    assert seed.state == "sealed"


def sealed_late(world: World, seed: Allocation) -> None:
    world.later(minutes=40)
    seed.refresh_from_db()
    assert seed.state == "expired"
    world.mark(seed, 0)
    assert (seed.state, seed.is_late) == ("sealed", True)


def sealed_and_changed(world: World, seed: Allocation) -> None:
    world.mark(seed, 0)
    world.mark(seed, 3, sheet="changed")
    assert MarkSheet.objects.filter(allocation=seed).count() == 2


def given_back(world: World, seed: Allocation) -> None:
    give_back(allocation=seed, reason="illegible", now=world.now)
    assert seed.state == "released"


def given_back_for_the_author(world: World, seed: Allocation) -> None:
    give_back(allocation=seed, reason="known_author", now=world.now)
    assert ScriptExclusion.objects.filter(script=seed.script_id, grader=seed.grader_id).exists()


def expired(world: World, seed: Allocation) -> None:
    world.later(minutes=40)
    seed.refresh_from_db()
    assert seed.state == "expired"


def kept_longer_with_a_draft(world: World, seed: Allocation) -> None:
    renew(allocation=seed, now=world.now + timedelta(minutes=20))
    save_draft(allocation=seed, base_version=0, body={"comment": "So far."}, now=world.now)
    world.mark(seed, 1)


PATHS = [sealed, sealed_late, sealed_and_changed, given_back, given_back_for_the_author, expired]


@pytest.mark.parametrize("path", [*PATHS, kept_longer_with_a_draft], ids=lambda path: path.__name__)
def test_seed_leaves_its_script_as_it_is(path: Callable[[World, Allocation], None]) -> None:
    world = opened(papers=1)
    before = as_it_is(references(world)[0])
    seed = put_first(world, world.crowd[0])
    assert seed.purpose == SEED
    path(world, seed)
    outbox.drain(now=world.now)
    script = references(world)[0]
    assert as_it_is(script) == before
    assert set(script.scores.values_list("points", "version", "policy")) == {(3, 1, "reference")}
    assert not script.flags.exists()


def test_seed_given_back_is_not_handed_out_again() -> None:
    world = opened(papers=1)
    seed = put_first(world, world.crowd[0])
    give_back(allocation=seed, reason="other", now=world.now)
    while allocation := world.claim(world.crowd[0]):
        assert allocation.script_id != seed.script_id
        world.mark(allocation, 2)


def test_seed_counts_among_the_graders_own_work() -> None:
    world = opened(papers=1)
    place = world.places[0]
    seed = put_first(world, place.grader)
    assert places_of([place.grader]).get().desk_count == 1
    world.mark(seed, 2)
    assert places_of([place.grader]).get().sealed_count == 1
    assert [one.pk for one in own_marks(place)] == [seed.pk]


def test_closing_waits_for_the_desk_with_a_seed() -> None:
    world = opened(papers=1)
    seed = put_first(world, world.crowd[0])
    pipeline.close_round(round_=world.round, now=world.now)
    assert Round.objects.get().state == "closing"
    world.mark(seed, 2)
    world.later(minutes=1)
    assert Round.objects.get().state == "closed"
    with pytest.raises(NotOnDesk):
        world.mark(seed, 1, sheet="after closing")
