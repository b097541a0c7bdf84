"""Two people type the same address at the same moment, and its owner clicks twice."""

import functools
import operator

import pytest
from allauth.account.models import EmailAddress

from edu_crowd.shared.errors import Problem
from edu_crowd.shared.models import OutboxEntry
from grading import pipeline
from grading.models import Enlistment, Invitation
from grading.services.invitation import Links, accept, invite
from grading.services.round import create_round
from tests.concurrency.racing import racers
from tests.factories import UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db(transaction=True)
LINKS = Links(sign_up="https://here/signup/", home="https://here/")


@pytest.fixture
def world() -> World:
    world = World(students=1, graders=0)
    world.round = create_round(assignment=world.assignment)
    return world


def ask(world: World, address: str) -> list[str]:
    answers = invite(round_=world.round, lines=[address], by=world.teacher, links=LINKS, now=world.now, rng=world.rng)
    return [str(answer.outcome) for answer in answers]


def test_address_typed_by_many_at_once_is_one_row(world):
    with racers(8) as race:
        for number in range(10):
            answers = race(lambda racer, n=number: ask(world, f"{'Ab'[racer % 2]}{n}@example.org".lower()))
            assert sorted(functools.reduce(operator.iadd, answers, [])) == ["already"] * 6 + ["invited"] * 2
    assert Invitation.objects.count() == OutboxEntry.objects.count() == 20


def test_account_enlisted_by_many_at_once_has_one_place(world):
    user = UserFactory()
    with racers(8) as race:
        answers = race(lambda _: ask(world, user.email))
    assert sorted(functools.reduce(operator.iadd, answers, [])) == ["already"] * 7 + ["enlisted"]
    assert Enlistment.objects.count() == 1


def test_owner_who_accepts_twice_has_one_place(world):
    ask(world, "new@example.org")
    user = UserFactory(email="new@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    invitation = Invitation.objects.get()

    def click(_: int) -> str:
        try:
            accept(invitation=invitation, user=user, now=world.now, rng=world.rng)
        except Problem as problem:
            return type(problem).__name__
        return "place"

    with racers(4) as race:
        assert sorted(race(click)) == ["InvitationOver"] * 3 + ["place"]
    assert Enlistment.objects.count() == 1


def test_draft_thrown_away_while_somebody_accepts_ends_one_way(world):
    def accept_or_discard(racer: int) -> None:
        try:
            if racer:
                accept(invitation=invitation, user=user, now=world.now, rng=world.rng)
            else:
                pipeline.discard_round(round_=world.round)
        except Problem:
            pass

    with racers(2) as race:
        for number in range(10):
            world.round = create_round(assignment=world.assignment)
            address = f"new{number}@example.org"
            ask(world, address)
            user = UserFactory(email=address)
            invitation = Invitation.objects.get(round=world.round)
            race(accept_or_discard)
    assert not Enlistment.objects.exists()
    assert not Invitation.objects.exists()
