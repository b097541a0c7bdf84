"""Several workers and people at the same work: each outcome as if they had come one after the other."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from assignments.services.assignment import close
from assignments.services.enrolment import withdraw
from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import AgreementReport, Allocation, Appeal, Script, ScriptExclusion
from grading.queries import origin
from grading.queries.result import current_feedback
from grading.queries.script import criteria_of_script
from grading.services import agreement
from grading.services.appeal import file_appeal
from grading.services.claim import claim_next
from grading.services.enlistment import enlist
from grading.services.mark import seal
from grading.services.round import create_round, open_round
from rubrics.models import Criterion
from tests.concurrency.racing import racers
from tests.factories import UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)


class Beside(threading.Thread):
    """Runs beside the test with a connection of its own; `finish` hands back what came out."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act, self.outcome, self.failure = act, None, None
        self.start()

    def run(self) -> None:
        try:
            self.outcome = self.act()
        except Exception as failure:  # raised again in the test's own thread
            self.failure = failure
        finally:
            connection.close()

    def finish(self) -> object:
        self.join(30)
        if self.failure:
            raise self.failure
        return self.outcome


def ready(students: int = 8) -> World:
    """A round that is open, with its papers still waiting to be taken in."""
    world = World(students=students, graders=3)
    world.everybody_hands_in()
    world.now += timedelta(days=2)
    close(assignment=world.assignment, now=world.now)
    world.round = create_round(assignment=world.assignment, batch_minimum=1)
    world.places = [enlist(round_=world.round, user=UserFactory(), rng=world.rng) for _ in range(3)]
    open_round(round_=world.round, now=world.now)
    return world


def test_intake_by_two_workers_takes_each_paper_once():
    world = ready()
    with racers(2) as race:
        taken = race(lambda _: pipeline.intake(round_=world.round, now=world.now, rng=world.rng))
    assert sorted(taken) == [0, 8]
    assert Script.objects.count() == 8
    assert Allocation.objects.count() == 16


@pytest.mark.only_on("postgresql")
def test_author_enlisting_while_papers_come_in_is_barred():
    world = ready(students=3)
    author, enlisted, go_on = world.enrolments[0].user, threading.Event(), threading.Event()
    withdraw(enrolment=world.enrolments[0])  # students of the course could not enlist

    def enlist_slowly() -> object:
        with transaction.atomic():
            place = enlist(round_=world.round, user=author, rng=world.rng)
            enlisted.set()
            go_on.wait(10)
            return place

    enlisting = Beside(enlist_slowly)
    enlisted.wait(10)
    taking_in = Beside(lambda: pipeline.intake(round_=world.round, now=world.now, rng=world.rng))
    taking_in.join(1)
    go_on.set()
    place = enlisting.finish()
    assert taking_in.finish() == 3
    own = origin.scripts_by_author(world.round, [author.pk]).get()
    assert ScriptExclusion.objects.filter(grader=place.grader, script=own).exists()


@pytest.mark.only_on("postgresql")
def test_script_that_another_is_taking_is_not_forgotten():
    world = World(students=1, graders=2, round_settings={"batch_minimum": 1}).opened()
    Allocation.objects.all().delete()
    claimed, go_on = threading.Event(), threading.Event()

    def claim_slowly() -> None:
        with transaction.atomic():
            claim_next(round_=world.round, grader=world.crowd[0], now=world.now, rng=world.rng)
            claimed.set()
            go_on.wait(10)

    first = Beside(claim_slowly)
    claimed.wait(10)
    second = Beside(lambda: world.claim(world.crowd[1]))
    second.join(1)
    go_on.set()
    first.finish()
    assert second.finish() is not None
    assert Script.objects.get().readings_taken == 2


def test_sheet_and_its_correction_looked_at_at_once_call_one_reading():
    settings = {"batch_minimum": 1, "readings_max": 4, "total_tolerance_percent": 100}
    world = World(students=1, graders=5, round_settings=settings).opened()
    script = world.scripts()[0]
    script.allocations.all().delete()
    for grader, points in zip(world.crowd[:2], (0, 2), strict=True):
        world.mark(world.claim(grader), points)
    third = world.claim(world.crowd[2])
    levels = {one.pk: one.levels.get(points=1).pk for one in criteria_of_script(script)}
    for name in ("sheet", "correction"):
        seal(allocation=third, client_mark_id=name, levels=levels, comments={}, replaces_sealed=True, now=world.now)
    with racers(2) as race:
        race(lambda _: outbox.run_next(now=world.now))
    outbox.drain(now=world.now)
    script.refresh_from_db()
    assert script.readings_wanted <= 4


def test_appeals_filed_at_once_ask_for_one_reading():
    world = World().release_all()
    feedback = current_feedback(world.papers[0])
    asked = [Criterion.objects.get(rubric__question=world.essay, key=key) for key in ("content", "language")]
    with racers(4) as race:
        race(
            lambda racer: (
                file_appeal(feedback=feedback, criterion=asked[racer % 2], reason="Look again.", now=world.now).pk
            )
        )
    assert Appeal.objects.count() == 2
    assert origin.scripts_of(world.papers[0]).get().readings_wanted == 3


@pytest.mark.only_on("postgresql")
def test_sheet_sealed_while_figures_are_computed_makes_them_stale_again(monkeypatch):
    world = World(students=2, graders=3, round_settings={"batch_minimum": 1}).opened()
    first, second = world.claim(world.crowd[0]), world.claim(world.crowd[1])
    world.mark(first, 2)
    computing, go_on, compute = threading.Event(), threading.Event(), agreement.measure

    def compute_slowly(*arguments: object) -> object:
        figures = compute(*arguments)
        computing.set()
        go_on.wait(10)
        return figures

    monkeypatch.setattr(agreement, "measure", compute_slowly)
    later = world.now + timedelta(hours=1)
    refreshing = Beside(lambda: pipeline.clock.refresh_stale_reports(before=later, now=world.now))
    computing.wait(10)
    world.mark(second, 2)
    go_on.set()
    refreshing.finish()
    assert all(report.stale_since for report in AgreementReport.objects.all())
