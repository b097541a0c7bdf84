"""The teacher's list of appeals says how far each one is, and the queue of cases can be narrowed."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from edu_crowd.shared import outbox
from grading.models import Appeal, ReviewCase
from grading.queries.appeal import Step, appeals_in, filed_of
from grading.services.review import decide
from tests.flows.stages import Full, full
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    course = full(1)
    ReviewCase.objects.filter(pk=course.case.pk).delete()
    return course


@pytest.fixture
def teacher(course: Full) -> Client:
    return client_of(course.world.teacher)


def page(client: Client, course: Full, **query: str) -> str:
    return client.get(reverse("appeals", args=[course.world.assignment.pk]), query).content.decode()


def step(course: Full) -> tuple[Step, Decimal | None, Decimal | None]:
    (one,) = filed_of(list(appeals_in(course.world.assignment)))
    return one.step, one.released, one.fresh


def test_appeal_from_the_desk_to_its_outcome(course: Full, teacher: Client) -> None:
    assert step(course) == (Step.ON_DESK, 2, None)
    assert "I did name it." in page(teacher, course)
    assert "A grader has it on the desk." in page(teacher, course)
    course.world.mark(course.desk, 3)
    assert step(course) == (Step.DECIDE, 2, 3)
    case = ReviewCase.objects.get()
    assert reverse("case", args=[case.pk]) in page(teacher, course, state="review")
    assert "None of the appeals is in this state." in page(teacher, course, state="waiting")
    decide(case=case, by=course.world.teacher, points=Decimal(3), reason="Right.", key="1", now=course.world.now)
    assert step(course)[0] == Step.DECIDED
    outbox.drain(now=course.world.now)
    assert step(course) == (Step.CHANGED, 2, 3)
    assert "Score changed to 3" in page(teacher, course)


def test_appeal_that_gives_no_more_stands(course: Full, teacher: Client) -> None:
    course.world.mark(course.desk, 1)
    assert step(course) == (Step.STANDS, 2, 1)
    assert "The score stands" in page(teacher, course)


def test_appeal_that_nobody_took_waits_and_comes_to_the_teacher(course: Full, teacher: Client) -> None:
    course.world.later(minutes=40)
    assert step(course)[0] == Step.WAITS
    course.world.round.enlistments.update(state="ended")
    course.world.later(minutes=1)
    assert step(course) == (Step.DECIDE, 2, None)
    assert "Nobody is left for a fresh reading." in page(teacher, course)
    assert Appeal.objects.get().state == Appeal.State.REVIEW


def test_without_appeals_the_page_says_when_there_can_be_some() -> None:
    world = World(seed=1)
    url = reverse("appeals", args=[world.assignment.pk])
    assert "Students can appeal once the class has its results." in client_of(world.teacher).get(url).content.decode()
    world.release_all()
    assert "No student has appealed." in client_of(world.teacher).get(url).content.decode()


def test_queue_is_narrowed_and_shows_what_was_decided(course: Full, teacher: Client) -> None:
    course.world.mark(course.desk, 3)
    case = ReviewCase.objects.get()
    other = course.world.essay.rubrics.get().criteria.last()
    url = reverse("cases", args=[course.world.round.pk])
    link = reverse("case", args=[case.pk])

    def queue(**query: str) -> str:
        return teacher.get(url, query).content.decode()

    assert link in queue()
    assert link in queue(criterion=str(case.criterion_id), reason="appeal")
    assert "No case is of this kind." in queue(criterion=str(other.pk))
    assert "No case is of this kind." in queue(reason="unread")
    assert link in queue(criterion="nonsense", reason="nonsense")
    assert "Nothing has been decided yet." in queue(state="decided")
    decide(case=case, by=course.world.teacher, points=Decimal(3), reason="Right.", key="1", now=course.world.now)
    assert "Nothing waits for a decision." in queue()
    assert link in queue(state="decided")
    assert "decided (1)" in queue()
    assert f'data-live="/ws/board/{course.world.round.pk}/"' in queue()
