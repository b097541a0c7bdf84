"""Back and Save again makes nothing a second time, and loses no text."""

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model

from assignments.models import Assignment, Course, Enrolment, Question
from edu_crowd.shared.once import MOST, SLOT
from grading.models import Round
from rubrics.editor import fields_of
from rubrics.models import Rubric
from tests.assignments.views.desk import Desk, text_of
from tests.factories import RubricFactory

pytestmark = pytest.mark.django_db
ROUND = {
    "unit": "question",
    "pool": "crowd",
    "readings_wanted": "2",
    "readings_max": "4",
    "total_tolerance_percent": "10",
    "policy": "median",
    "batch_minimum": "5",
    "lease_minutes": "30",
    "seeds_percent": "10",
}


@pytest.fixture
def desk() -> Desk:
    return Desk()


# The page, its query, what it makes, what is typed, and what may be typed instead.
COURSE: dict[str, Any] = {"title": "History", "language": "en", "time_zone": "Asia/Tokyo"}
QUESTION: dict[str, Any] = {"prompt": "Why?", "points": "2", "language": "en"}
FORMS: dict[str, tuple[str, type[Model], dict[str, Any], dict[str, Any]]] = {
    "course_new": ("", Course, COURSE, {"title": "Geography"}),
    "assignment_new": ("", Assignment, {"title": "Quiz"}, {"title": "Other quiz"}),
    "question_new": ("?kind=long_text", Question, QUESTION, {"prompt": "Why not?"}),
    "roster_add": ("", Enrolment, {"kind": "student", "given_name": "Mari"}, {"given_name": "Ken"}),
    "round_new": ("", Round, ROUND, {"readings_wanted": "3"}),
}


@pytest.mark.parametrize("name", FORMS)
def test_form_sent_again_makes_nothing_and_leads_to_what_it_made(desk: Desk, name: str) -> None:
    query, model, typed, other = FORMS[name]
    ids: list[int] = {"course_new": [], "question_new": [desk.draft.pk], "round_new": [desk.draft.pk]}.get(
        name, [desk.course.pk]
    )
    if name == "round_new":
        essay = desk.draft.questions.create(position=1, kind="long_text", prompt="Why?", points=2, language="en")
        RubricFactory(question=essay, owner=desk.teacher)
        typed = typed | {"questions": [essay.pk]}
    before = model._default_manager.count()
    key = desk.get(name, *ids, query=query).context["form_key"]
    first = desk.post(name, *ids, query=query, form_key=key, **typed)
    assert first.status_code == 302, text_of(first)
    again = desk.post(name, *ids, query=query, form_key=key, **typed)
    assert again["Location"] == first["Location"]
    assert "This was saved already." in desk.told(again)
    assert model._default_manager.count() == before + 1

    # Other words under the same key are shown, not saved and not lost; sent once more, they make another.
    refused = desk.post(name, *ids, query=query, form_key=key, **typed | other)
    assert refused.status_code == 409
    assert next(iter(other.values())) in text_of(refused)
    assert model._default_manager.count() == before + 1
    fresh = refused.context["form_key"]
    assert fresh != key
    assert desk.post(name, *ids, query=query, form_key=fresh, **typed | other).status_code == 302
    assert model._default_manager.count() == before + 2


def test_key_stays_with_a_form_that_is_drawn_again(desk: Desk) -> None:
    key = desk.get("course_new").context["form_key"]
    refused = desk.post("course_new", form_key=key, **COURSE | {"title": ""})
    assert (refused.status_code, refused.context["form_key"]) == (422, key)
    assert desk.post("course_new", form_key="no key", **COURSE | {"title": ""}).context["form_key"] != "no key"


def test_what_is_gone_can_be_made_again_and_few_keys_are_remembered(desk: Desk) -> None:
    key = uuid4().hex
    for _time in range(2):
        desk.post("question_new", desk.draft.pk, query="?kind=long_text", form_key=key, **QUESTION)
        assert Question.objects.count() == 1
        Question.objects.all().delete()
    for number in range(MOST + 2):
        desk.post("course_new", form_key=uuid4().hex, **COURSE | {"title": f"Course {number}"})
    assert len(desk.client.session[SLOT]) == MOST


def test_rubric_of_the_library_is_made_once(desk: Desk) -> None:
    page = desk.get("rubric_new", query="?start=points&n=5")
    key = page.context["form_key"]
    typed = page.context["typed"]
    typed.title = "Essay"
    for criterion in typed.criteria:
        criterion.title = "Content"
    form = fields_of(typed) | {"do": "save", "form_key": key}
    first, again = (desk.client.post("/rubrics/new/?start=points", form) for _time in range(2))
    assert first.status_code == 302, text_of(first)
    assert again["Location"] == first["Location"]
    assert Rubric.objects.count() == 1
