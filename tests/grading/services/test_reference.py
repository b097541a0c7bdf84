"""Reference papers: chosen blind, marked by the teacher, settled by that alone."""

from decimal import Decimal
from random import Random

import pytest

from assignments.services.attachment import attach
from assignments.services.submission import hand_in
from edu_crowd.shared import outbox
from edu_crowd.shared.models import AuditEntry
from grading import pipeline
from grading.models import (
    Allocation,
    ConsensusScore,
    Enlistment,
    Feedback,
    ReferenceMark,
    Rendition,
    Round,
    Script,
    ScriptExclusion,
    ScriptOrigin,
    TextBody,
)
from grading.models.script import rendition_storage
from grading.queries import origin
from grading.queries.mark import base_readings
from grading.queries.reference import reference_counts, states_of
from grading.queries.result import current_feedback, current_result
from grading.queries.round import progress_of
from grading.queries.script import criteria_of_round, criteria_of_script
from grading.services import reference
from grading.services.appeal import file_appeal
from grading.services.enlistment import enlist
from grading.services.feedback import release
from grading.services.reference import (
    ReferencesFixed,
    TooManyReferences,
    choose_references,
    drop_reference,
    drop_references,
    mark_reference,
)
from grading.services.review import decide
from grading.services.round import create_round
from grading.services.script import DrawnAnswer, SheetIncomplete
from tests.factories import UserFactory
from tests.factories.files import png
from tests.flows.references import draft, give, mark_all, opened, references
from tests.flows.world import World

pytestmark = pytest.mark.django_db


def test_chosen_papers_are_scripts_that_nobody_can_claim() -> None:
    world = draft(papers=2)
    scripts = references(world)
    assert [(s.is_open, s.next_purpose, s.readings_taken, s.readings_wanted) for s in scripts] == [
        (False, "seed", 0, 0)
    ] * 2
    assert len({origin.submission_of(script).pk for script in scripts}) == 2
    assert all(script.renditions.count() == 1 for script in scripts)
    assert reference_counts(world.round) == (0, 2)
    assert AuditEntry.objects.get(action="references.chosen").details["papers"] == 2


def test_author_among_the_graders_is_excluded() -> None:
    world = draft(papers=0, students=2)
    Round.objects.filter(pk=world.round.pk).update(pool="classmates")
    world.round.refresh_from_db()
    for enrolment in world.enrolments:
        enlist(round_=world.round, user=enrolment.user, rng=world.rng)
    script = choose_references(round_=world.round, papers=1, now=world.now, rng=world.rng)[0]
    author = origin.submission_of(script).enrolment.user
    assert [one.grader.user for one in ScriptExclusion.objects.filter(script=script)] == [author]


@pytest.mark.parametrize(("already", "more", "ok"), [(0, 4, True), (0, 5, False), (3, 1, True), (3, 2, False)])
def test_at_least_half_is_left(already: int, more: int, ok: bool) -> None:
    world = draft(papers=already, students=8)
    if ok:
        choose_references(round_=world.round, papers=more, now=world.now, rng=world.rng)
        return
    with pytest.raises(TooManyReferences, match=f"Choose {4 - already} paper"):
        choose_references(round_=world.round, papers=more, now=world.now, rng=world.rng)
    assert len(references(world)) == already


def test_papers_that_may_still_be_taken_back_are_not_chosen() -> None:
    world = World(students=4)
    world.everybody_hands_in()
    world.round = draft(seed=2, papers=0).round
    Round.objects.filter(pk=world.round.pk).update(assignment=world.assignment)
    world.round.refresh_from_db()
    with pytest.raises(TooManyReferences, match="No more can be chosen"):
        choose_references(round_=world.round, papers=1, now=world.now, rng=world.rng)


def test_dropped_paper_leaves_nothing_and_comes_in_like_any(django_capture_on_commit_callbacks) -> None:
    world = World(students=4)
    paper = world.write(world.enrolments[0], "See my file.")
    attach(submission=paper, question=world.essay, name="a.png", content=png(), now=world.now)
    hand_in(submission=paper, now=world.now)
    world.enrolments = world.enrolments[1:]
    world.everybody_hands_in()
    world.later(days=2)
    world.round = create_round(assignment=world.assignment, batch_minimum=1)
    choose_references(round_=world.round, papers=2, now=world.now, rng=world.rng)
    mark_all(world, comment="Deleted with it.")
    files = [r.image.name for r in Rendition.objects.exclude(image="")]
    with django_capture_on_commit_callbacks(execute=True):
        assert drop_references(round_=world.round) == 2
    for model in (Script, ScriptOrigin, Rendition, ReferenceMark, TextBody):
        assert not model.objects.exists(), model
    assert not any(rendition_storage().exists(name) for name in files)
    assert pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng) == 4
    assert not references(world)


