"""Every state has a way on, whatever comes late, twice, or at the wrong moment."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assignments.models import Assignment
from assignments.services.assignment import close, create_assignment, publish
from assignments.services.attachment import attach
from assignments.services.enrolment import enrol, join
from assignments.services.extension import extend
from assignments.services.question import add_question
from assignments.services.submission import hand_in, save_answer, start
from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import Enlistment, ReviewCase, Round, Script
from grading.queries import origin
from grading.queries.result import current_feedback, current_result
from grading.services.enlistment import MayNotMark, enlist
from grading.services.feedback import ReleaseRefused, release
from grading.services.result import reported_grade
from grading.services.review import decide
from grading.services.round import RoundNotReady, create_round, open_round
from rubrics.services import create_rubric
from tests.factories import UserFactory, criterion
from tests.factories.files import png
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(seed=1)


def test_close_of_a_draft_is_refused(world):
    draft = create_round(assignment=world.assignment)
    with pytest.raises(RoundNotReady, match="not opened yet"):
        pipeline.close_round(round_=draft, now=world.now)


def test_papers_waiting_for_a_batch_keep_a_round_from_closing():
    world = World(seed=1, students=7)
    slow, world.enrolments = world.enrolments[5:], world.enrolments[:5]
    world.everybody_hands_in()
    for enrolment in slow:
        extend(assignment=world.assignment, enrolment=enrolment, due_at=world.now + timedelta(days=3))
    world.open_round()
    for enrolment in slow:
        hand_in(submission=world.write(enrolment, "Late but allowed."), now=world.now)
    world.later(minutes=60)
    world.everybody_marks()
    with pytest.raises(RoundNotReady, match="2 papers still wait"):
        pipeline.close_round(round_=world.round, now=world.now)
    assert pipeline.admit_waiting(round_=world.round, now=world.now, rng=world.rng) == 2
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    assert release(assignment=world.assignment, now=world.now) == 7


def test_second_round_takes_in_only_what_nobody_has_read(world):
    world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(points=3)
    pipeline.close_round(round_=world.round, now=world.now)
    second = create_round(assignment=world.assignment, batch_minimum=1)
    assert pipeline.open_for_marking(round_=second, now=world.now, rng=world.rng) == 0


def test_case_and_open_place_at_closing_can_be_released():
    world = World(seed=1, students=1, graders=3, round_settings={"batch_minimum": 1}).opened()
    script = world.scripts()[0]
    script.allocations.all().delete()
    late = world.claim(world.crowd[0])
    world.later(minutes=40)
    world.mark(world.claim(world.crowd[1]), 0)
    world.mark(world.claim(world.crowd[2]), 3)
    world.later(minutes=1)
    assert ReviewCase.objects.filter(state="open").exists()
    enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    world.mark(late, 1)
    pipeline.close_round(round_=world.round, now=world.now)
    for case in ReviewCase.objects.filter(state="open"):
        decide(case=case, by=world.teacher, points=Decimal(2), reason="Half.", key="1", now=world.now)
    outbox.drain(now=world.now)
    assert release(assignment=world.assignment, now=world.now) == 1


def quiz_of(world: World, questions: int, points: int, **fields) -> list:
    """Put another assignment of long texts, one criterion each, in the world's place."""
    world.assignment = create_assignment(
        course=world.course, title="Texts", due_at=world.now + timedelta(days=1), **fields
    )
    asked = [
        add_question(assignment=world.assignment, kind="long_text", prompt="Why?", points=Decimal(points))
        for _ in range(questions)
    ]
    for question in asked:
        create_rubric(owner=world.teacher, title="R", question=question, criteria=[criterion("content")])
    publish(assignment=world.assignment, now=world.now)
    return asked


def test_score_exactly_on_the_cut_passes():
    world = World(students=1, graders=2, round_settings={"batch_minimum": 1, "readings_wanted": 1})
    asked = quiz_of(world, 4, 1, reporting="pass_fail", bands=[{"label": "pass", "from": "50"}])
    paper = start(assignment=world.assignment, enrolment=world.enrolments[0], now=world.now)
    for question in asked:
        save_answer(submission=paper, question=question, text="Because.", now=world.now)
    hand_in(submission=paper, now=world.now)
    world.open_round()
    given = dict(zip((question.pk for question in asked), (1, 1, 1, 3), strict=True))
    while any(claimed := [a for g in world.crowd if (a := world.claim(g))]):
        for allocation in claimed:
            world.mark(allocation, given[allocation.script.question_id])
    pipeline.close_round(round_=world.round, now=world.now)
    result = current_result(paper)
    assert (result.total, result.reported) == (2, "pass")


