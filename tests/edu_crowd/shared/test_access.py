"""The gate of a view, seen from outside; the rights of a course are tested with the course."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from edu_crowd.people.models import User
from edu_crowd.shared.access import (
    DenyByDefaultMiddleware,
    administrator,
    anyone,
    gate_of,
    opens,
    signed_in,
)
from edu_crowd.shared.errors import Refused


def access_drawer(user: Any, /, number: int) -> str:
    """Open to administrators; only drawer 1 exists."""
    administrator(user)
    if number != 1:
        raise Refused
    return "drawer 1"


@opens(access_drawer)
def drawer(request: HttpRequest, subject: str) -> HttpResponse:
    return HttpResponse(subject)


@opens(anyone)
def open_page(request: HttpRequest, user: Any) -> HttpResponse:
    return HttpResponse("open")


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody declared who may see this")


urlpatterns = [path("drawer/<int:number>", drawer), path("open", open_page), path("forgotten", forgotten)]

ABSENT = (404, None)
SIGN_IN = "/accounts/login/?next=/drawer/"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("who", "address", "answer"),
    [
        ("nobody", "/drawer/1", (302, SIGN_IN + "1")),
        ("nobody", "/drawer/2", (302, SIGN_IN + "2")),
        ("person", "/drawer/1", ABSENT),
        ("person", "/drawer/2", ABSENT),
        ("administrator", "/drawer/1", (200, None)),
        ("administrator", "/drawer/2", ABSENT),
        ("nobody", "/open", (200, None)),
        ("nobody", "/forgotten", ABSENT),
        ("administrator", "/forgotten", ABSENT),
        ("administrator", "/no-such-page", ABSENT),
    ],
)
def test_gate_decides(client: Client, settings, who, address, answer):
    settings.LOGIN_URL = "/accounts/login/"
    if who != "nobody":
        is_staff = who == "administrator"
        client.force_login(User.objects.create_user("p@example.org", display_name="P", is_staff=is_staff))
    response = client.get(address)
    assert (response.status_code, response.headers.get("Location")) == answer


def test_gate_hands_over_its_subject(rf: RequestFactory):
    request = rf.get("/")
    request.user = User(is_staff=True)
    assert drawer(request, number=1).content == b"drawer 1"


@pytest.mark.parametrize(
    ("gate", "opened_by"),
    [
        (anyone, ["anonymous", "person", "administrator"]),
        (signed_in, ["person", "administrator"]),
        (administrator, ["administrator"]),
    ],
)
def test_gate_opens_for(gate, opened_by):
    people = {"anonymous": AnonymousUser(), "person": User(), "administrator": User(is_staff=True)}
    opened = []
    for name, user in people.items():
        try:
            gate(user)
        except Refused:
            continue
        opened.append(name)
    assert opened == opened_by


def test_gate_superuser_is_no_administrator_by_that():
    with pytest.raises(Refused):
        administrator(User(is_superuser=True))


def test_gate_of_undeclared_view_is_none():
    assert (gate_of(forgotten), gate_of(drawer)) == (None, access_drawer)


def test_middleware_undeclared_view_answers_as_absent(rf: RequestFactory):
    middleware = DenyByDefaultMiddleware(lambda request: HttpResponse())
    with pytest.raises(Http404):
        middleware.process_view(rf.get("/"), forgotten, [], {})
    middleware.process_view(rf.get("/"), drawer, [], {})
