"""Lists ask the database as often for thirty rows as for one."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from edu_crowd.people.models import User
from grading.models import AgreementReport, Allocation, MarkSheet, Round, RoundReport, Script
from grading.queries.script import criteria_of_round
from grading.services.enlistment import enlist
from grading.services.review import open_case
from rubrics.models import Criterion
from tests.factories import AssignmentFactory, EnrolmentFactory, UserFactory
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


def test_agreement(world: World) -> None:
    """Thirty criteria, and as many graders, each against each."""
    url = f"/rounds/{world.round.pk}/agreement/"
    rubric = criteria_of_round(world.round)[0].rubric
    places = [enlist(round_=world.round, user=UserFactory(), rng=world.rng) for _ in range(MANY)]
    empty = {"graders": 2, "all": 1, "enough": 1, "busiest": [], "rows": [], "least": []}
    report = RoundReport.objects.create(round=world.round, pairs=empty, computed_at=world.now)
    for number in range(MANY):
        criterion = Criterion.objects.create(rubric=rubric, key=f"more-{number}", position=100 + number, title="More")
        AgreementReport.objects.create(round=world.round, criterion=criterion, computed_at=world.now)
        if number in (0, MANY - 1):
            graders = [place.grader_id for place in places[: number + 1]]
            share = {"n_units": 5, "exact": 0.5, "low": 0.2, "high": 0.8, "within_one": 1.0, "difference": 0.0}
            rows = [{"first": one, "second": two, **share} for one, two in combinations(graders, 2)]
            report.pairs = empty | {"busiest": graders, "rows": rows, "least": rows}
            report.save()
            assert (queries(world.teacher, url), queries(world.teacher, f"/rounds/{world.round.pk}/")) == (8, 18)


def test_own_marks(world: World) -> None:
    grader = world.crowd[0]
    url = f"/marking/{world.round.pk}/marks/"
    for number, script in enumerate(more_scripts(world)):
        allocation = Allocation.objects.create(script=script, grader=grader, state="sealed")
        MarkSheet.objects.create(allocation=allocation, version=1, client_mark_id="1", sealed_at=world.now)
        if number in (0, MANY - 1):
            assert queries(grader.user, url) == 9
