"""Places in a round: paused, called back, ended, taken out of a draft; classmates all at once."""

import pytest

from assignments.services.enrolment import withdraw
from edu_crowd.shared.models import AuditEntry
from grading.models import Enlistment, Round, ScriptExclusion
from grading.services.claim import NotEnlisted
from grading.services.enlistment import (
    MayNotMark,
    end_enlistment,
    enlist,
    enlist_all,
    enlist_classmates,
    pause_enlistment,
    remove_enlistment,
    resume_enlistment,
)
from grading.services.round import RoundNotReady, create_round
from tests.factories import EnrolmentFactory, UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(seed=1).opened()


def test_paused_gets_nothing_until_called_back(world):
    place = world.places[0]
    pause_enlistment(enlistment=place)
    with pytest.raises(NotEnlisted):
        world.claim(place.grader)
    resume_enlistment(enlistment=place)
    assert world.claim(place.grader) is not None
    end_enlistment(enlistment=place)
    assert place.state == "ended"
    actions = AuditEntry.objects.filter(action__startswith="grader.").order_by("-pk")
    assert list(actions.values_list("action", flat=True)[:3]) == ["grader.ended", "grader.resumed", "grader.paused"]


def test_called_back_is_barred_from_what_they_wrote_meanwhile(world):
    place = world.places[0]
    pause_enlistment(enlistment=place)
    seat = world.enrolments[0]
    seat.user = place.grader.user
    seat.save()
    resume_enlistment(enlistment=place)
    assert ScriptExclusion.objects.filter(grader=place.grader).count() == 1


def test_who_may_see_names_by_now_is_not_called_back(world):
    place = world.places[0]
    pause_enlistment(enlistment=place)
    EnrolmentFactory(course=world.course, user=place.grader.user, role="teacher")
    with pytest.raises(MayNotMark):
        resume_enlistment(enlistment=place)


def test_all_classmates_come_once_and_wait(world):
    EnrolmentFactory(course=world.course, user=None)
    round_ = create_round(assignment=world.assignment, pool="classmates")
    assert enlist_classmates(round_=round_, rng=world.rng) == 5
    assert enlist_classmates(round_=round_, rng=world.rng) == 0
    places = Enlistment.objects.filter(round=round_)
    assert {place.state for place in places} == {"invited"}
    assert len({place.pseudonym for place in places}) == 5
    pause_enlistment(enlistment=places[0])
    resume_enlistment(enlistment=places[0])
    assert places.get(pk=places[0].pk).state == "invited"
    with pytest.raises(MayNotMark):
        enlist_classmates(round_=world.round, rng=world.rng)


def test_several_come_or_nobody(world):
    round_ = create_round(assignment=world.assignment, pool="assistants")
    with pytest.raises(MayNotMark):
        enlist_all(round_=round_, users=[UserFactory(), world.teacher], rng=world.rng)
    assert not Enlistment.objects.filter(round=round_).exists()


def test_place_in_a_draft_is_taken_out_and_in_an_open_round_is_not(world):
    draft = create_round(assignment=world.assignment)
    remove_enlistment(enlistment=enlist(round_=draft, user=UserFactory(), rng=world.rng))
    assert not Enlistment.objects.filter(round=draft).exists()
    with pytest.raises(RoundNotReady):
        remove_enlistment(enlistment=world.places[0])


@pytest.mark.parametrize(("pool", "state"), [("assistants", "ended"), ("classmates", "ended"), ("crowd", "active")])
def test_who_left_the_course_marks_no_more_by_a_place_of_the_course(world, pool, state):
    place = world.places[0]
    seat = EnrolmentFactory(course=world.course, user=place.grader.user, role="assistant")
    Round.objects.filter(pk=world.round.pk).update(pool=pool)
    world.later(minutes=1)
    place.refresh_from_db()
    assert place.state == "active"
    withdraw(enrolment=seat)
    world.later(minutes=1)
    place.refresh_from_db()
    assert place.state == state