def test_question_left_out_of_a_whole_paper_scores_zero():
    settings = {"unit": "paper", "batch_minimum": 1, "readings_wanted": 1}
    world = World(students=1, graders=1, round_settings=settings)
    asked = quiz_of(world, 2, 4)
    paper = start(assignment=world.assignment, enrolment=world.enrolments[0], now=world.now)
    save_answer(submission=paper, question=asked[0], text="Because.", now=world.now)
    hand_in(submission=paper, now=world.now)
    world.open_round()
    world.everybody_marks(points=3)
    parts = [(part["marked_by"], Decimal(part["points"])) for part in current_result(paper).parts]
    assert parts == [("graders", 4), ("nobody", 0)]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_reported_grade_speaks_the_courses_language(world, language):
    assignment = Assignment(course=world.course, reporting="pass_fail", bands=[{"label": "pass", "from": "50"}])
    with translation.override(language):
        assert reported_grade(assignment=assignment, total=Decimal(0), highest=Decimal(1)) == "fail"


def test_file_that_is_gone_does_not_stop_the_class(world):
    paper = world.write(world.enrolments[0], "See my file.")
    attachment = attach(submission=paper, question=world.essay, name="a.png", content=png(), now=world.now)
    hand_in(submission=paper, now=world.now)
    Path(attachment.file.path).unlink()
    world.enrolments = world.enrolments[1:]
    world.everybody_hands_in()
    world.open_round()
    assert len(world.scripts()) == 5
    assert "could not be drawn" in origin.scripts_of(paper).get().renditions.last().html


def test_author_who_joins_later_gets_none_of_their_own():
    world = World(students=4, graders=1)
    place = enrol(course=world.course, role="student", student_number="99", family_name="A")
    world.enrolments.append(place)
    papers = world.everybody_hands_in()
    world.open_round()
    join(enrolment=place, user=world.crowd[0].user)
    world.later(minutes=0)
    read = set()
    while allocation := world.claim(world.crowd[0]):
        read.add(origin.submission_of(allocation.script))
        world.mark(allocation, 3)
    assert read == set(papers[:-1])


def test_classmates_start_by_the_clock_and_strangers_not_at_all(world):
    classmates = create_round(assignment=world.assignment, pool="classmates")
    with pytest.raises(MayNotMark, match="no student"):
        enlist(round_=classmates, user=UserFactory(), rng=world.rng)
    place = enlist(round_=classmates, user=world.enrolments[0].user, rng=world.rng)
    assert place.state == Enlistment.State.INVITED
    world.later(minutes=1)
    hand_in(submission=world.write(world.enrolments[0], "Mine."), now=world.now)
    world.later(days=2)
    place.refresh_from_db()
    assert place.state == Enlistment.State.ACTIVE


def test_override_with_the_same_total_still_tells_its_reason(world):
    paper = world.release_all().papers[1]
    total = current_feedback(paper).result.total
    pipeline.override_total(submission=paper, points=total, by=world.teacher, reason="I agree.", now=world.now)
    assert (current_feedback(paper).version, current_feedback(paper).body["override"]) == (2, "I agree.")


def test_paper_drawn_while_its_round_closes_stays_out(world, monkeypatch):
    world.everybody_hands_in()
    world.now += timedelta(days=2)
    close(assignment=world.assignment, now=world.now)
    world.round = create_round(assignment=world.assignment)
    open_round(round_=world.round, now=world.now)
    Round.objects.update(state=Round.State.CLOSING)
    assert pipeline.intake(round_=world.round, now=world.now, rng=world.rng) == 0
    assert not Script.objects.exists()


def test_correction_calls_off_the_reading_it_made_needless(world):
    world.everybody_hands_in()
    world.open_round()
    script = world.scripts()[0]
    first, second = (planned.grader for planned in script.allocations.all())
    while (allocation := world.claim(first)) and allocation.script_id != script.pk:
        world.mark(allocation, 3)
    world.mark(allocation, 0)
    while (other := world.claim(second)) and other.script_id != script.pk:
        world.mark(other, 3)
    world.mark(other, 3)
    script.refresh_from_db()
    assert (script.is_open, script.next_purpose) == (True, "further")
    world.mark(allocation, 3, sheet="corrected")
    script.refresh_from_db()
    assert (script.is_open, script.settled_at) == (False, world.now)


def test_release_waits_for_a_running_extension(world):
    late = world.enrolments.pop()
    extend(assignment=world.assignment, enrolment=late, due_at=world.now + timedelta(days=9))
    world.round_settings = {"batch_minimum": 1}
    world.everybody_hands_in()
    world.open_round()
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    with pytest.raises(ReleaseRefused, match="1 student still has time"):
        release(assignment=world.assignment, now=world.now)
    world.now += timedelta(days=9)
    assert release(assignment=world.assignment, now=world.now) == 4