def test_marking_again_replaces_the_own_marks_and_leaves_those_of_others() -> None:
    world = draft(papers=1)
    script = references(world)[0]
    give(world, script, 1, "First.")
    colleague = UserFactory()
    criteria = list(criteria_of_script(script))
    levels = {one.pk: one.levels.get(points=3).pk for one in criteria}
    mark_reference(script=script, by=colleague, levels=levels, comments={}, now=world.now)
    give(world, script, 2, "Second.")
    marks = ReferenceMark.objects.filter(script=script)
    assert sorted(marks.values_list("by", "points")) == sorted(
        [(world.teacher.pk, 2), (world.teacher.pk, 2), (colleague.pk, 3), (colleague.pk, 3)]
    )
    assert set(TextBody.objects.values_list("text", flat=True)) == {"Second."}
    assert script.question.rubrics.get().pinned_at == world.now  # what marks hold on to is not rewritten


def test_incomplete_marks_are_refused() -> None:
    world = draft(papers=1)
    script = references(world)[0]
    first = criteria_of_script(script)[0]
    with pytest.raises(SheetIncomplete, match="Language"):
        mark_reference(
            script=script, by=world.teacher, levels={first.pk: first.levels.first().pk}, comments={}, now=world.now
        )
    assert reference_counts(world.round) == (0, 1)


def test_open_round_fixes_its_references() -> None:
    world = opened(papers=1)
    script = references(world)[0]
    with pytest.raises(ReferencesFixed):
        choose_references(round_=world.round, papers=1, now=world.now, rng=world.rng)
    with pytest.raises(ReferencesFixed):
        give(world, script, 1)
    with pytest.raises(ReferencesFixed):
        drop_reference(script=script)
    assert reference_counts(world.round) == (1, 1)


def test_reference_that_lacks_marks_comes_in_with_the_rest() -> None:
    world = draft(papers=2)
    kept, left = references(world)
    give(world, kept, 3)
    paper = origin.submission_of(left)
    assert pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng) == 7
    assert references(world) == [kept]
    ordinary = origin.scripts_of(paper).get()
    assert (ordinary.is_reference, ordinary.is_open, ordinary.readings_wanted, ordinary.next_purpose) == (
        False,
        True,
        2,
        "base",
    )
    assert ordinary.allocations.filter(purpose="base").count() == 2


@pytest.mark.parametrize(("policy", "points"), [("mean", "2.0000"), ("median", "2.0000")])
def test_references_are_settled_by_the_teachers_marks_alone(policy: str, points: str) -> None:
    world = draft(papers=1, policy=policy)
    script = references(world)[0]
    give(world, script, 1, "Name the angle.")
    criteria = list(criteria_of_script(script))
    levels = {one.pk: one.levels.get(points=3).pk for one in criteria}
    mark_reference(script=script, by=UserFactory(), levels=levels, comments={}, now=world.now)
    pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng)
    given = [
        {"mark": mark.pk, "points": str(mark.points)}
        for mark in ReferenceMark.objects.filter(criterion=criteria[0]).order_by("marked_at", "pk")
    ]
    score = ConsensusScore.objects.get(script=script, criterion=criteria[0])
    assert (score.policy, str(score.points)) == ("reference", points)
    assert score.inputs == {"marks": [], "reference": given, "decision": None}
    script.refresh_from_db()
    assert script.settled_at == world.now


