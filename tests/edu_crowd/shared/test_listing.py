"""Search and pages."""

import pytest
from django.test import RequestFactory

from edu_crowd.people.models import User
from edu_crowd.shared.listing import matching, page_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_each_word_must_occur_somewhere_in_any_width() -> None:
    wanted = UserFactory(display_name="Mori Hanako", email="abc@example.org")
    UserFactory(display_name="Mori Taro")
    assert list(matching(User.objects.all(), "ｍｏｒｉ abc", "display_name", "email")) == [wanted]
    assert matching(User.objects.all(), "  ", "email").count() == 2


@pytest.mark.parametrize(("asked", "number"), [("2", 2), ("99", 4), ("x", 1), ("", 1)])
def test_page_that_is_not_there_is_the_nearest(asked: str, number: int) -> None:
    page = page_of(RequestFactory().get("/", {"page": asked}), list(range(100)))
    assert page.number == number


@pytest.mark.parametrize("typed", ["\x00", "mori\x00", "a " * 3000, "x" * 100_000, "\ud800", "%_\\", "\u202e"])
def test_search_takes_whatever_is_typed(typed: str) -> None:
    UserFactory(display_name="Mori Hanako")
    assert len(matching(User.objects.all(), typed, "display_name", "email")) in (0, 1)
