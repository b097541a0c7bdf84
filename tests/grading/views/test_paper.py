"""One paper as its teacher sees it; a total set by hand keeps what was typed when it is refused."""

from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db.models import F
from django.test import Client
from django.urls import reverse

from assignments.models import Answer
from edu_crowd.shared.access import revoke
from edu_crowd.shared.models import AuditEntry
from grading.models import Enlistment, Override, ReviewCase
from grading.queries.result import current_feedback, current_result
from grading.services.result import OverrideRefused, override
from tests.factories import QuestionFactory
from tests.flows.stages import Full, full
from tests.rights.gradebook import file_of
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    course = full(1)
    ReviewCase.objects.filter(pk=course.case.pk).delete()
    course.world.mark(course.desk, 1)  # the appeal is dismissed, and nothing is open any more
    return course


@pytest.fixture
def teacher(course: Full) -> Client:
    return client_of(course.world.teacher)


def marks(client: Client, course: Full) -> str:
    return client.get(reverse("paper_marks", args=[course.feedback.submission_id])).content.decode()


def post(client: Client, course: Full, **form: str) -> tuple[int, str]:
    url = reverse("override", args=[course.feedback.submission_id])
    response = client.post(url, {"points": "7.5", "reason": "Said in class.", "supersedes": "0"} | form)
    return response.status_code, response.content.decode()


def test_page_shows_readings_under_pseudonyms_and_no_graders_name(course: Full, teacher: Client) -> None:
    text = marks(teacher, course)
    assert "The axis is tilted. Reason 0 of course 1." in text
    assert "Name the angle of the axis." in text
    assert "Kyoto" in text
    shown = [
        place for place in Enlistment.objects.all() if f'<span class="font-monospace">{place.pseudonym}</span>' in text
    ]
    assert len(shown) == 3
    for place in Enlistment.objects.select_related("grader__user"):
        assert place.grader.user.email not in text
        assert str(place.grader.user) not in text


def test_key_reads_as_on_the_page_of_the_question(course: Full, teacher: Client) -> None:
    key = {"value": "9.8", "tolerance": "0", "tolerance_in": "absolute", "units": {"": "1", "m/s^2": "1"}}
    QuestionFactory(assignment=course.world.assignment, kind="numeric", key=key)
    assert "9.8 · accepted units: m/s^2, a bare number</span>" in marks(teacher, course)


def test_override_reaches_the_student_and_the_trail(course: Full, teacher: Client) -> None:
    assert post(teacher, course) == (302, "")
    paper = course.feedback.submission
    assert (current_result(paper).total, current_feedback(paper).result.total) == (Decimal("7.5"), Decimal("7.5"))
    entry = AuditEntry.objects.get(action="total.set")
    assert (entry.target, entry.actor_id) == (f"submission:{paper.pk}", course.world.teacher.pk)
    assert "by hand" in marks(teacher, course)
    assert post(teacher, course, points="", lift="1", reason="A mistake.", supersedes="1") == (302, "")
    assert current_result(paper).total == 4
    assert Override.objects.count() == AuditEntry.objects.filter(action__startswith="total.").count() == 2


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"points": ""}, "Write the total, or lift the one that is set."),
        ({"points": "many"}, "is no number"),
        ({"points": "8.5"}, "Choose points from 0 to 8.00."),
        ({"points": "-1"}, "Choose points from 0 to 8.00."),
        ({"points": "1.234"}, "2 decimal places"),
        ({"reason": " "}, "Say why in a sentence"),
        ({"lift": "1"}, "there is none to lift"),
        ({"supersedes": "3"}, "in the meantime"),
    ],
)
def test_refused_override_keeps_what_was_typed(
    course: Full, teacher: Client, form: dict[str, str], sentence: str
) -> None:
    status, text = post(teacher, course, **form)
    assert (status, Override.objects.count()) == (422, 0)
    assert sentence in text
    if "reason" not in form:
        assert "Said in class.</textarea>" in text
        assert "Said in class.</textarea>" in marks(teacher, course)
    if form.get("points"):
        assert f'value="{form["points"]}"' in text


def test_same_word_twice_is_one(course: Full, teacher: Client) -> None:
    assert post(teacher, course)[0] == post(teacher, course)[0] == 302
    assert Override.objects.count() == 1


def test_word_of_another_window_is_shown_before_it_is_replaced(course: Full, teacher: Client) -> None:
    post(teacher, course)
    status, text = post(teacher, course, points="5", reason="Typed here.")
    assert status == 422
    assert "Said in class." in text
    assert 'name="supersedes" value="1"' in text
    assert post(teacher, course, points="5", reason="Typed here.", supersedes="1")[0] == 302


def test_paper_that_does_not_count_has_no_total(course: Full, teacher: Client) -> None:
    paper = course.feedback.submission
    type(paper).objects.filter(pk=paper.pk).update(state="withdrawn")
    assert "until the paper is handed in" in marks(teacher, course)
    paper.refresh_from_db()
    with pytest.raises(OverrideRefused, match="the last one handed in"):
        override(submission=paper, points=Decimal(1), by=course.world.teacher, reason="x", now=course.world.now)


def test_original_file_is_for_keeping_and_only_for_who_may_see_names(course: Full, teacher: Client) -> None:
    file = file_of(Answer.objects.get(submission=course.feedback.submission, question=course.world.essay))
    url = reverse("paper_file", args=[course.feedback.submission_id, file.pk])
    assert f'href="{url}"' in marks(teacher, course)
    response = teacher.get(url)
    assert b"".join(response) == b"%PDF-1.7"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert response["Content-Disposition"] == 'attachment; filename="paper.pdf"'
    assert "sandbox" in response["Content-Security-Policy"]
    other = reverse("paper_file", args=[course.feedback.submission_id + 1, file.pk])
    assert teacher.get(other).status_code == 404
    revoke(course.world.teacher, ["view_identity"], course.world.course)
    assert teacher.get(url).status_code == 404
    assert teacher.get(reverse("paper_marks", args=[course.feedback.submission_id])).status_code == 404


def test_original_file_that_is_gone_is_not_there(course: Full, teacher: Client) -> None:
    file = file_of(Answer.objects.get(submission=course.feedback.submission, question=course.world.essay))
    url = reverse("paper_file", args=[course.feedback.submission_id, file.pk])
    assert b"".join(teacher.get(url)) == b"%PDF-1.7"
    default_storage.delete(str(file.file.name))
    assert teacher.get(url).status_code == 404


def test_neighbours_follow_the_gradebooks_choice(course: Full, teacher: Client) -> None:
    papers = [line.pk for line in course.world.assignment.submissions.order_by(F("pk"))]
    url = reverse("paper_marks", args=[papers[1]])
    text = teacher.get(url + "?sort=number").content.decode()
    assert f'rel="prev" href="/papers/{papers[0]}/marks/?sort=number"' in text
    assert f'rel="next" href="/papers/{papers[2]}/marks/?sort=number"' in text
    assert 'rel="next"' not in teacher.get(url + "?q=1-1").content.decode()
