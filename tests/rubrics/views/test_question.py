"""The rubric of a question: begun, edited, versioned, never lost."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assignments.models import Question
from edu_crowd.people.models import User
from edu_crowd.shared.models import AuditEntry
from rubrics.models import Rubric
from rubrics.queries import current_rubric, fingerprint, specs_of
from rubrics.services import edit_rubric, pin
from tests.factories import (
    NOW,
    AssignmentFactory,
    CourseFactory,
    QuestionFactory,
    RubricFactory,
    UserFactory,
    criterion,
)
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return UserFactory()


@pytest.fixture
def question(teacher: User) -> Question:
    course = CourseFactory(owner=teacher, time_zone="Asia/Tokyo")
    return QuestionFactory(assignment=AssignmentFactory(course=course, title="Seasons"))


@pytest.fixture
def client(teacher: User) -> Client:
    return client_of(teacher)


def address(question: Question) -> str:
    return reverse("question_rubric", args=[question.pk])


def form_in(page: str) -> dict[str, str]:
    """Read the fields of the editor as a browser would send them."""
    form = page[page.index('id="rubric-form"') : page.index("</form>", page.index('id="rubric-form"'))]
    fields: dict[str, str] = {}
    pattern = re.compile(
        r'<input[^>]*? name="(?P<input>[^"]+)" value="(?P<value>[^"]*)"'
        r'|<textarea[^>]*? name="(?P<area>[^"]+)"[^>]*>\n(?P<text>[^<]*)</textarea>'
        r'|<select[^>]*? name="(?P<select>[^"]+)".*?<option value="(?P<option>[^"]*)" selected',
        re.DOTALL,
    )
    for match in pattern.finditer(form):
        name = match["input"] or match["area"] or match["select"]
        fields[name] = unescape(match["value"] or match["text"] or match["option"] or "")
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def opened(client: Client, question: Question, query: str = "?edit") -> dict[str, str]:
    return form_in(client.get(address(question) + query).content.decode())


def send(client: Client, question: Question, form: dict[str, str], do: str = "save") -> tuple[int, str]:
    response = client.post(address(question) + "?edit", form | {"do": do})
    return response.status_code, unescape(response.content.decode())


def test_question_without_rubric_offers_ways_to_begin(client: Client, question: Question, teacher: User) -> None:
    RubricFactory(question=None, owner=teacher, title="Essay, general")
    RubricFactory(question=None, title="Somebody else's")
    text = client.get(address(question)).content.decode()
    assert "no rubric yet" in text
    assert "Essay, general" in text
    assert "Somebody else" not in text


@pytest.mark.parametrize(
    ("start", "criteria", "levels"), [("grid", 3, 4), ("points&n=4", 1, 5), ("points", 1, 11), ("empty", 1, 2)]
)
def test_beginnings_write_nothing_until_saved(
    client: Client, question: Question, start: str, criteria: int, levels: int
) -> None:
    form = opened(client, question, f"?start={start}")
    assert len([name for name in form if name.endswith("-key")]) == criteria
    assert len([name for name in form if name.endswith("-points")]) == criteria * levels
    assert form["title"] == "Seasons · 1"
    assert not Rubric.objects.exists()


def test_beginning_speaks_the_language_of_the_question(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=grid")
    assert [form[f"c-0-l-{at}-label"] for at in range(4)] == ["not yet", "in part", "mostly", "fully"]


def test_grid_is_saved_with_full_width_digits_and_decimal_commas(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=points&n=1") | {
        "c-0-title": "論旨 の明確さ",
        "c-0-weight": "１，５",
        "c-0-l-1-points": "２.5",
        "c-0-l-1-descriptor": "Has a thesis.\r\nAnd keeps it.",
    }
    assert send(client, question, form) == (302, "")
    (spec,) = specs_of(Rubric.objects.get())
    assert (spec.key, str(spec.weight), str(spec.levels[1].points)) == ("論旨-の明確さ", "1.500", "2.50")
    assert spec.levels[1].descriptor == "Has a thesis.\nAnd keeps it."
    assert AuditEntry.objects.first().action == "rubric.created"  # type: ignore[union-attr]


def test_refused_grid_says_which_criterion_and_level_and_keeps_everything(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=grid") | {
        "c-0-title": "Content",
        "c-1-title": "Language",
        "c-1-l-2-points": "two",
        "c-2-l-3-points": "1",
        "c-2-l-0-points": "",
        "c-2-scale": "guess",
    }
    status, text = send(client, question, form)
    assert status == 422
    assert "Criterion 2, “Language”, level 3, points: “two” is no number." in text
    assert "Criterion 3 has no title." in text
    assert "Criterion 3: “guess” is no scale." in text
    assert "Criterion 3, level 1, points: nothing is given. Write a number." in text
    assert "Criterion 3, level 4 is worth the same points as level 2." in text
    assert 'href="#c-1-l-2-points"' in text
    assert 'aria-describedby="c-1-l-2-points-fault"' in text
    form.pop("c-2-scale")  # no choice of the list
    assert form_in(text) == form
    assert not Rubric.objects.exists()
    # Changing the language asks for the page anew.
    assert opened(client, question, "?edit") == form
    assert client.get(address(question) + "?edit&as-it-is").status_code == 302
    assert opened(client, question, "?start=empty")["title"] == "Seasons · 1"
    assert opened(client, question, "?edit")["c-0-title"] == ""


def test_buttons_work_without_a_script_and_keep_what_was_typed(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=empty") | {"c-0-title": "First", "c-0-l-0-points": "9"}
    for do, expected in [
        ("add", ["c-0", "c-1"]),
        ("up-c-1", ["c-1", "c-0"]),
        ("down-c-1", ["c-0", "c-1"]),
        ("remove-c-1", ["c-0"]),
        ("remove-c-7", ["c-0"]),
    ]:
        status, text = send(client, question, form, do)
        form = form_in(text)
        assert (status, [name.removesuffix("-key") for name in form if name.endswith("-key")]) == (200, expected), do
        assert (form["c-0-title"], form["c-0-l-0-points"]) == ("First", "9")
    for do, expected in [
        ("add-c-0", ["0", "1", "2"]),
        ("up-c-0-l-2", ["0", "2", "1"]),
        ("down-c-0-l-0", ["2", "0", "1"]),
        ("remove-c-0-l-1", ["2", "0"]),
    ]:
        form = form_in(send(client, question, form, do)[1])
        assert [name.split("-")[3] for name in form if name.endswith("-points")] == expected, do
    assert not Rubric.objects.exists()


def test_one_more_than_fits_is_refused_with_a_sentence(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=empty")
    for number in range(1, 30):
        form |= {f"c-{number}-title": f"C{number}", f"c-{number}-l-0-points": "1", f"c-{number}-l-0-label": "one"}
    status, text = send(client, question, form, "add")
    assert (status, "30 criteria at most" in text) == (422, True)
    form |= {"c-30-title": "C30", "c-30-l-0-points": "1", "c-30-l-0-label": "one"}
    status, text = send(client, question, form)
    assert (status, "and these are 31" in text) == (422, True)


def test_largest_rubric_is_saved(client: Client, question: Question) -> None:
    form = {"title": "Large", "base": "none"}
    for number in range(30):
        form |= {f"c-{number}-title": f"C{number}", f"c-{number}-weight": "1", f"c-{number}-tolerance": "1"}
        form |= {f"c-{number}-scale": "ordinal", f"c-{number}-key": ""}
        for level in range(20):
            name = f"c-{number}-l-{level}"
            form |= {f"{name}-points": str(level), f"{name}-label": f"L{level}", f"{name}-descriptor": "Words."}
    assert send(client, question, form)[0] == 302
    assert sum(len(spec.levels) for spec in specs_of(Rubric.objects.get())) == 600


def test_rubric_where_nothing_can_be_won_is_refused(client: Client, question: Question) -> None:
    form = opened(client, question, "?start=points&n=1") | {"c-0-weight": "0"}
    assert "Nobody could win a point" in send(client, question, form)[1]


def test_version_without_papers_is_edited_in_place(client: Client, question: Question) -> None:
    rubric = RubricFactory(question=question)
    form = opened(client, question) | {"c-1-title": "Style", "c-1-l-3-points": "4"}
    assert send(client, question, form)[0] == 302
    rubric = Rubric.objects.get()
    assert [(spec.key, spec.title) for spec in specs_of(rubric)] == [("content", "Content"), ("language", "Style")]
    assert AuditEntry.objects.first().action == "rubric.edited"  # type: ignore[union-attr]


def test_saving_what_is_there_changes_nothing(client: Client, question: Question) -> None:
    rubric = RubricFactory(question=question)
    pin(rubric=rubric, now=NOW)
    assert send(client, question, opened(client, question), "version")[0] == 302
    assert Rubric.objects.get() == rubric


def test_pinned_version_stays_and_the_next_one_says_what_changed(client: Client, question: Question) -> None:
    first = RubricFactory(question=question)
    form = opened(client, question) | {"c-0-l-2-points": "7"}
    pin(rubric=first, now=NOW)
    status, text = send(client, question, form)
    assert (status, "Make a new version." in text, 'value="version"' in text) == (409, True, True)
    form = form_in(text)
    assert form["c-0-l-2-points"] == "7"
    assert send(client, question, form | {"c-1-title": "Style"}, "version")[0] == 302
    assert (current_rubric(question).version, first.criteria.count()) == (2, 2)  # type: ignore[union-attr]
    text = unescape(client.get(address(question)).content.decode())
    assert "“Language” is now called “Style”." in text
    assert "“Content”: the level “level 2” changed from 2 to 7 points." in text
    assert "papers are marked by it since May 20, 2026, 9 p.m. JST" in text
    old = unescape(client.get(reverse("rubric", args=[first.pk])).content.decode())
    assert "This is version 1, as it was." in old
    assert client.get(reverse("rubric", args=[current_rubric(question).pk])).status_code == 302  # type: ignore[union-attr]


def test_two_at_once_see_both(client: Client, question: Question) -> None:
    rubric = RubricFactory(question=question)
    mine = opened(client, question) | {"c-0-title": "Mine"}
    edit_rubric(rubric=rubric, criteria=[criterion("theirs")], title="Theirs")
    status, text = send(client, question, mine)
    assert status == 409
    assert "Theirs" in text
    again = form_in(text)
    assert again == mine | {"base": fingerprint(rubric)}
    assert [spec.key for spec in specs_of(rubric)] == ["theirs"]
    assert send(client, question, again)[0] == 302
    assert specs_of(Rubric.objects.get())[0].title == "Mine"


def test_two_who_begin_at_once_see_both(client: Client, question: Question) -> None:
    mine = opened(client, question, "?start=points&n=1") | {"c-0-title": "Mine"}
    RubricFactory(question=question, title="Theirs")
    response = client.post(address(question) + "?start=points", mine | {"do": "save"})
    assert response.status_code == 409
    text = unescape(response.content.decode())
    assert "Content" in text
    assert form_in(text)["c-0-title"] == "Mine"
    assert opened(client, question, "?start=points")["c-0-title"] == "Mine"


def test_new_criterion_gets_a_key_of_its_own(client: Client, question: Question) -> None:
    RubricFactory(question=question)
    form = form_in(send(client, question, opened(client, question), "add")[1])
    form |= {"c-2-title": "Content", "c-2-l-0-points": "0", "c-2-l-0-label": "no", "c-2-l-1-points": "1"}
    assert send(client, question, form | {"c-2-l-1-label": "yes"})[0] == 302
    assert [spec.key for spec in specs_of(Rubric.objects.get())] == ["content", "language", "content-2"]


@pytest.mark.parametrize("kind", ["single", "numeric"])
def test_question_a_machine_marks_has_no_rubric_page(client: Client, question: Question, kind: str) -> None:
    Question.objects.update(kind=kind)
    assert client.get(address(question)).status_code == 404


def test_page_says_how_the_points_come_about(client: Client, question: Question) -> None:
    RubricFactory(question=question, criteria=[criterion("a", weight=2), criterion("b", levels=5)])
    text: Any = unescape(client.get(address(question)).content.decode())
    assert "Together they can reach 10, and that is worth the 10 points" in text
