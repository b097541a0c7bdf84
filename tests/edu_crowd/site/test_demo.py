"""One-click sign-in: who gets in, and each of the ways in which it is refused."""

from typing import Any

import pytest
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/demo/sign-in/"


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    settings.DEMO_SIGN_IN = True
    UserFactory(email="teacher@demo.example")
    UserFactory(email="somebody@example.org")
    UserFactory(email="gone@demo.example", is_active=False)


def enter(client: Client | None = None, *, email: str = "teacher@demo.example", **environment: str) -> int:
    client = client or Client()
    status = client.post(URL, {"email": email}, **{"HTTP_HOST": "localhost:8000"} | environment).status_code
    assert ("_auth_user_id" in client.session) == (status == 302)
    return status


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9", "[::1]", "[::1]:8000"])
def test_demo_sign_in_from_this_machine_opens(host: str) -> None:
    assert enter(HTTP_HOST=host) == 302


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_demo_sign_in_from_any_loopback_address_opens(address: str) -> None:
    assert enter(REMOTE_ADDR=address) == 302


def test_demo_sign_in_without_its_setting_is_absent(settings: Any) -> None:
    settings.DEMO_SIGN_IN = False
    assert enter() == 404
    assert b"teacher@demo.example" not in Client().get("/", HTTP_HOST="localhost").content


@pytest.mark.parametrize(
    "email",
    ["somebody@example.org", "gone@demo.example", "nobody@demo.example", "", "@demo.example", "\0@demo.example"],
)
def test_demo_sign_in_as_anybody_else_is_absent(email: str) -> None:
    assert enter(email=email) == 404


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]", ""])
def test_demo_sign_in_under_another_name_is_refused(settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert enter(HTTP_HOST=host) in (400, 404)


@pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.5", "2001:db8::1", "", "unix:"])
def test_demo_sign_in_from_another_machine_is_absent(address: str) -> None:
    assert enter(REMOTE_ADDR=address) == 404


@pytest.mark.parametrize(
    "header",
    [
        "X_FORWARDED_FOR",
        "X_FORWARDED_HOST",
        "X_FORWARDED_PROTO",
        "X_FORWARDED_PORT",
        "X_FORWARDED_SERVER",
        "FORWARDED",
        "FORWARDED_FOR",
        "X_REAL_IP",
        "VIA",
        "X_CLIENT_IP",
        "X_CLUSTER_CLIENT_IP",
        "TRUE_CLIENT_IP",
        "CF_CONNECTING_IP",
    ],
)
def test_demo_sign_in_through_a_proxy_is_absent(header: str) -> None:
    assert enter(**{f"HTTP_{header}": "127.0.0.1"}) == 404


def test_demo_sign_in_by_get_signs_nobody_in() -> None:
    client = Client()
    response = client.get(URL, {"email": "teacher@demo.example"}, HTTP_HOST="localhost")
    assert (response.status_code, response["Location"], "_auth_user_id" in client.session) == (302, "/", False)


def test_demo_sign_in_without_csrf_token_is_refused() -> None:
    assert enter(Client(enforce_csrf_checks=True)) == 403


def test_demo_sign_in_changes_the_session_key() -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key
    assert enter(client) == 302
    assert client.session.session_key != before


def test_home_offers_the_people_of_the_demo_course_that_exist() -> None:
    page = Client().get("/", HTTP_HOST="localhost").content
    assert b"teacher@demo.example" in page
    assert b"grader@demo.example" not in page
