"""An appeal is read afresh, decided, and never costs marks, whatever happens around it."""

from decimal import Decimal

import pytest

from assignments.services.assignment import archive
from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import Allocation, Appeal, ReviewCase, Round
from grading.queries import origin
from grading.queries.result import current_feedback, current_result
from grading.services.appeal import file_appeal
from grading.services.feedback import release
from grading.services.review import DecisionRefused, decide
from rubrics.models import Criterion
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(seed=1)


def appeal_on(world: World, paper, key: str = "content") -> Appeal:
    asked = Criterion.objects.get(rubric__question=world.essay, key=key)
    return file_appeal(feedback=current_feedback(paper), criterion=asked, reason="Look again.", now=world.now)


def fresh_reading(world: World) -> Allocation:
    return next(claimed for grader in world.crowd if (claimed := world.claim(grader)))


def test_appeal_after_lost_appeal_lease_is_read(world):
    paper = world.release_all().papers[0]
    first = appeal_on(world, paper)
    lost = fresh_reading(world)
    world.later(minutes=40)
    world.mark(next(a for g in world.crowd if g != lost.grader and (a := world.claim(g))), 2)
    first.refresh_from_db()
    assert first.state == Appeal.State.DISMISSED
    appeal_on(world, paper, "language")
    assert origin.scripts_of(paper).get().is_open


def test_late_base_sheet_does_not_take_an_appeals_place(world):
    world.everybody_hands_in()
    world.open_round()
    late = world.claim(world.crowd[0])
    world.later(minutes=40)
    late.refresh_from_db()
    while claimed := [a for g in world.crowd[1:] if (a := world.claim(g))]:
        for allocation in claimed:
            world.mark(allocation, 3)
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    paper = origin.submission_of(late.script)
    before = current_feedback(paper).result.total
    filed = appeal_on(world, paper)
    with pytest.raises(Exception, match="This paper is closed"):
        world.mark(late, 0)
    world.mark(fresh_reading(world), 3)
    filed.refresh_from_db()
    assert (filed.state, current_feedback(paper).result.total) == (Appeal.State.DISMISSED, before)


def test_close_posted_again_after_release_leaves_appeals_alone(world):
    filed = appeal_on(world, world.release_all().papers[0])
    pipeline.close_round(round_=Round.objects.get(), now=world.now)
    script = origin.scripts_of(filed.feedback.submission).get()
    assert (filed.state, script.is_open, Round.objects.get().state) == ("waiting", True, Round.State.RELEASED)


def test_appeal_never_lowers_a_score(world):
    appeal_on(world, world.release_all().papers[0])
    world.mark(fresh_reading(world), 3)
    case = ReviewCase.objects.get()
    with pytest.raises(DecisionRefused, match="from 2"):
        decide(case=case, by=world.teacher, points=Decimal(0), reason="Less.", key="1", now=world.now)


def test_decision_made_meanwhile_is_not_replaced_unseen(world):
    appeal_on(world, world.release_all().papers[0])
    world.mark(fresh_reading(world), 3)
    case = ReviewCase.objects.get()
    first = decide(case=case, by=world.teacher, points=Decimal(3), reason="More.", key="1", now=world.now)
    with pytest.raises(DecisionRefused, match="in the meantime"):
        decide(case=case, by=world.teacher, points=Decimal(2), reason="No.", key="2", now=world.now)
    decide(case=case, by=world.teacher, points=Decimal(2), reason="No.", key="2", supersedes=first.pk, now=world.now)
    outbox.drain(now=world.now)
    assert case.script.scores.filter(criterion=case.criterion).order_by("version").last().points == 2


def test_appeal_decided_after_archiving_reaches_the_student(world):
    paper = world.release_all().papers[0]
    filed = appeal_on(world, paper)
    archive(assignment=world.assignment)
    world.mark(fresh_reading(world), 3)
    decide(case=ReviewCase.objects.get(), by=world.teacher, points=Decimal(3), reason="More.", key="1", now=world.now)
    outbox.drain(now=world.now)
    filed.refresh_from_db()
    assert filed.state == Appeal.State.UPHELD
    assert current_result(paper).pk == current_feedback(paper).result_id
