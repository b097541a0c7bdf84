"""A person's own rubrics, to copy from; and the ways between the library and the questions."""

from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edu_crowd.people.models import User
from edu_crowd.shared.models import AuditEntry
from rubrics.models import Criterion, Level, Rubric
from rubrics.queries import fingerprint, library_of, specs_of
from rubrics.services import new_version
from tests.factories import AssignmentFactory, CourseFactory, QuestionFactory, RubricFactory, UserFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
MANY = 30


@pytest.fixture
def person() -> User:
    return UserFactory()


@pytest.fixture
def client(person: User) -> Client:
    return client_of(person)


def page(client: Client, name: str, *args: int, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_library_asks_as_often_for_thirty_as_for_one(client: Client, person: User) -> None:
    RubricFactory(question=None, owner=person)
    assert queries(client, "/rubrics/") == 4
    for _number in range(MANY):
        RubricFactory(question=None, owner=person)
    assert queries(client, "/rubrics/") == 4


def test_beginning_of_a_question_asks_as_often_for_thirty_as_for_one(client: Client, person: User) -> None:
    course = CourseFactory(owner=person)
    question = QuestionFactory(assignment=AssignmentFactory(course=course))
    url = reverse("question_rubric", args=[question.pk])
    RubricFactory(question=QuestionFactory(assignment=question.assignment), owner=person)
    assert queries(client, url) == 7
    for _number in range(MANY):
        RubricFactory(question=QuestionFactory(assignment=AssignmentFactory(course=course)), owner=person)
        RubricFactory(question=None, owner=person)
    assert queries(client, url) == 7


def test_versions_are_told_apart_in_as_many_queries_as_one(client: Client, person: User) -> None:
    rubric = RubricFactory(question=None, owner=person)
    assert queries(client, f"/rubrics/{rubric.pk}/") == 12
    for _number in range(MANY):
        rubric = new_version(rubric=rubric, by=person)
    assert queries(client, f"/rubrics/{rubric.pk}/") == 12


def test_library_shows_own_newest_versions_and_finds_them(client: Client, person: User) -> None:
    assert "Nothing here yet" in page(client, "rubrics")
    first = RubricFactory(question=None, owner=person, title="Essay")
    new_version(rubric=first, by=person, title="Long essay")
    RubricFactory(question=None, owner=person, title="Proof")
    RubricFactory(question=None, title="Not mine")
    assert [one.title for one in library_of(person)] == ["Long essay", "Proof"]
    text = page(client, "rubrics", query="?q=ＥＳＳＡＹ")
    assert ("Long essay" in text, "Proof" in text, "Not mine" in text) == (True, False, False)
    assert "No rubric has a title like this" in page(client, "rubrics", query="?q=poem")


def test_anybody_may_begin_one_without_a_course(client: Client, person: User) -> None:
    form = {"title": "Mine", "base": "none", "do": "save", "c-0-title": "A", "c-0-weight": "1", "c-0-tolerance": "0"}
    form |= {"c-0-scale": "ordinal", "c-0-l-0-points": "0", "c-0-l-0-label": "no"}
    form |= {"c-0-l-1-points": "1", "c-0-l-1-label": "yes"}
    response = client.post(reverse("rubric_new") + "?start=empty", form)
    made = Rubric.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/rubrics/{made.pk}/")
    assert (made.owner, made.question, made.title) == (person, None, "Mine")
    assert client.post(reverse("rubric_new") + "?start=empty", form | {"title": ""}).status_code == 422
    assert "c-0-title" in page(client, "rubric_new", query="?start=empty")


def edited(rubric: Rubric, title: str) -> dict[str, str]:
    form = {"title": title, "base": fingerprint(rubric)}
    for at, spec in enumerate(specs_of(rubric)):
        name = f"c-{at}"
        form |= {f"{name}-key": spec.key, f"{name}-title": spec.title, f"{name}-weight": str(spec.weight)}
        form |= {f"{name}-tolerance": str(spec.tolerance), f"{name}-scale": spec.scale}
        for place, level in enumerate(spec.levels):
            form |= {f"{name}-l-{place}-points": str(level.points), f"{name}-l-{place}-label": level.label}
    return form


def test_library_rubric_is_edited_or_gets_a_version(client: Client, person: User) -> None:
    rubric = RubricFactory(question=None, owner=person)
    url = f"/rubrics/{rubric.pk}/?edit"
    assert client.post(url, edited(rubric, "Edited") | {"do": "save"})["Location"] == f"/rubrics/{rubric.pk}/"
    rubric.refresh_from_db()
    assert (rubric.title, rubric.version) == ("Edited", 1)
    response = client.post(url, edited(rubric, "Second") | {"do": "version"})
    second = library_of(person).get()
    assert (response["Location"], second.version, second.parent) == (f"/rubrics/{second.pk}/", 2, rubric)
    # The first one's page leads on, and its editor is that of the newest.
    assert "This is version 1, as it was." in page(client, "rubric", rubric.pk)
    assert 'value="Second"' in page(client, "rubric", rubric.pk, query="?edit")
    assert client.post(url, edited(rubric, "Stale") | {"do": "version"}).status_code == 409
    assert Rubric.objects.count() == 2


def test_copy_to_the_library_and_onto_a_question(client: Client, person: User) -> None:
    course = CourseFactory(owner=person)
    taught = RubricFactory(question=QuestionFactory(assignment=AssignmentFactory(course=course)), title="Taught")
    url = reverse("rubric_copy", args=[taught.pk])
    assert client.post(url, {"target": "library"}).status_code == 302
    own = library_of(person).get()
    assert (own.title, specs_of(own)) == ("Taught", specs_of(taught))
    question = QuestionFactory(assignment=AssignmentFactory(course=course))
    response = client.post(reverse("rubric_copy", args=[own.pk]), {"target": question.pk})
    assert (response.status_code, specs_of(question.rubrics.get())) == (302, specs_of(own))
    assert client.post(reverse("rubric_copy", args=[own.pk]), {"target": question.pk}).status_code == 409
    elsewhere = QuestionFactory()
    for target in ("", "x", "99999", "9" * 30, elsewhere.pk, QuestionFactory(kind="single").pk):
        response = client.post(reverse("rubric_copy", args=[own.pk]), {"target": target})
        assert (response.status_code, "Choose the question" in response.content.decode()) == (422, True)
    assert not elsewhere.rubrics.exists()
    assert AuditEntry.objects.filter(action="rubric.copied").count() == 2


def test_delete_asks_first_and_takes_all_versions(client: Client, person: User) -> None:
    rubric = RubricFactory(question=None, owner=person, title="Old")
    newest = new_version(rubric=new_version(rubric=rubric, by=person), by=person)
    kept = RubricFactory(question=None, owner=person)
    assert "with all 3 versions" in page(client, "rubric", newest.pk, query="?delete")
    assert Rubric.objects.count() == 4
    response = client.post(reverse("rubric", args=[rubric.pk]), {"do": "delete"}, follow=True)
    assert "“Old” was deleted" in response.content.decode()
    assert list(Rubric.objects.all()) == [kept]
    assert (Criterion.objects.count(), Level.objects.count()) == (2, 8)
    assert AuditEntry.objects.first().details == {"versions": 3}  # type: ignore[union-attr]


def test_rubric_of_a_question_is_not_deleted_from_here(client: Client, person: User) -> None:
    question = QuestionFactory(assignment=AssignmentFactory(course=CourseFactory(owner=person)))
    rubric = RubricFactory(question=question, owner=person)
    assert client.post(reverse("rubric", args=[rubric.pk]), {"do": "delete"}).status_code == 409
    assert client.post(reverse("rubric", args=[rubric.pk]), {"do": "save"}).status_code == 302
    assert Rubric.objects.get() == rubric


def test_strangers_find_nothing(person: User) -> None:
    rubric = RubricFactory(question=None, owner=person)
    stranger = client_of(UserFactory(is_staff=True))
    for name in ("rubric", "rubric_download"):
        assert stranger.get(reverse(name, args=[rubric.pk])).status_code == 404
    assert stranger.get(reverse("rubric_upload") + f"?rubric={rubric.pk}").status_code == 404
    assert client_of(None).get(reverse("rubrics")).status_code == 302
