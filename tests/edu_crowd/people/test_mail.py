"""What the site writes to people about their account is signed by EduCrowd, in their language."""

import pytest
from django.core import mail
from django.test import Client

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
SECRET = "a-long-enough-secret"


@pytest.mark.parametrize("known", [False, True])
def test_sign_up_mail_is_signed_by_the_product(known: bool) -> None:
    if known:
        UserFactory(email="ada@example.org")
    form = {"email": "ada@example.org", "password1": SECRET, "password2": SECRET}
    page = Client(HTTP_HOST="127.0.0.1:8120").get("/accounts/signup/")
    form |= {name: "Ada" for name in page.context["form"].fields if name not in form}
    answer = Client(HTTP_HOST="127.0.0.1:8120").post("/accounts/signup/", form)
    assert answer.status_code == 302, answer.context["form"].errors
    [sent] = mail.outbox
    assert sent.subject.startswith("EduCrowd: ")
    words = " ".join(word for word in str(sent.body).split() if "://" not in word)
    assert "EduCrowd" in words
    assert "127.0.0.1" not in words + sent.subject
