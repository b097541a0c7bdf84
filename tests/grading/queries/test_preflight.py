"""What is told before a round opens: papers, names in texts, graders, and the time it takes."""

from datetime import timedelta

import pytest

from assignments.models import Assignment, Submission
from assignments.services.submission import hand_in
from grading.queries.preflight import Papers, ReadingTime, papers_of, preflight_of, reading_time, terms_in_papers
from grading.queries.script import papers_waiting
from grading.services.enlistment import enlist, enlist_classmates
from grading.services.mark import seal
from grading.services.round import create_round
from tests.factories import UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Six students: two papers are in, one is in and empty, one can be taken back, one is begun, one absent."""
    world = World(seed=1, students=6, round_settings={"batch_minimum": 1})
    first, second, empty, late, writing, _ = world.enrolments
    for seat, text in ((first, "By Family Given"), (second, "Why?"), (empty, " \u3000\n")):
        hand_in(submission=world.write(seat, text), now=world.now)
    world.now += timedelta(hours=1)
    hand_in(submission=world.write(late, "Just now."), now=world.now)
    world.write(writing, "Still")
    world.round = create_round(assignment=world.assignment, batch_minimum=1)
    return world


def test_papers_are_counted_once_each(world):
    assert papers_of(world.round, now=world.now) == Papers(
        ready=2, in_elsewhere=1, cooling=1, being_written=1, absent=1
    )
    assert papers_waiting(world.round, now=world.now).count() == 2
    assert preflight_of(world.round, now=world.now).scripts == 2


def test_names_in_texts_are_told_with_whose_they_are(world):
    first, second = world.enrolments[:2]
    first.family_name, first.given_name = "山田", "花子"
    first.save()
    for paper, text in zip(
        Submission.objects.order_by("pk"), ["私は山田花子です。", "山田　花子さんに、1-1 a@example.org"], strict=False
    ):
        paper.answers.filter(question=world.essay).update(text=text)
    told = [
        (one.paper, one.position, one.before, one.term, one.kind, one.is_own, one.whose)
        for one in terms_in_papers(world.round)
    ]
    assert sorted(told, key=lambda one: (one[0].pk, one[2])) == [
        (first, 2, "私は", "山田花子", "name", True, first),
        (second, 2, "", "山田　花子", "name", False, first),
        (second, 2, "山田　花子さんに、1-1 ", "a@example.org", "mail", False, None),
    ]


def test_graders_needed_are_one_more_among_classmates(world):
    found = preflight_of(world.round, now=world.now)
    assert (found.needed, found.most, found.has_problem) == (2, 4, True)
    for _ in range(2):
        enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    assert not preflight_of(world.round, now=world.now).has_problem
    peers = create_round(assignment=world.assignment, pool="classmates")
    assert (preflight_of(peers, now=world.now).needed, preflight_of(peers, now=world.now).has_problem) == (3, True)
    enlist_classmates(round_=peers, rng=world.rng)
    assert not preflight_of(peers, now=world.now).has_problem


@pytest.mark.parametrize("state", ["draft", "released", "archived"])
def test_assignment_that_takes_no_papers_is_a_problem(world, state):
    for _ in range(2):
        enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    Assignment.objects.filter(pk=world.assignment.pk).update(state=state)
    world.round.refresh_from_db()
    assert preflight_of(world.round, now=world.now).has_problem


def test_reading_time_is_measured_or_not_there(world):
    nothing = ReadingTime(n=0, minutes=None, low=None, high=None)
    assert reading_time(world.course, unit="question") == nothing
    world.open_round()
    for grader, minutes in zip(world.crowd, (2, 3, 10), strict=False):
        allocation = world.claim(grader)
        levels = {one.pk: one.levels.all()[1].pk for one in world.essay.rubrics.get().criteria.all()}
        seal(
            allocation=allocation,
            client_mark_id="1",
            levels=levels,
            comments={},
            active_ms=minutes * 60_000,
            now=world.now,
        )
    assert reading_time(world.course, unit="question") == ReadingTime(n=3, minutes=3.0, low=2.0, high=10.0)
    assert reading_time(world.course, unit="paper") == nothing
