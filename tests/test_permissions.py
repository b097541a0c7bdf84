"""Who may open what: role × page × method over two courses. Forbidden and absent are the same answer."""

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from edu_crowd.people.models import User
from tests import rights
from tests.architecture.test_blind import named_patterns
from tests.factories import EnrolmentFactory, UserFactory
from tests.flows.stages import Full, full
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db

PARTS = [import_module(f"tests.rights.{part.name}") for part in pkgutil.iter_modules(rights.__path__)]
TABLE: list[tuple[str, str, set[str]]] = [row for part in PARTS for row in part.ROWS]
OPEN_TO_ALL: set[str] = {name for part in PARTS for name in getattr(part, "OPEN_TO_ALL", ())}
ABSENT_NUMBER, ABSENT_SLUG = 10**6, "absent"


@dataclass
class Cast:
    here: Full
    there: Full

    def people(self) -> dict[str, User]:
        here, there = self.here.world, self.there.world
        colleague = next(grader for grader in here.crowd if grader != self.here.grader)
        return {
            "administrator": UserFactory(is_staff=True),
            "superuser": UserFactory(is_staff=True, is_superuser=True),
            "teacher": here.teacher,
            "teacher_there": there.teacher,
            "assistant": EnrolmentFactory(course=here.course, role="assistant").user,
            "grader": self.here.grader.user,
            "colleague": colleague.user,
            "grader_there": self.there.grader.user,
            "student": self.here.feedback.submission.enrolment.user,
            "classmate": here.enrolments[1].user,
            "student_there": there.enrolments[0].user,
            "outsider": UserFactory(),
        }

    @cached_property
    def values(self) -> dict[str, Any]:
        return {name: value for part in PARTS for name, value in part.values(self.here).items()}

    def arguments(self, name: str, *, absent: bool = False) -> dict[str, Any]:
        taken = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        values = {key: self.values[key] for key in taken}
        if not absent:
            return values
        return {key: ABSENT_NUMBER if isinstance(value, int) else ABSENT_SLUG for key, value in values.items()}


@pytest.fixture
def cast() -> Cast:
    return Cast(here=full(1), there=full(2))


def call(user: User | None, method: str, url: str, form: dict[str, int] | None = None) -> HttpResponse:
    """Call a page, and leave no trace of it."""
    with transaction.atomic():
        client = client_of(user)
        response = client.post(url, form or {}) if method == "POST" else client.get(url)
        response.body = b"".join(response)
        transaction.set_rollback(True)
    return response


def outcomes(cast: Cast) -> Iterator[tuple[tuple[str, str, str], str]]:
    form = {"criterion": cast.here.case.criterion_id}
    for name, method, _ in TABLE:
        url = reverse(name, kwargs=cast.arguments(name))
        absent = reverse(name, kwargs=cast.arguments(name, absent=True))
        yield (name, method, "nobody"), verdict(call(None, method, url, form), call(None, method, absent, form))
        for role, person in cast.people().items():
            yield (name, method, role), verdict(call(person, method, url, form), call(person, method, absent, form))


def verdict(given: HttpResponse, absent: HttpResponse) -> str:
    if given.status_code == 302 and given["Location"].startswith("/accounts/login/"):
        return "sign in"
    if given.status_code == 404:
        same = (given.body, given.headers) == (absent.body, absent.headers)
        return "not found" if same else "not found, but otherwise than absent"
    return "open"


def test_each_role_opens_what_it_may(cast: Cast) -> None:
    expected = {
        (name, method, role): "sign in" if role == "nobody" else "open" if role in allowed else "not found"
        for name, method, allowed in TABLE
        for role in ["nobody", *cast.people()]
    }
    assert dict(outcomes(cast)) == expected


def test_every_url_is_in_the_table() -> None:
    ours = {
        pattern.name
        for pattern in named_patterns(get_resolver().url_patterns)
        if not pattern.callback.__module__.startswith("allauth.")
    }
    assert ours == {name for name, _, _ in TABLE} | OPEN_TO_ALL


def test_rights_withdrawn_close_the_page_at_once(cast: Cast) -> None:
    world: World = cast.here.world
    world.course.courseuserobjectpermission_set.filter(user=world.teacher).delete()
    assert call(world.teacher, "GET", reverse("board", args=[world.round.pk])).status_code == 404
