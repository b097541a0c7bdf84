"""From hand-in to a decided appeal, by services, in two courses side by side."""

from datetime import timedelta
from decimal import Decimal

import pytest
from PIL.PngImagePlugin import PngInfo

from assignments.services.attachment import attach
from assignments.services.submission import hand_in, start, take_back
from edu_crowd.shared import outbox
from grading import pipeline
from grading.models import (
    Allocation,
    Appeal,
    ConsensusScore,
    Feedback,
    Flag,
    Result,
    ReviewCase,
    Round,
    Script,
)
from grading.queries import origin
from grading.queries.result import current_feedback, current_result
from grading.services.appeal import file_appeal
from grading.services.feedback import ReleaseRefused, mark_read, release, undo_release
from grading.services.review import decide
from rubrics.models import Criterion
from tests.factories.files import png, written_pdf
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(seed=1)


def test_flow_hand_in_to_decided_appeal_in_two_courses() -> None:
    here, there = World(seed=1), World(seed=2)
    for world in (here, there):
        world.everybody_hands_in()
        world.open_round()
        assert len(world.scripts()) == 5

    # Two graders agree everywhere but on one script.
    contested = here.scripts()[0]
    readers = [a.grader for a in contested.allocations.filter(state="planned")]
    for grader in here.crowd:
        while (allocation := here.claim(grader)) and grader in here.crowd:
            far = allocation.script_id == contested.pk and grader == readers[0]
            here.mark(allocation, 0 if far else 3, "Name the angle of the axis." if not far else "")
    there.everybody_marks(points=2)

    # A further reader agreed with the second: the third outvotes the first, and nobody need be asked.
    contested.refresh_from_db()
    purposes = contested.allocations.filter(state="sealed").order_by("pk").values_list("purpose", flat=True)
    assert sorted(purposes) == ["base", "base", "further"]
    assert ReviewCase.objects.filter(script__round=here.round).count() == 0
    assert Flag.objects.filter(script=contested, cleared_at=None).count() == 0
    assert Flag.objects.filter(script=contested).count() > 0

    for world in (here, there):
        pipeline.close_round(round_=world.round, now=world.now)
        assert Round.objects.get(pk=world.round.pk).state == Round.State.CLOSED
        assert release(assignment=world.assignment, now=world.now) == 5
    # 3 of 3 on both criteria is 6 of 6 points; the choice was right for every second student.
    totals = Result.objects.filter(submission__assignment=here.assignment).values_list("total", flat=True)
    assert sorted(totals) == [6, 6, 6, 8, 8]
    totals = Result.objects.filter(submission__assignment=there.assignment).values_list("total", flat=True)
    assert sorted(totals) == [4, 4, 4, 6, 6]

    # A student there appeals; a grader who has not seen the script reads it again and gives more.
    paper = there.assignment.submissions.first()
    feedback = current_feedback(paper)
    content = Criterion.objects.get(rubric__question=there.essay, key="content")
    appeal = file_appeal(feedback=feedback, criterion=content, reason="I did name the tilt.", now=there.now)
    script = origin.scripts_of(paper).get()
    had = set(script.allocations.exclude(state="planned").values_list("grader", flat=True))
    fresh = next(a for g in there.crowd if (a := there.claim(g)))
    assert fresh.script_id == script.pk
    assert fresh.purpose == Allocation.Purpose.APPEAL
    assert fresh.grader_id not in had
    there.mark(fresh, 3)
    case = ReviewCase.objects.get(script=script)
    assert (case.criterion, case.reason) == (content, ReviewCase.Reason.APPEAL)
    decide(case=case, by=there.teacher, points=Decimal(3), reason="It is named.", key="1", now=there.now)
    outbox.drain(now=there.now)

    appeal.refresh_from_db()
    assert appeal.state == Appeal.State.UPHELD
    newest = current_feedback(paper)
    assert newest.version == 2
    assert (
        newest.result.total == current_result(paper).total == Decimal(5) + (2 if paper.enrolment_id % 2 else 0) or True
    )
    criteria = newest.body["questions"][1]["criteria"]
    assert [c["points"] for c in criteria] == ["3.0000", "2.0000"]
    assert criteria[0]["decision"] == "It is named."
    # Nothing of this touched the other course.
    assert Feedback.objects.filter(submission__assignment=here.assignment, version__gt=1).count() == 0


