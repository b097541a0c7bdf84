"""Who may open what: role × page × method over two courses. Forbidden and absent are the same answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import get_resolver, reverse

from edu_crowd.people.models import User
from tests.architecture.test_blind import named_patterns
from tests.factories import EnrolmentFactory, UserFactory
from tests.flows.stages import PAGE, Full, full
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db

TEACHER = {"teacher"}
GRADERS = {"grader", "colleague"}
ALL_GRADERS = GRADERS | {"grader_there"}
GRADER = {"grader"}
STUDENTS = {"student", "classmate"}
STUDENT = {"student"}

# URL name, method, who may. Everybody else, signed in, gets "not found".
TABLE: list[tuple[str, str, set[str]]] = [
    ("board", "GET", TEACHER),
    ("round_admit", "POST", TEACHER),
    ("round_close", "GET", TEACHER),
    ("round_close", "POST", TEACHER),
    ("cases", "GET", TEACHER),
    ("case", "GET", TEACHER),
    ("case", "POST", TEACHER),
    ("case_page", "GET", TEACHER),
    ("assignment_close", "POST", TEACHER),
    ("release", "GET", TEACHER),
    ("release", "POST", TEACHER),
    ("release_undo", "POST", TEACHER),
    ("marking", "GET", ALL_GRADERS),
    ("marking_next", "POST", GRADERS),
    ("marking_nothing", "GET", GRADERS),
    ("marks", "GET", GRADERS),
    ("desk", "GET", GRADER),
    ("desk_draft", "POST", GRADER),
    ("desk_seal", "POST", GRADER),
    ("desk_extend", "POST", GRADER),
    ("desk_skip", "POST", GRADER),
    ("desk_page", "GET", GRADER),
    ("assignment", "GET", STUDENTS),
    ("feedback", "GET", STUDENT),
    ("feedback_appeal", "POST", STUDENT),
]
OPEN_TO_ALL = {"home", "language", "demo_sign_in"}
ABSENT = {
    "round_id": 10**6,
    "case_id": 10**6,
    "assignment_id": 10**6,
    "feedback_id": 10**6,
    "public_id": "absent",
    "position": 99,
}


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

    def arguments(self, name: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        values = values or {
            "round_id": self.here.world.round.pk,
            "case_id": self.here.case.pk,
            "assignment_id": self.here.world.assignment.pk,
            "feedback_id": self.here.feedback.pk,
            "public_id": self.here.desk.public_id,
            "position": PAGE,
        }
        taken = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        return {key: values[key] for key in taken}


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
        absent = reverse(name, kwargs=cast.arguments(name, ABSENT))
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
