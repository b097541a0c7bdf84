"""A draft round: changed, thrown away, opened with the newest rubrics."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from assignments.services.question import add_question
from edu_crowd.shared.models import AuditEntry
from grading import pipeline
from grading.models import Enlistment, Invitation, ReferenceMark, Rendition, Round, RoundQuestion, Script, TextBody
from grading.queries import origin
from grading.queries.reference import reference_counts
from grading.queries.round import rubrics_to_pin
from grading.queries.script import criteria_of_round
from grading.services.enlistment import enlist
from grading.services.reference import ReferencesFixed
from grading.services.round import RoundNotReady, change_round, create_round, open_round
from rubrics.services import create_rubric, new_version
from tests.factories import UserFactory, criterion
from tests.flows.references import draft
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    world.papers = world.everybody_hands_in()
    world.round = create_round(assignment=world.assignment)
    return world


def with_reference(world: World, *, is_marked: bool = True) -> Script:
    """Make a reference paper of the first paper, with a picture and marks."""
    script = Script.objects.create(
        round=world.round, question=world.essay, language="en", readings_wanted=0, rnd=0.5, is_reference=True
    )
    origin.record(script=script, submission=world.papers[0])
    piece = Rendition(script=script, position=0, question=world.essay)
    piece.image.save("page", ContentFile(b"RIFF0000WEBP"), save=True)
    for one in criteria_of_round(world.round) if is_marked else ():
        body = TextBody.of("Because.")
        body.save()
        level = one.levels.all()[0]
        ReferenceMark.objects.create(
            script=script,
            criterion=one,
            level=level,
            points=level.points,
            by=world.teacher,
            comment=body,
            marked_at=world.now,
        )
    return script


def test_discarded_draft_leaves_nothing_behind(world, django_capture_on_commit_callbacks):
    enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    Invitation.objects.create(round=world.round, email="a@example.org", by=world.teacher, invited_at=world.now)
    image = Path(with_reference(world).renditions.get().image.path)
    assert image.exists()
    with django_capture_on_commit_callbacks(execute=True):
        pipeline.discard_round(round_=world.round)
    rows = (Round, RoundQuestion, Enlistment, Invitation, Script, Rendition, ReferenceMark, TextBody)
    assert {row.__name__: row.objects.count() for row in rows} == {row.__name__: 0 for row in rows}
    assert not image.exists()
    assert AuditEntry.objects.first().action == "round.discarded"
    again = create_round(assignment=world.assignment)
    assert again.questions.count() == 1


def test_opened_round_is_neither_discarded_nor_changed(world):
    open_round(round_=world.round, now=world.now)
    for act in (
        lambda: pipeline.discard_round(round_=world.round),
        lambda: change_round(round_=world.round, questions=[world.essay], readings_wanted=3),
        lambda: open_round(round_=world.round, now=world.now),
    ):
        with pytest.raises(RoundNotReady, match="opened already"):
            act()


def test_draft_another_round_borrows_from_is_kept(world):
    source = with_reference(world)
    other = create_round(assignment=world.assignment)
    Script.objects.create(
        round=other, question=world.essay, language="en", readings_wanted=0, rnd=0.1, source_script=source
    )
    with pytest.raises(ReferencesFixed, match="Another round"):
        pipeline.discard_round(round_=world.round)


def test_settings_and_questions_change_while_it_is_a_draft(world):
    second = add_second(world)
    change_round(round_=world.round, questions=[second], readings_wanted=3, readings_max=5, policy="mean")
    assert (world.round.readings_wanted, world.round.readings_max, world.round.policy) == (3, 5, "mean")
    assert [item.question for item in world.round.questions.all()] == [second]
    with pytest.raises(RoundNotReady, match="at least one"):
        change_round(round_=world.round, questions=[])


def add_second(world: World):
    world.assignment.state = "draft"
    world.assignment.save()
    second = add_question(assignment=world.assignment, kind="long_text", prompt="And why not?", points=Decimal(4))
    create_rubric(owner=world.teacher, title="Second", question=second, criteria=[criterion("content")])
    return second


def test_pool_stays_while_there_are_graders(world):
    enlist(round_=world.round, user=UserFactory(), rng=world.rng)
    with pytest.raises(RoundNotReady, match="Take them out"):
        change_round(round_=world.round, questions=[world.essay], pool="assistants")


def test_question_and_unit_stay_while_there_are_reference_papers(world):
    second = add_second(world)
    with_reference(world)
    with pytest.raises(RoundNotReady, match="unit"):
        change_round(round_=world.round, questions=[world.essay], unit="paper")
    with pytest.raises(RoundNotReady, match="left out"):
        change_round(round_=world.round, questions=[second])


@pytest.mark.parametrize(("is_marked", "version"), [(False, 2), (True, 1)])
def test_opening_pins_the_newest_rubric_unless_references_were_marked_by_an_older_one(world, is_marked, version):
    script = with_reference(world, is_marked=is_marked)
    assert reference_counts(world.round) == (int(is_marked), 1)
    new_version(rubric=world.essay.rubrics.get(), by=world.teacher)
    assert [choice.is_newest for choice in rubrics_to_pin(world.round)] == [version == 2]
    open_round(round_=world.round, now=world.now)
    pinned = world.round.questions.get().rubric
    assert (pinned.version, pinned.pinned_at) == (version, world.now)
    assert script.round_id == world.round.pk


def test_trail_of_a_round(world):
    open_round(round_=world.round, now=world.now)
    assert list(AuditEntry.objects.filter(action__startswith="round").order_by("pk").values_list("action")) == [
        ("round.prepared",),
        ("round.opened",),
    ]


def test_whole_papers_keep_the_questions_they_were_drawn_with():
    world = draft(papers=2, unit="paper")
    world.assignment.refresh_from_db()
    second = add_second(world)
    with pytest.raises(RoundNotReady, match="Whole papers"):
        change_round(round_=world.round, questions=[world.essay, second])
    with pytest.raises(RoundNotReady, match="Whole papers"):
        change_round(round_=world.round, questions=[second])
    change_round(round_=world.round, questions=[world.essay], seeds_percent=20)
    assert world.round.seeds_percent == 20


def test_draft_thrown_away_in_another_window_is_said_to_be_gone(world):
    pipeline.discard_round(round_=Round.objects.get(pk=world.round.pk))
    with pytest.raises(RoundNotReady, match="thrown away"):
        pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng)
    with pytest.raises(RoundNotReady):
        pipeline.discard_round(round_=world.round)
