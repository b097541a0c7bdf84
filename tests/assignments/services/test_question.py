from decimal import Decimal
from typing import Any

import pytest

from assignments.autograde import InvalidKey
from assignments.models import Question
from assignments.services.question import (
    PapersBegun,
    QuestionGone,
    add_question,
    delete_question,
    edit_question,
    move_question,
)
from assignments.services.state import NotDraft
from edu_crowd.shared.checks import InvalidField
from tests.factories import AssignmentFactory, QuestionFactory, SubmissionFactory
from tests.support.trail import trail_of

pytestmark = pytest.mark.django_db


def question(state: str = "draft", **fields: Any) -> Question:
    return QuestionFactory(assignment=AssignmentFactory(state=state), **fields)


def stored(one: Question) -> tuple[str, str, Decimal, dict[str, Any]]:
    row = Question.objects.get(pk=one.pk)
    return row.prompt, row.language, row.points, row.key


def test_add_question_goes_last_in_the_language_of_the_course() -> None:
    assignment = AssignmentFactory(state="draft")
    questions = [
        add_question(assignment=assignment, kind="long_text", prompt="Why?", points=Decimal(5), language="ja"),
        add_question(
            assignment=assignment, kind="short_text", prompt="Where?", points=Decimal(1), key={"accepted": [" Tokyo "]}
        ),
    ]
    assert [(question.position, question.language, question.key) for question in questions] == [
        (1, "ja", {}),
        (2, "en", {"accepted": ["Tokyo"], "fold_kana": False}),
    ]


def test_add_question_wrong_key_or_points_refused() -> None:
    assignment = AssignmentFactory(state="draft")
    with pytest.raises(InvalidKey):
        add_question(assignment=assignment, kind="numeric", prompt="?", points=Decimal(1), key={"value": "x"})
    for points in (Decimal(0), Decimal("1.005")):
        with pytest.raises(InvalidField):
            add_question(assignment=assignment, kind="long_text", prompt="?", points=points)
    assert not assignment.questions.exists()


def test_add_question_after_publication_refused() -> None:
    with pytest.raises(NotDraft):
        add_question(assignment=AssignmentFactory(), kind="long_text", prompt="?", points=Decimal(1))


def test_edit_draft_changes_everything_and_leaves_a_trail() -> None:
    one = question(kind="short_text")
    edit_question(question=one, prompt="Where?", language="ja", points=Decimal("1.5"), key={"accepted": [" 京都 "]})
    assert stored(one) == ("Where?", "ja", Decimal("1.5"), {"accepted": ["京都"], "fold_kana": False})
    entry = trail_of("question").get()
    assert (entry.action, entry.target) == ("question.edited", f"question:{one.pk}")
    assert entry.details == {"fields": ["prompt", "language", "points", "key"]}


def test_edit_without_a_change_leaves_no_trail() -> None:
    one = question()
    edit_question(question=one, prompt=one.prompt, language=one.language, points=one.points, key={})
    assert not trail_of("question").exists()


def test_edit_refused_leaves_the_question_as_it_was() -> None:
    one = question(kind="single")
    before = stored(one)
    with pytest.raises(InvalidKey):
        edit_question(question=one, prompt="?", language="en", key={"options": ["a"], "right": 0})
    with pytest.raises(InvalidField):
        edit_question(question=one, prompt="", language="en")
    assert (stored(one), one.prompt) == (before, before[0])


@pytest.mark.parametrize("state", ["published", "closed", "released", "archived"])
def test_points_and_key_stay_after_publication(state: str) -> None:
    one = question(state, kind="short_text")
    for change in ({"points": Decimal(1)}, {"key": {"accepted": ["Nara"]}}):
        with pytest.raises(NotDraft):
            edit_question(question=one, prompt=one.prompt, language=one.language, **change)


def test_words_stay_once_a_paper_is_begun_or_none_can_be() -> None:
    one = question("published")
    edit_question(question=one, prompt="Why?", language="en")
    assert stored(one)[0] == "Why?"
    SubmissionFactory(assignment=one.assignment, now=None)
    for refused in (one, question("closed")):
        with pytest.raises(PapersBegun):
            edit_question(question=refused, prompt="Why, then?", language="en")


def test_delete_closes_the_gap() -> None:
    first = question()
    others = [QuestionFactory(assignment=first.assignment) for _ in range(3)]
    delete_question(question=others[0])
    assert list(first.assignment.questions.values_list("pk", "position")) == [
        (first.pk, 1),
        (others[1].pk, 2),
        (others[2].pk, 3),
    ]
    with pytest.raises(NotDraft):
        delete_question(question=question("published"))


def test_move_past_a_gap_and_no_further_than_the_end() -> None:
    first = question(position=1)
    second, third = (QuestionFactory(assignment=first.assignment, position=number) for number in (4, 9))
    move_question(question=second, by=1)
    move_question(question=second, by=1)
    assert list(first.assignment.questions.values_list("pk", "position")) == [
        (first.pk, 1),
        (third.pk, 4),
        (second.pk, 9),
    ]
    move_question(question=second, by=-1)
    assert list(first.assignment.questions.values_list("pk", flat=True)) == [first.pk, second.pk, third.pk]
    with pytest.raises(NotDraft):
        move_question(question=question("published"), by=1)


def test_question_deleted_in_another_window_is_said_to_be_gone() -> None:
    gone = question()
    delete_question(question=Question.objects.get(pk=gone.pk))
    with pytest.raises(QuestionGone):
        move_question(question=gone, by=1)
    with pytest.raises(QuestionGone):
        edit_question(question=gone, prompt="Anew?", language="en")
    delete_question(question=gone)
    assert not Question.objects.exists()
