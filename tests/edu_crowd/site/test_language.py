import pytest
from django.test import Client

from edu_crowd.people.models import User
from tests.factories import UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


def test_switch_signed_out_is_remembered_by_cookie() -> None:
    client = Client()
    assert 'lang="en"' in client.get("/").content.decode()[:60]
    response = client.post("/language/", {"language": "ja", "next": "/accounts/login/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert 'lang="ja"' in client.get("/").content.decode()[:60]


def test_switch_signed_in_is_remembered_with_the_person() -> None:
    person = UserFactory()
    client_of(person).post("/language/", {"language": "ja"})
    assert User.objects.get(pk=person.pk).locale == "ja"
    page = client_of(person).get("/")
    assert page["Content-Language"] == "ja"
    assert "マイページ" in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_switch_never_leads_elsewhere(elsewhere: str) -> None:
    assert Client().post("/language/", {"language": "ja", "next": elsewhere})["Location"] == "/"


def test_switch_to_a_language_we_do_not_speak_is_absent() -> None:
    assert Client().post("/language/", {"language": "xx"}).status_code == 404