def test_seeds_count_for_nothing_but_their_grader() -> None:
    world = opened(papers=2, points=3, readings_wanted=1, readings_max=1)
    assert world.everybody_marks(points=0, comment="From a seed.") > 6
    seeds = Allocation.objects.filter(purpose="seed", state="sealed")
    assert 4 < seeds.count() <= 8  # two references, four graders
    for script in references(world):
        assert set(script.scores.values_list("points", "version")) == {(3, 1)}
        assert not script.flags.exists()
        assert not script.cases.exists()
    sealed = Allocation.objects.filter(script__round=world.round, state="sealed")
    progress = progress_of(world.round)
    assert (progress.scripts, progress.settled) == (8, 8)
    assert (progress.readings, progress.readings_wanted) == (sealed.exclude(purpose="seed").count(), 6)
    read = {script for script, _, _ in base_readings(world.round, criteria_of_round(world.round)[0])}
    assert read.isdisjoint(one.pk for one in references(world))
    pipeline.close_round(round_=world.round, now=world.now)
    assert release(assignment=world.assignment, now=world.now) == 8
    paper = origin.submission_of(references(world)[0])
    said = [one for part in current_feedback(paper).body["questions"] for one in part["criteria"]]
    assert [(one["policy"], [s["text"] for s in one["said"]]) for one in said] == [
        ("reference", ["As the key says."])
    ] * 2
    assert current_result(paper).parts[1]["points"] == "6.0000"


def test_states_tell_how_graders_did() -> None:
    world = opened(papers=1, points=3)
    script = references(world)[0]
    for grader, points in zip(world.crowd, (3, 2, 1, 0), strict=True):
        while allocation := world.claim(grader):
            world.mark(allocation, points)
    (state,) = states_of(world.round, [script])
    assert (state.is_complete, state.checks, state.compared, state.within) == (True, 4, 8, 4)


def test_appeal_on_a_reference_paper_is_read_afresh() -> None:
    world = opened(papers=1, points=1, graders=5)
    script = references(world)[0]
    fresh = world.places[4]
    Enlistment.objects.filter(pk=fresh.pk).update(state="paused")
    Allocation.objects.filter(grader=fresh.grader).delete()
    world.places = world.places[:4]
    world.everybody_marks(points=2)
    pipeline.close_round(round_=world.round, now=world.now)
    release(assignment=world.assignment, now=world.now)
    Enlistment.objects.filter(pk=fresh.pk).update(state="active", exhausted_at_opening=None)
    paper = origin.submission_of(script)
    criterion = criteria_of_script(script)[0]
    file_appeal(feedback=current_feedback(paper), criterion=criterion, reason="I did name it.", now=world.now)
    assert [world.claim(grader) for grader in world.crowd] == [None] * 4  # they have read it as a seed
    reading = world.claim(fresh.grader)
    assert (reading.script_id, reading.purpose) == (script.pk, "appeal")
    world.mark(reading, 3)
    case = script.cases.get(criterion=criterion)
    decide(case=case, by=world.teacher, points=Decimal(2), reason="Half.", key="1", now=world.now)
    outbox.drain(now=world.now)
    scores = dict(ConsensusScore.objects.filter(script=script).order_by("version").values_list("criterion", "points"))
    assert (scores[criterion.pk], set(scores.values())) == (2, {1, 2})
    assert Feedback.objects.filter(submission=paper).count() == 2


def test_plan_left_over_keeps_nobody_from_an_appeal() -> None:
    world = opened(papers=1, points=1)
    idle, world.places = world.places[0], world.places[1:]
    world.everybody_marks(points=2)
    assert Allocation.objects.filter(grader=idle.grader, state="planned").exists()
    pipeline.close_round(round_=world.round, now=world.now)
    assert not Allocation.objects.filter(state="planned").exists()
    release(assignment=world.assignment, now=world.now)
    script = references(world)[0]
    criterion = criteria_of_script(script)[0]
    feedback = current_feedback(origin.submission_of(script))
    file_appeal(feedback=feedback, criterion=criterion, reason="I did name it.", now=world.now)
    assert world.claim(idle.grader).script_id == script.pk


def test_half_of_the_papers_stay_with_the_graders_also_between_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another window chose while the papers were drawn counts."""
    world = draft(papers=0, students=10)
    draw, rng = reference.draw_paper, Random(1)
    others: list[list[Script]] = []

    def slow(**what: object) -> list[DrawnAnswer]:
        if not others:
            others.append([])
            others[0] = choose_references(round_=world.round, papers=3, now=world.now, rng=rng)
        return draw(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(reference, "draw_paper", slow)
    with pytest.raises(TooManyReferences):
        choose_references(round_=world.round, papers=3, now=world.now, rng=world.rng)
    assert len(references(world)) == 3
