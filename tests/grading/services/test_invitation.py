"""Graders asked by mail: each line answered, one row per address, and nobody but its owner takes a place."""

from datetime import timedelta
from random import Random

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from edu_crowd.shared.models import AuditEntry
from grading.models import Enlistment, Invitation, Round
from grading.queries.enlistment import people_in
from grading.queries.invitation import open_invitations
from grading.services.enlistment import MayNotMark, end_enlistment
from grading.services.invitation import InvitationOver, Links, NotInviting, accept, decline, invite, withdraw
from grading.services.round import create_round
from tests.factories import UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db
LINKS = Links(sign_up="https://here/accounts/signup/", home="https://here/")


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    world.round = create_round(assignment=world.assignment)
    return world


def ask(world: World, *lines: str, round_: Round | None = None) -> list[tuple[str, str]]:
    answers = invite(
        round_=round_ or world.round, lines=lines, by=world.teacher, links=LINKS, now=world.now, rng=world.rng
    )
    return [(answer.line, str(answer.outcome)) for answer in answers]


def owner_of(address: str, *, verified: bool = True) -> User:
    user = UserFactory(email=address)
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def test_each_line_is_answered(world):
    known = UserFactory(email="known@example.org", locale="ja")
    in_already = UserFactory(email="in@example.org")
    ask(world, in_already.email)
    assert ask(world, "Known@example.org", "new@example.org", "in@example.org", world.teacher.email, "nobody") == [
        ("Known@example.org", "enlisted"),
        ("new@example.org", "invited"),
        ("in@example.org", "already"),
        (world.teacher.email, "refused"),
        ("nobody", "no_address"),
    ]
    assert Enlistment.objects.get(grader__user=known).state == "active"
    assert not Enlistment.objects.filter(grader__user=world.teacher).exists()


def test_only_so_many_people_are_invited_in_a_day(world, monkeypatch):
    monkeypatch.setattr("grading.services.invitation.MOST_A_DAY", 2)
    ask(world, "a@example.org", "b@example.org")
    with pytest.raises(NotInviting, match="Go on tomorrow"):
        ask(world, "c@example.org")
    world.now += timedelta(days=2)
    assert ask(world, "c@example.org") == [("c@example.org", "invited")]


def test_mails_speak_the_reader_s_language_and_name_no_student(world):
    UserFactory(email="known@example.org", locale="ja")
    ask(world, "known@example.org", "new@example.org")
    outbox.drain(now=world.now)
    by_reader = {one.to[0]: one for one in mail.outbox}
    assert set(by_reader) == {"known@example.org", "new@example.org"}
    assert LINKS.home in by_reader["known@example.org"].body
    invited = by_reader["new@example.org"]
    assert invited.subject == "You are asked to mark: Quiz"
    assert LINKS.sign_up in invited.body
    assert "nothing happens" in invited.body
    assert "nothing happens" not in by_reader["known@example.org"].body
    assert "new@example.org" in invited.body
    for one in mail.outbox:
        for student in world.enrolments:
            assert student.user.email not in one.body
            assert student.student_number not in one.body


def test_address_twice_is_one_row_and_one_mail(world):
    assert ask(world, "new@example.org") == [("new@example.org", "invited")]
    assert ask(world, "NEW@example.org") == [("NEW@example.org", "already")]
    outbox.drain(now=world.now)
    assert (Invitation.objects.count(), len(mail.outbox)) == (1, 1)


def test_account_that_has_not_proved_its_address_is_invited(world):
    user = owner_of("squatter@example.org", verified=False)
    assert ask(world, user.email) == [(user.email, "invited")]
    assert list(open_invitations(user)) == []


def test_owner_accepts_and_the_list_names_the_address(world):
    ask(world, "new@example.org", "other@example.org")
    user = owner_of("New@Example.org")
    invitation = open_invitations(user).get()
    place = accept(invitation=invitation, user=user, now=world.now, rng=world.rng)
    assert (place.state, list(open_invitations(user))) == ("active", [])
    assert [(one.label, one.place, one.state) for one in people_in(world.round)] == [
        ("new@example.org", place, "marking"),
        ("other@example.org", None, "invited"),
    ]
    with pytest.raises(InvitationOver):
        accept(invitation=invitation, user=user, now=world.now, rng=world.rng)


def test_declined_and_withdrawn_can_be_asked_again(world):
    ask(world, "a@example.org", "b@example.org")
    first, second = Invitation.objects.order_by("email")
    decline(invitation=first, now=world.now)
    withdraw(invitation=second, now=world.now)
    for one in (first, second):
        with pytest.raises(InvitationOver):
            withdraw(invitation=one, now=world.now)
    world.later(minutes=1)
    assert ask(world, "a@example.org", "b@example.org") == [("a@example.org", "invited"), ("b@example.org", "invited")]
    outbox.drain(now=world.now)
    assert (Invitation.objects.count(), len(mail.outbox)) == (2, 4)


def test_teacher_cannot_accept_for_a_blind_round(world):
    ask(world, "second@example.org")
    EmailAddress.objects.create(user=world.teacher, email="second@example.org", verified=True)
    with pytest.raises(MayNotMark):
        accept(invitation=Invitation.objects.get(), user=world.teacher, now=world.now, rng=world.rng)
    assert Invitation.objects.get().state == "sent"


def test_round_that_is_over_or_of_another_pool_invites_nobody(world):
    with pytest.raises(NotInviting):
        ask(world, "a@example.org", round_=create_round(assignment=world.assignment, pool="assistants"))
    ask(world, "a@example.org")
    Round.objects.filter(pk=world.round.pk).update(state="closing", opened_at=world.now)
    with pytest.raises(NotInviting):
        ask(world, "b@example.org")
    with pytest.raises(InvitationOver):
        decline(invitation=Invitation.objects.get(), now=world.now)


def test_trail_holds_no_address(world):
    UserFactory(email="known@example.org")
    ask(world, "known@example.org", "new@example.org")
    decline(invitation=Invitation.objects.get(state="sent"), now=world.now)
    lines = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert lines[-4:] == ["grader.enlisted", "invitation.sent", "invitation.sent", "invitation.declined"]
    assert not any("@" in str(entry.details) for entry in AuditEntry.objects.all())


def test_list_of_people_and_board_cannot_be_joined(world):
    """The people are in the order of their addresses, whatever their pseudonyms and whenever they came."""
    addresses = [f"{letter}@example.org" for letter in Random(3).sample("abcdefghij", 10)]
    for address in addresses:
        UserFactory(email=address)
    ask(world, *addresses)
    people = people_in(world.round)
    assert [one.label for one in people] == sorted(addresses)
    assert not any(one.place.pseudonym in one.label for one in people)


def test_second_address_does_not_bring_back_who_was_taken_off(world):
    user = owner_of("one@example.org")
    ask(world, "one@example.org", "two@example.org")
    EmailAddress.objects.create(user=user, email="two@example.org", verified=True)
    place = Enlistment.objects.get(grader__user=user)
    end_enlistment(enlistment=place)
    other = open_invitations(user).get()
    with pytest.raises(MayNotMark, match="call you back"):
        accept(invitation=other, user=user, now=world.now, rng=Random(1))
    place.refresh_from_db()
    other.refresh_from_db()
    assert (place.state, other.state) == ("ended", "sent")


def test_student_of_the_course_is_no_outsider_who_reads_while_others_write(world):
    student = world.enrolments[0].user
    assert ask(world, student.email) == [(student.email, "refused")]
    assert not Enlistment.objects.filter(grader__user=student).exists()
