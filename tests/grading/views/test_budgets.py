"""Lists ask the database as often for thirty rows as for one."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edu_crowd.people.models import User
from grading.models import Allocation, MarkSheet, Round, Script
from grading.queries.script import criteria_of_round
from grading.services.enlistment import enlist
from grading.services.review import open_case
from tests.factories import AssignmentFactory, EnrolmentFactory
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
MANY = 30


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    world.everybody_hands_in()
    world.open_round()
    return world


def queries(person: User, url: str) -> int:
    client = client_of(person)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(url)
    assert response.status_code == 200
    return len(asked)


def more_scripts(world: World) -> Iterator[Script]:
    for number in range(MANY):
        yield Script.objects.create(
            round=world.round, question=world.essay, language="en", readings_wanted=2, rnd=number / MANY
        )


def test_home_of_a_teacher(world: World) -> None:
    assert queries(world.teacher, "/") == 8
    for _ in range(MANY):
        Round.objects.create(assignment=AssignmentFactory(course=world.course))
    assert queries(world.teacher, "/") == 8


def test_home_and_rounds_of_a_grader(world: World) -> None:
    person = world.crowd[0].user
    assert (queries(person, "/"), queries(person, "/marking/")) == (8, 5)
    for _ in range(MANY):
        more = Round.objects.create(assignment=world.assignment, state="open", opened_at=world.now)
        enlist(round_=more, user=person, rng=world.rng)
    assert (queries(person, "/"), queries(person, "/marking/")) == (8, 5)


def test_home_of_a_student(world: World) -> None:
    person = world.enrolments[0].user
    assert queries(person, "/") == 9
    for _ in range(MANY):
        EnrolmentFactory(course=AssignmentFactory(state="published").course, user=person)
    assert queries(person, "/") == 9


def test_board_and_queue(world: World) -> None:
    board, cases = f"/rounds/{world.round.pk}/", f"/rounds/{world.round.pk}/cases/"
    criterion = criteria_of_round(world.round)[0]
    open_case(script=world.scripts()[0], criterion=criterion, reason="unread", now=world.now)
    assert (queries(world.teacher, board), queries(world.teacher, cases)) == (18, 10)
    for script in more_scripts(world):
        open_case(script=script, criterion=criterion, reason="unread", now=world.now)
    assert (queries(world.teacher, board), queries(world.teacher, cases)) == (18, 10)


def test_own_marks(world: World) -> None:
    grader = world.crowd[0]
    url = f"/marking/{world.round.pk}/marks/"
    for number, script in enumerate(more_scripts(world)):
        allocation = Allocation.objects.create(script=script, grader=grader, state="sealed")
        MarkSheet.objects.create(allocation=allocation, version=1, client_mark_id="1", sealed_at=world.now)
        if number in (0, MANY - 1):
            assert queries(grader.user, url) == 9
