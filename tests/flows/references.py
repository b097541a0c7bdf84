"""A course with reference papers, marked by its teacher before the round opens."""

from datetime import timedelta

from assignments.services.assignment import close
from grading import pipeline
from grading.models import Allocation, Grader, Round, Script
from grading.queries.script import criteria_of_script, references_in
from grading.services.enlistment import enlist
from grading.services.reference import choose_references, mark_reference
from grading.services.round import create_round
from tests.factories import UserFactory
from tests.flows.world import World


def draft(*, papers: int = 2, students: int = 8, graders: int = 4, seed: int = 1, **settings: object) -> World:
    """Everybody has handed in, and some papers of the draft round are chosen; none is marked."""
    world = World(seed=seed, students=students, graders=graders)
    world.papers = world.everybody_hands_in()
    world.now += timedelta(days=2)
    close(assignment=world.assignment, now=world.now)
    world.round = create_round(assignment=world.assignment, **settings)
    world.places = [enlist(round_=world.round, user=UserFactory(), rng=world.rng) for _ in range(graders)]
    if papers:
        choose_references(round_=world.round, papers=papers, now=world.now, rng=world.rng)
    return world


def mark_all(world: World, points: int = 3, comment: str = "") -> None:
    for script in references(world):
        give(world, script, points, comment)


def give(world: World, script: Script, points: int, comment: str = "") -> None:
    criteria = list(criteria_of_script(script))
    mark_reference(
        script=script,
        by=world.teacher,
        levels={one.pk: one.levels.get(points=points).pk for one in criteria},
        comments={one.pk: comment for one in criteria},
        now=world.now,
    )


def opened(*, points: int = 3, seeds_percent: int = 50, **settings: object) -> World:
    """The round is open, its reference papers marked; as many seeds are planned as papers."""
    world = draft(seeds_percent=seeds_percent, **settings)  # type: ignore[arg-type]
    mark_all(world, points, "As the key says.")
    pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng)
    world.round.refresh_from_db()
    return world


def references(world: World) -> list[Script]:
    return list(references_in(world.round).order_by("pk"))


def put_first(world: World, grader: Grader) -> Allocation:
    """Claim with a seed at the head of this grader's plan."""
    seed = Allocation.objects.filter(grader=grader, purpose="seed", state="planned").first()
    assert seed is not None
    Allocation.objects.filter(grader=grader, state="planned", position=0).update(position=1)
    Allocation.objects.filter(pk=seed.pk).update(position=0)
    claimed = world.claim(grader)
    assert claimed is not None
    assert claimed.pk == seed.pk
    return claimed


def as_it_is(script: Script) -> dict[str, object]:
    """What no seed may change."""
    script.refresh_from_db()
    names = ("readings_taken", "readings_wanted", "is_open", "next_purpose", "settled_at", "priority", "is_reference")
    opened_so_often = Round.objects.get(pk=script.round_id).openings
    return {name: getattr(script, name) for name in names} | {"openings": opened_so_often}
