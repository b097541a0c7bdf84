"""Questions of every kind, written, changed, previewed, moved and deleted."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from assignments.models import Question
from assignments.services.question import add_question
from grading.models import Round, RoundQuestion
from rubrics.models import Rubric
from rubrics.services import create_rubric, new_version
from tests.assignments.views.desk import Desk, text_of
from tests.factories import AssignmentFactory, QuestionFactory, SubmissionFactory, criterion

pytestmark = pytest.mark.django_db
# As the browser sends it, and what is stored.
TYPED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "single": (
        {"option": ["Kyoto", "", " Tokyo ", "Osaka"], "right": ["2"]},
        {"options": ["Kyoto", "Tokyo", "Osaka"], "right": 1},
    ),
    "multiple": (
        {"option": ["2", "3", "4", ""], "right": ["0", "1"], "rule": "all"},
        {"options": ["2", "3", "4"], "right": [0, 1], "rule": "all"},
    ),
    "numeric": (
        {
            "value": "１，５",
            "tolerance": "０．０１",
            "tolerance_in": "absolute",
            "unit": ["m", "㎝", "", ""],
            "factor": ["1", "0,01", "1", ""],
        },
        {
            "value": "1.5",
            "tolerance": "0.01",
            "tolerance_in": "absolute",
            "units": {"m": "1", "cm": "0.01", "": "1"},
        },
    ),
    "short_text": (
        {"accepted": "Tokyo\r\n東京\r\n\r\n", "fold_kana": "on"},
        {"accepted": ["Tokyo", "東京"], "fold_kana": True},
    ),
    "long_text": ({}, {}),
    "maths": ({}, {}),
    "file": ({}, {}),
}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def words(**more: Any) -> dict[str, Any]:
    return {"prompt": "What is $x$?\r\n\r\nSay why.", "points": "２．５", "language": "ja", **more}


@pytest.mark.parametrize("kind", Question.Kind.values)
def test_every_kind_goes_in_and_comes_back_as_it_was(desk: Desk, kind: str) -> None:
    typed, key = TYPED[kind]
    query = f"?kind={kind}"
    assert desk.get("question_new", desk.draft.pk, query=query).status_code == 200
    answer = desk.post("question_new", desk.draft.pk, query=query, **words(**typed))
    assert "Question 1 is saved." in desk.told(answer)
    question = Question.objects.get()
    stored = (question.kind, question.prompt, question.points, question.language, question.key)
    assert stored == (kind, "What is $x$?\n\nSay why.", Decimal("2.5"), "ja", key)

    form = desk.get("question", question.pk).context["form"]
    again: dict[str, Any] = {name: form[name].value() for name in form.fields}
    again = {name: "on" if value is True else value for name, value in again.items() if value is not False}
    if form.rows_name == "options":
        again |= {"option": [one.text for one in form.rows]}
        again |= {"right": [str(number) for number, one in enumerate(form.rows) if one.is_right]}
    elif form.rows_name == "units":
        again |= {"unit": [one.spelling for one in form.rows], "factor": [one.factor for one in form.rows]}
    desk.post("question", question.pk, **again)
    question.refresh_from_db()
    assert (question.kind, question.prompt, question.points, question.language, question.key) == stored


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("single", {"option": ["Kyoto", "Tokyo"]}, "Say which option is right."),
    ("single", {"option": ["Kyoto", "Tokyo", ""], "right": ["2"]}, "Give two or more different options"),
    ("multiple", {"option": ["2", "2"], "right": ["0"], "rule": "share"}, "Give two or more different options"),
    ("multiple", {"option": ["2", "3"], "rule": "share"}, "Say which options are right"),
    ("numeric", {"value": "many", "tolerance": "0", "tolerance_in": "absolute"}, "Give the right number."),
    ("numeric", {"value": "1", "tolerance": "", "tolerance_in": "percent"}, "Give the tolerance as a number"),
    (
        "numeric",
        {"value": "1", "tolerance": "0", "tolerance_in": "absolute", "unit": ["furlong"], "factor": [""]},
        "Give each unit a number",
    ),
    ("short_text", {"accepted": " \r\n "}, "Give at least one accepted answer."),
]


@pytest.mark.parametrize(("kind", "typed", "sentence"), WRONG)
def test_wrong_key_is_said_beside_the_key_and_all_typed_stays(
    desk: Desk, kind: str, typed: dict[str, Any], sentence: str
) -> None:
    url = f"?kind={kind}"
    answer = desk.post("question_new", desk.draft.pk, query=url, **words(**typed))
    assert answer.status_code == 422
    assert sentence in str(answer.context["key_problem"])
    later = desk.get("question_new", desk.draft.pk, query=url)  # as after changing the language
    for page in (text_of(answer), text_of(later)):
        assert "What is $x$?" in page
        assert 'value="２．５"' in page
        for value in (one for values in typed.values() if isinstance(values, list) for one in values):
            assert f'value="{value}"' in page
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompt": " "}, "prompt"),
        ({"points": "0"}, "points"),
        ({"points": "a"}, "points"),
        ({"language": "x"}, "language"),
    ],
)
def test_wrong_words_and_points_are_refused_beside_their_field(desk: Desk, change: dict[str, str], field: str) -> None:
    answer = desk.post("question_new", desk.draft.pk, query="?kind=long_text", **words(**change))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_new_question_without_a_kind_leads_to_the_choice_of_kinds(desk: Desk) -> None:
    answer = desk.get("question_new", desk.draft.pk, query="?kind=riddle")
    assert "Choose what kind of question" in desk.told(answer)


def test_new_question_after_publication_is_refused_and_keeps_what_was_typed(desk: Desk) -> None:
    published = AssignmentFactory(course=desk.course)
    answer = desk.get("question_new", published.pk, query="?kind=file")
    assert "Put the question into a new one" in desk.told(answer)
    answer = desk.post("question_new", published.pk, query="?kind=file", **words())
    assert (answer.status_code, "What is $x$?" in text_of(answer)) == (409, True)


def test_rows_are_added_and_removed_without_a_script_and_nothing_typed_is_lost(desk: Desk) -> None:
    typed = {"option": ["Kyoto", "Tokyo"], "right": ["1"], "points": "?", "prompt": ""}
    query = "?kind=single"
    answer = desk.post("question_new", desk.draft.pk, query=query, **words(**typed, action="add-row"))
    assert (answer.status_code, answer.context["form"].errors) == (200, {})
    rows = [(one.text, one.is_right) for one in answer.context["form"].rows]
    assert rows == [("Kyoto", False), ("Tokyo", True), ("", False)]
    assert 'value="?"' in text_of(answer)
    answer = desk.post("question_new", desk.draft.pk, query=query, **words(**typed, action="remove-row-0"))
    assert [(one.text, one.is_right) for one in answer.context["form"].rows] == [("Tokyo", True)]
    answer = desk.post("question_new", desk.draft.pk, query=query, **words(**typed, action="remove-row-9"))
    assert len(answer.context["form"].rows) == 2
    answer = desk.post("question_new", desk.draft.pk, query="?kind=numeric", unit="m", factor="1", action="add-row")
    assert [one.spelling for one in answer.context["form"].rows] == ["m", ""]


def test_preview_renders_the_prompt_and_saves_nothing(desk: Desk) -> None:
    typed = words(option=["Kyoto", "Tokyo"], right=["1"], action="preview")
    page = text_of(desk.post("question_new", desk.draft.pk, query="?kind=single", **typed))
    assert "<math" in page
    assert '<li lang="ja">Tokyo</li>' in page
    assert not Question.objects.exists()
    assert '<input class="form-check-input" type="radio" id="right-1" name="right" value="1" checked>' in page


def test_words_can_be_mended_until_a_paper_is_begun(desk: Desk) -> None:
    question = QuestionFactory(assignment=AssignmentFactory(course=desk.course), kind="single")
    desk.post("question", question.pk, prompt="Which?", language="en", points="99")
    question.refresh_from_db()
    assert (question.prompt, question.points) == ("Which?", Decimal(10))
    SubmissionFactory(assignment=question.assignment)
    assert "A student has begun a paper" in text_of(desk.get("question", question.pk))
    answer = desk.post("question", question.pk, prompt="Where?", language="en")
    assert (answer.status_code, "Where?" in text_of(answer)) == (422, True)
    question.refresh_from_db()
    assert question.prompt == "Which?"


def test_move_up_and_down(desk: Desk) -> None:
    for number in range(3):
        add_question(assignment=desk.draft, kind="file", prompt=str(number), points=Decimal(1))
    first = Question.objects.get(prompt="0")
    desk.post("question_move", first.pk, direction="down")
    assert list(desk.draft.questions.values_list("prompt", flat=True)) == ["1", "0", "2"]
    desk.post("question_move", first.pk, direction="up")
    desk.post("question_move", first.pk, direction="up")
    assert list(desk.draft.questions.values_list("prompt", "position")) == [("0", 1), ("1", 2), ("2", 3)]
    published = QuestionFactory(assignment=AssignmentFactory(course=desk.course))
    assert "the order of its questions stays" in desk.told(desk.post("question_move", published.pk, direction="up"))


def test_delete_asks_first_and_keeps_the_rubric_in_the_library(desk: Desk) -> None:
    questions = [
        add_question(assignment=desk.draft, kind="long_text", prompt=str(number), points=Decimal(1))
        for number in range(3)
    ]
    rubric = create_rubric(owner=desk.teacher, title="Seasons", question=questions[0], criteria=[criterion("content")])
    new_version(rubric=rubric, by=desk.teacher)
    assert "Its rubric stays in the library" in text_of(desk.get("question_delete", questions[0].pk))
    told = desk.told(desk.post("question_delete", questions[0].pk))
    assert "Its rubric is in your library." in told
    assert list(desk.draft.questions.values_list("prompt", "position")) == [("1", 1), ("2", 2)]
    kept = Rubric.objects.get()
    assert (kept.question, kept.version, kept.parent, kept.criteria.count()) == (None, 1, None, 1)
    assert "The question is deleted." in desk.told(desk.post("question_delete", questions[1].pk))


def test_delete_after_publication_is_refused(desk: Desk) -> None:
    published = QuestionFactory(assignment=AssignmentFactory(course=desk.course))
    answer = desk.post("question_delete", published.pk)
    assert (answer.status_code, "its questions stay" in text_of(answer)) == (409, True)


@pytest.mark.parametrize("has_newer", [False, True])
def test_delete_with_a_round_prepared_is_refused(desk: Desk, has_newer: bool) -> None:
    question = add_question(assignment=desk.draft, kind="long_text", prompt="Why?", points=Decimal(1))
    rubric = create_rubric(owner=desk.teacher, title="R", question=question, criteria=[criterion("content")])
    if has_newer:
        new_version(rubric=rubric, by=desk.teacher)
    round_ = Round.objects.create(assignment=desk.draft)
    RoundQuestion.objects.create(round=round_, question=question, rubric=rubric)
    answer = desk.post("question_delete", question.pk)
    assert (answer.status_code, "Discard the round" in text_of(answer)) == (409, True)
    rubric.refresh_from_db()
    assert rubric.question == question


def test_control_signs_never_reach_a_row(desk: Desk) -> None:
    typed = {"option": ["Kyo\0to", "Tokyo"], "right": ["1"]}
    desk.post("question_new", desk.draft.pk, query="?kind=single", **words(**typed, prompt="Where\0?"))
    question = Question.objects.get()
    assert (question.prompt, question.key["options"]) == ("Where?", ["Kyoto", "Tokyo"])


def test_get_of_a_move_leads_to_the_question(desk: Desk) -> None:
    question = add_question(assignment=desk.draft, kind="file", prompt="?", points=Decimal(1))
    assert desk.get("question_move", question.pk)["Location"] == reverse("question", args=[question.pk])
