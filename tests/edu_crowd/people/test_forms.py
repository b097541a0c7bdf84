import pytest
from django.test import Client

from edu_crowd.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "a horse, a battery"


def test_sign_up_asks_for_a_name_and_keeps_the_language() -> None:
    client = Client(headers={"accept-language": "ja"})
    assert 'name="display_name"' in client.get("/accounts/signup/").content.decode()
    form = {"email": "mari@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", form)
    assert not User.objects.exists()
    client.post("/accounts/signup/", form | {"display_name": "佐藤 真理"})
    person = User.objects.get()
    assert (str(person), person.locale) == ("佐藤 真理", "ja")
