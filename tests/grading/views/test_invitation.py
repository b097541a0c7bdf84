"""An invitation on the first page of whoever owns its address, and on nobody else's."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from grading.models import Enlistment, Invitation
from grading.services.round import create_round
from tests.factories import UserFactory
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation() -> Invitation:
    world = World(seed=1)
    round_ = create_round(assignment=world.assignment)
    return Invitation.objects.create(round=round_, email="New@example.org", by=world.teacher, invited_at=world.now)


def owner(*, verified: bool = True):
    user = UserFactory(email="new@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def test_owner_sees_and_accepts_it(invitation):
    client = client_of(owner())
    assert "You are asked to mark:" in client.get("/").content.decode()
    page = client.post(reverse("invitation", args=[invitation.pk]), {"answer": "accept"}, follow=True).content.decode()
    assert "The papers appear here once the marking is open." in page
    assert "You are asked to mark:" not in page
    assert Enlistment.objects.get().state == "active"
    again = client.post(reverse("invitation", args=[invitation.pk]), {"answer": "decline"}, follow=True)
    assert "answered or withdrawn already" in again.content.decode()
    assert client.get("/marking/").status_code == 200


def test_owner_declines_it(invitation):
    client = client_of(owner())
    client.get(reverse("invitation", args=[invitation.pk]))
    page = client.post(reverse("invitation", args=[invitation.pk]), {"answer": "decline"}, follow=True).content.decode()
    assert "You have declined." in page
    assert Invitation.objects.get().state == "declined"


@pytest.mark.parametrize("verified", [True, False])
def test_others_find_nothing(invitation, verified):
    person = UserFactory() if verified else owner(verified=False)
    client = client_of(person)
    assert "You are asked to mark:" not in client.get("/").content.decode()
    assert client.post(reverse("invitation", args=[invitation.pk]), {"answer": "accept"}).status_code == 404
