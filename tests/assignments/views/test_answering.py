"""A student begins, writes, hands in and takes back; nothing typed is lost on the way."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assignments.models import Submission
from assignments.services.extension import extend
from tests.assignments.views.writing import DAY, MINUTE, Writing
from tests.factories import AssignmentFactory, EnrolmentFactory, QuestionFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


def test_begin_leads_to_the_paper_and_twice_to_the_same() -> None:
    student = EnrolmentFactory()
    assignment = AssignmentFactory(course=student.course, due_at=timezone.now() + DAY)
    client = client_of(student.user)
    first, second = (client.post(f"/assignments/{assignment.pk}/start/") for _ in range(2))
    assert first["Location"] == second["Location"] == f"/papers/{Submission.objects.get().pk}/"


def test_begin_too_late_says_so_on_the_assignment() -> None:
    student = EnrolmentFactory()
    assignment = AssignmentFactory(course=student.course, due_at=timezone.now() - DAY)
    response = client_of(student.user).post(f"/assignments/{assignment.pk}/start/", follow=True)
    assert response.redirect_chain == [(f"/assignments/{assignment.pk}/", 302)]
    assert "Papers were taken until" in response.content.decode()
    assert "(UTC)" in response.content.decode()


def test_page_shows_every_kind_with_what_was_answered() -> None:
    writing = Writing()
    writing.store("single", choices=[1])
    writing.store("numeric", "about three")
    writing.store("maths", "$x^2$ <script>")
    text = writing.page()
    for kind in ("single", "multiple", "numeric", "short_text", "long_text", "maths", "file"):
        assert f"Asked as {kind}?" in text
    assert '<span id="answered">3</span> of 7 answered' in text
    assert 'value="1" checked' in text
    assert 'inputmode="decimal"' in text
    assert "This cannot be read as a number." in text
    assert "<msup>" in text
    assert "$x^2$ &lt;script&gt;</textarea>" in text
    assert "up to 10 files of 20 MB each" in text


def test_save_answers_with_the_time_it_was_stored() -> None:
    writing = Writing("short_text", "numeric")
    response = writing.save("short_text", "Tokyo\r\n")
    assert (response.status_code, response.json()) == (200, {"saved_at": writing.base("short_text"), "hint": ""})
    assert writing.stored("short_text") == ("Tokyo\n", [])
    assert writing.save("numeric", "three").json()["hint"].startswith("This cannot be read as a number.")
    assert writing.save("numeric", "3 m").json()["hint"] == ""


def test_save_returns_how_it_reads_when_asked() -> None:
    writing = Writing("maths")
    form = writing.form("maths", "$x$") | {"look": "1"}
    url = f"{writing.url}answers/{writing.of('maths').pk}/"
    response = writing.client.post(url, form, headers={"accept": "application/json"})
    assert "<math" in response.json()["look"]


def test_save_over_what_another_window_stored_is_refused_with_both() -> None:
    writing = Writing("long_text")
    stored = writing.store("long_text", "from the other window")
    response = writing.save("long_text", "mine", base="")
    told = response.json()
    assert response.status_code == 409
    assert told["current"] == {
        "text": "from the other window",
        "choices": [],
        "saved_at": stored.saved_at.isoformat(),
    }
    assert "another window" in told["message"]
    assert writing.stored("long_text") == ("from the other window", [])
    # Once it was seen, the later save wins; the same text again is no conflict at all.
    assert writing.save("long_text", "mine", base=told["current"]["saved_at"]).status_code == 200
    assert writing.save("long_text", "mine", base="").status_code == 200
    assert writing.stored("long_text") == ("mine", [])


def test_save_that_does_not_fit_or_comes_too_late_says_which() -> None:
    writing = Writing("single", "long_text", time_limit_minutes=10)
    assert writing.save("single", choices=(7,)).status_code == 422
    assert writing.save("long_text", "x" * 100_001).status_code == 422
    writing.paper.started_at = writing.now - 11 * MINUTE
    writing.paper.save()
    late = writing.save("long_text", "too late")
    assert (late.status_code, late.json()["is_over"]) == (409, True)
    assert writing.stored("long_text") is None


def test_one_button_saves_everything_and_one_leads_on() -> None:
    writing = Writing()
    form = (
        writing.form("single", choices=(1,))
        | writing.form("multiple", choices=(0, 2))
        | writing.form("numeric", "９．８１")
        | writing.form("long_text", "a\r\nb")
    )
    response = writing.client.post(writing.url, form | {"then": "stay"})
    assert response["Location"] == writing.url
    assert [writing.stored(kind) for kind in ("single", "multiple", "numeric", "long_text", "maths")] == [
        ("", [1]),
        ("", [0, 2]),
        ("９．８１", []),
        ("a\nb", []),
        None,
    ]
    response = writing.client.post(writing.url, form | {"then": "hand-in"})
    assert response["Location"] == f"{writing.url}hand-in/"


def test_one_refused_answer_costs_no_other_and_stays_in_its_field() -> None:
    writing = Writing("single", "short_text", "long_text")
    writing.store("long_text", "from the other window")
    form = (
        writing.form("single", choices=(7,))
        | writing.form("short_text", "Tokyo")
        | writing.form("long_text", "mine", base="")
    )
    response = writing.client.post(writing.url, form)
    text = response.content.decode()
    assert response.status_code == 422
    assert writing.stored("short_text") == ("Tokyo", [])
    assert writing.stored("long_text") == ("from the other window", [])
    assert "mine</textarea>" in text
    assert "from the other window</pre>" in text
    assert f'value="{writing.base("long_text")}"' in text
    # Changing the language asks for the page anew: the text is still in its field.
    assert "mine</textarea>" in writing.page()
    writing.client.post(writing.url, writing.form("long_text", "mine"))
    assert writing.stored("long_text") == ("mine", [])
    assert "from the other window" not in writing.page()


def test_text_that_came_after_the_hand_in_is_shown_to_be_copied() -> None:
    writing = Writing("long_text")
    writing.client.post(f"{writing.url}hand-in/")
    response = writing.client.post(writing.url, writing.form("long_text", "typed in another window"))
    text = response.content.decode()
    assert response.status_code == 409
    assert "The paper is handed in. Take it back to change it." in text
    assert "typed in another window</pre>" in text


def test_timed_paper_shows_when_it_ends_and_then_how_to_go_on() -> None:
    writing = Writing("long_text", time_limit_minutes=30)
    extend(assignment=writing.assignment, enrolment=writing.paper.enrolment, extra_minutes=15)
    assert (writing.now + 45 * MINUTE).isoformat() in writing.page()
    writing.store("long_text", "in time")
    writing.paper.started_at = writing.now - 46 * MINUTE
    writing.paper.save()
    text = writing.page()
    assert "<textarea" not in text
    assert "The time is up." in text
    assert f"{writing.url}hand-in/" in text
    assert "It cannot be taken back." in writing.client.get(f"{writing.url}hand-in/").content.decode()
    assert writing.client.post(f"{writing.url}hand-in/")["Location"] == f"/assignments/{writing.assignment.pk}/"


def test_hand_in_asks_with_what_is_missing_and_what_it_costs() -> None:
    writing = Writing("single", "long_text", late_rule="deduct", late_percent_per_day=20, late_days=3)
    writing.store("single", choices=[0])
    text = writing.client.get(f"{writing.url}hand-in/").content.decode()
    assert "1 question is not answered:" in text
    assert f"{writing.url}#question-{writing.of('long_text').pk}" in text
    assert "You can take it back and change it until:" in text
    assert "late" not in text
    writing.assignment.due_at = writing.now - timedelta(hours=25)
    writing.assignment.save()
    text = writing.client.get(f"{writing.url}hand-in/").content.decode()
    assert "It is 2 days late: 40 % of the points you earn are deducted." in text


def test_hand_in_twice_is_once_and_take_back_goes_on_writing() -> None:
    writing = Writing("long_text")
    writing.store("long_text", "so far")
    first, second = (writing.client.post(f"{writing.url}hand-in/") for _ in range(2))
    assert first["Location"] == second["Location"] == f"/assignments/{writing.assignment.pk}/"
    assert writing.client.get(f"{writing.url}hand-in/")["Location"] == writing.url
    text = writing.page()
    assert "<textarea" not in text
    assert "so far" in text
    assert f"{writing.url}take-back/" in text
    response = writing.client.post(f"{writing.url}take-back/")
    again = Submission.objects.get(state="draft")
    assert response["Location"] == f"/papers/{again.pk}/"
    assert "so far</textarea>" in writing.client.get(response["Location"]).content.decode()
    assert "You took this paper back." in writing.page()


def test_take_back_too_late_says_so() -> None:
    writing = Writing("long_text", cooling_minutes=0)
    writing.client.post(f"{writing.url}hand-in/")
    assert "take-back" not in writing.page()
    response = writing.client.post(f"{writing.url}take-back/", follow=True)
    assert "The paper can no longer be taken back." in response.content.decode()


def test_paper_never_handed_in_says_so_after_the_last_moment() -> None:
    writing = Writing("long_text")
    writing.assignment.due_at = writing.now - DAY
    writing.assignment.save()
    text = writing.page()
    assert "This paper was not handed in." in text
    assert "Papers were taken until" in text
    ask = writing.client.get(f"{writing.url}hand-in/").content.decode()
    assert 'class="btn btn-primary btn-lg"' not in ask
    assert writing.client.post(f"{writing.url}hand-in/").status_code == 409


def test_get_of_a_form_leads_to_the_paper() -> None:
    writing = Writing("long_text")
    question = writing.of("long_text").pk
    for address in (f"answers/{question}/", f"answers/{question}/files/", "take-back/"):
        assert writing.client.get(writing.url + address)["Location"] == writing.url
    start = writing.client.get(f"/assignments/{writing.assignment.pk}/start/")
    assert start["Location"] == f"/assignments/{writing.assignment.pk}/"


def test_question_of_another_assignment_is_not_there() -> None:
    writing, elsewhere = Writing("long_text"), QuestionFactory()
    for address in (f"answers/{elsewhere.pk}/", f"answers/{elsewhere.pk}/files/"):
        assert writing.client.post(writing.url + address).status_code == 404


def test_paper_asks_the_database_as_often_for_thirty_questions_as_for_one() -> None:
    def asked(writing: Writing) -> list[int]:
        counts = []
        for address in (writing.url, f"{writing.url}hand-in/", f"/assignments/{writing.assignment.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert writing.client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    one, thirty = Writing("long_text"), Writing(*["long_text"] * 30)
    for writing in (one, thirty):
        for question in writing.questions:
            writing.client.post(
                f"{writing.url}answers/{question.pk}/", {f"base-{question.pk}": "", f"text-{question.pk}": "x"}
            )
    assert asked(one) == asked(thirty) == [9, 10, 12]