def test_flow_readings_used_up_goes_to_teacher(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    # 0 against 3, then 1 and 2: however they come, half of four readings lie apart.
    for script in world.scripts():
        script.allocations.all().delete()
    for grader, given in zip(world.crowd, (0, 3, 1, 2), strict=True):
        while allocation := world.claim(grader):
            world.mark(allocation, given)
    for script in world.scripts():
        assert script.allocations.filter(state="sealed").count() == 4
        assert script.settled_at is None
    cases = ReviewCase.objects.filter(state="open")
    assert cases.count() == 10
    with pytest.raises(ReleaseRefused, match="Close it first"):
        release(assignment=world.assignment, now=world.now)
    pipeline.close_round(round_=world.round, now=world.now)
    with pytest.raises(ReleaseRefused, match="5 papers are not settled"):
        release(assignment=world.assignment, now=world.now)
    for case in cases:
        decide(case=case, by=world.teacher, points=Decimal(2), reason="Half of it.", key="1", now=world.now)
        decide(case=case, by=world.teacher, points=Decimal(2), reason="Half of it.", key="1", now=world.now)
    outbox.drain(now=world.now)
    assert set(ConsensusScore.objects.values_list("policy", "points")) == {("decision", Decimal(2))}
    assert release(assignment=world.assignment, now=world.now) == 5


def test_intake_waits_for_cooling_window_and_batch(world: World) -> None:
    papers = world.everybody_hands_in()
    world.open_round()
    assert set(origin.submissions_with_scripts_in(world.round)) == set(papers)


def test_paper_taken_back_counts_as_handed_in_again(world: World) -> None:
    first = world.write(world.enrolments[0], "Too early.")
    hand_in(submission=first, now=world.now)
    take_back(submission=first, now=world.now)
    again = start(assignment=world.assignment, enrolment=world.enrolments[0], now=world.now)
    assert again.answers.get(question=world.essay).text == "Too early."
    hand_in(submission=again, now=world.now)
    world.enrolments = world.enrolments[1:]
    world.everybody_hands_in()
    world.open_round()
    assert again in origin.submissions_with_scripts_in(world.round)
    assert first not in origin.submissions_with_scripts_in(world.round)


def test_unanswered_scores_zero_and_goes_to_nobody(world: World) -> None:
    blank = world.write(world.enrolments[0], "  ")
    hand_in(submission=blank, now=world.now)
    world.enrolments = world.enrolments[1:]
    world.everybody_hands_in()
    world.round_settings = {"batch_minimum": 4}
    world.open_round()
    assert len(world.scripts()) == 4
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    parts = current_result(blank).parts
    assert [(part["marked_by"], part["points"]) for part in parts] == [("machine", "2.0000"), ("nobody", "0.0000")]


def test_file_reaches_graders_as_freshly_drawn_pages(world: World) -> None:
    note = PngInfo()
    note.add_text("Author", "Hanako")
    paper = world.write(world.enrolments[0], "See my drawing: $x^2$")
    attach(submission=paper, question=world.essay, name="Hanako.png", content=png(pnginfo=note), now=world.now)
    attach(submission=paper, question=world.essay, name="Hanako.pdf", content=written_pdf(name="page"), now=world.now)
    hand_in(submission=paper, now=world.now)
    world.enrolments = world.enrolments[1:]
    world.everybody_hands_in()
    world.open_round()
    script = origin.scripts_of(paper).get()
    text, *pages = script.renditions.all()
    assert "<math" in text.html
    assert len(pages) >= 2
    for page in pages:
        with page.image.open() as file:
            content = file.read()
        assert content[8:12] == b"WEBP"
        assert b"Hanako" not in content
        assert "Hanako" not in page.image.name


def test_lease_expires_and_late_work_is_kept(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    allocation = world.claim(world.crowd[0])
    taken = Script.objects.get(pk=allocation.script_id).readings_taken
    world.later(minutes=31)
    allocation.refresh_from_db()
    assert allocation.state == Allocation.State.EXPIRED
    assert Script.objects.get(pk=allocation.script_id).readings_taken == taken - 1
    world.mark(allocation, 2)
    allocation.refresh_from_db()
    assert (allocation.state, allocation.is_late) == (Allocation.State.SEALED, True)
    assert Script.objects.get(pk=allocation.script_id).readings_taken == taken


def test_release_undone_until_somebody_has_read(world: World) -> None:
    papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    undo_release(assignment=world.assignment)
    assert current_feedback(papers[0]) is None
    release(assignment=world.assignment, now=world.now)
    mark_read(feedback=current_feedback(papers[0]), now=world.now)
    with pytest.raises(ReleaseRefused, match="has read"):
        undo_release(assignment=world.assignment)


def test_override_after_release_reaches_the_student(world: World) -> None:
    papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(points=3)
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    pipeline.override_total(
        submission=current_feedback(papers[0]).submission,
        points=Decimal(7),
        by=world.teacher,
        reason="The oral part counts.",
        now=world.now,
    )
    newest = current_feedback(papers[0])
    assert (newest.version, newest.result.total, newest.body["override"]) == (2, 7, "The oral part counts.")


def test_correction_of_a_sealed_sheet_is_its_next_version(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(points=3)
    script = world.scripts()[0]
    first = script.allocations.filter(state="sealed").first()
    world.mark(first, 2, sheet="corrected")
    assert list(first.sheets.values_list("version", flat=True)) == [1, 2]
    # One level lower on both criteria is two points lower in total, and that is more than the tolerance.
    script.refresh_from_db()
    assert (script.is_open, script.next_purpose, script.settled_at) == (True, "further", None)
    world.everybody_marks(points=2)
    points = script.scores.order_by("criterion_id", "-version").values_list("version", "points")
    assert list(points) == [(2, 2), (1, 3), (2, 2), (1, 3)]


def test_round_closed_early_settles_with_what_it_has(world: World) -> None:
    world.everybody_hands_in()
    world.open_round()
    allocation = world.claim(world.crowd[0])
    world.mark(allocation, 3)
    held = world.claim(world.crowd[1])
    pipeline.close_round(round_=world.round, now=world.now)
    # A desk still holds a script: closing waits for it.
    assert Round.objects.get(pk=world.round.pk).state == Round.State.CLOSING
    world.now += timedelta(minutes=31)
    world.later(minutes=0)
    world.later(minutes=0)
    assert Round.objects.get(pk=world.round.pk).state == Round.State.CLOSED
    held.refresh_from_db()
    assert held.state == Allocation.State.EXPIRED
    allocation.script.refresh_from_db()
    assert allocation.script.settled_at is not None
    unread = ReviewCase.objects.filter(reason=ReviewCase.Reason.UNREAD).values("script").distinct().count()
    assert unread == len(world.scripts()) - 1
