"""A row that was changed while its form was open is not changed back without a word."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from assignments.models import Assignment, Question
from tests.assignments.views.desk import Desk, text_of

pytestmark = pytest.mark.django_db
KEY = {"options": ["Kyoto", "Tokyo"], "right": 1}
TYPED: dict[str, Any] = {"prompt": "Which?", "points": "2", "language": "en", "right": "1"}
TYPED |= {"option": ["Kyoto", "Tokyo"]}
SEEN = "Somebody saved this in the meantime"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_second_window_of_a_question_is_told_and_may_still_win(desk: Desk) -> None:
    question = desk.draft.questions.create(position=1, kind="single", prompt="Which?", points=2, key=KEY, language="en")
    seen = desk.get("question", question.pk).context["drawn_from"]
    theirs = TYPED | {"prompt": "Which city?", "option": ["Kyoto", "Nara"], "drawn_from": seen}
    assert desk.post("question", question.pk, **theirs).status_code == 302

    mine = TYPED | {"prompt": "Which town?", "points": "3", "drawn_from": seen}
    refused = desk.post("question", question.pk, **mine)
    assert refused.status_code == 409
    assert SEEN in text_of(refused)
    assert refused.context["form"]["prompt"].value() == "Which town?"
    assert refused.context["meanwhile"] == [
        ("Question", "Which city?"),
        ("Points", "2"),
        ("Key", "Kyoto\nNara\nRight: Nara"),
    ]
    assert Question.objects.get().prompt == "Which city?"
    # Asked for anew, as after a change of the language, it is still the form that was drawn first.
    assert desk.get("question", question.pk).context["drawn_from"] == seen
    again = mine | {"drawn_from": refused.context["drawn_from"]}
    assert desk.post("question", question.pk, **again).status_code == 302
    assert (Question.objects.get().prompt, Question.objects.get().points) == ("Which town?", 3)


def test_same_words_from_two_windows_are_no_conflict(desk: Desk) -> None:
    question = desk.draft.questions.create(position=1, kind="single", prompt="Which?", points=2, key=KEY, language="en")
    typed = TYPED | {"prompt": "Where?", "drawn_from": desk.get("question", question.pk).context["drawn_from"]}
    for _window in range(2):
        assert desk.post("question", question.pk, **typed).status_code == 302


def settings_of(desk: Desk) -> dict[str, Any]:
    form = desk.get("assignment_settings", desk.draft.pk).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_second_window_of_the_settings_is_told_and_may_still_win(desk: Desk) -> None:
    desk.draft.due_at = timezone.now() + timedelta(days=3)
    desk.draft.save()
    page = desk.get("assignment_settings", desk.draft.pk)
    seen = page.context["drawn_from"]
    assert f'value="{seen}"' in text_of(page)
    typed = settings_of(desk) | {"drawn_from": seen}
    assert desk.post("assignment_settings", desk.draft.pk, **typed | {"title": "Quiz"}).status_code == 302
    refused = desk.post("assignment_settings", desk.draft.pk, **typed | {"attempts": "3"})
    assert refused.status_code == 409
    assert SEEN in text_of(refused)
    assert refused.context["meanwhile"] == [("Attempts", "1"), ("Title", "Quiz")]
    assert refused.context["form"]["attempts"].value() == "3"
    assert Assignment.objects.get().attempts == 1
    again = typed | {"attempts": "3", "drawn_from": refused.context["drawn_from"]}
    assert desk.post("assignment_settings", desk.draft.pk, **again).status_code == 302
    assert (Assignment.objects.get().title, Assignment.objects.get().attempts) == ("Essay", 3)
