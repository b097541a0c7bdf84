"""A case: what stands, what another window decided, and what was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from edu_crowd.shared.access import revoke
from grading.models import Decision, ReviewCase, Round
from grading.queries import origin
from grading.queries.consensus import current_scores
from tests.flows.stages import Full, full
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    return full(1)


@pytest.fixture
def teacher(course: Full) -> Client:
    return client_of(course.world.teacher)


@pytest.fixture
def appealed(course: Full) -> ReviewCase:
    """The score that stands is 2; the fresh reading gives 3."""
    ReviewCase.objects.filter(pk=course.case.pk).delete()
    course.world.mark(course.desk, 3)
    return ReviewCase.objects.get(reason=ReviewCase.Reason.APPEAL)


def post(client: Client, case: ReviewCase, **form: str) -> tuple[int, str]:
    form = {"choice": "2.00", "reason": "As it is.", "key": "a"} | form
    response = client.post(reverse("case", args=[case.pk]), form)
    return response.status_code, response.content.decode()


def test_appeal_never_offers_less_than_what_stands(teacher: Client, appealed: ReviewCase) -> None:
    text = teacher.get(reverse("case", args=[appealed.pk])).content.decode()
    assert current_scores(appealed.script)[appealed.criterion_id].points == 2
    assert "The score that stands: <strong>2</strong>" in text
    assert "An appeal never lowers a score." in text
    for level in appealed.criterion.levels.all():
        is_out = f'value="{level.points}" disabled aria-describedby="lowest"' in text
        assert is_out == (level.points < 2), level


@pytest.mark.parametrize("points", ["1.333", "2.0001", "1e-9"])
def test_points_finer_than_two_decimals_are_refused(teacher: Client, course: Full, points: str) -> None:
    status, text = post(teacher, course.case, choice="other", points=points)
    assert (status, Decision.objects.count()) == (422, 0)
    assert "two decimals at most" in text
    assert f'value="{points}"' in text


def test_points_with_idle_zeros_are_taken(teacher: Client, course: Full) -> None:
    assert post(teacher, course.case, choice="other", points="1.500")[0] == 302


def test_decision_of_another_window_is_shown_and_the_text_kept(teacher: Client, course: Full) -> None:
    assert post(teacher, course.case, reason="Decided there.")[0] == 302
    status, text = post(teacher, course.case, reason="Typed here.", key="b", supersedes="")
    assert status == 422
    assert "Decided there." in text
    assert "Typed here." in text
    newest = Decision.objects.get(case=course.case)
    assert f'name="supersedes" value="{newest.pk}"' in text
    assert post(teacher, course.case, reason="Typed here.", key="b", supersedes=str(newest.pk))[0] == 302


def test_refused_decision_survives_a_change_of_language(teacher: Client, course: Full) -> None:
    post(teacher, course.case, choice="", reason="Typed, not decided.")
    back = {"language": "ja", "next": reverse("case", args=[course.case.pk])}
    assert "Typed, not decided." in teacher.post("/language/", back, follow=True).content.decode()


def test_appeal_longer_than_its_field_is_refused_and_kept(course: Full) -> None:
    student = client_of(course.feedback.submission.enrolment.user)
    criterion = course.feedback.body["questions"][1]["criteria"][1]["criterion"]
    form = {"criterion": str(criterion), "reason": "x" * 5_003}
    response = student.post(reverse("feedback_appeal", args=[course.feedback.pk]), form)
    assert response.status_code == 422
    assert "3 characters too long: 5000 fit" in response.content.decode()
    assert "x" * 5_003 in response.content.decode()
    assert "x" * 5_003 in student.get(reverse("feedback", args=[course.feedback.pk])).content.decode()
    assert (
        student.post(reverse("feedback_appeal", args=[course.feedback.pk]), form | {"reason": "y"}).status_code == 302
    )


def test_case_of_an_imported_round_names_its_unit_to_who_may_see_names(course: Full, teacher: Client) -> None:
    address = reverse("case", args=[course.case.pk])
    number = origin.submission_of(course.case.script).enrolment.student_number
    assert f"<strong>{number}</strong>" not in teacher.get(address).content.decode()
    Round.objects.update(kind="import")
    course.case.script.renditions.all().delete()
    text = teacher.get(address).content.decode()
    assert f"<strong>{number}</strong>" in text
    assert "There is no text here: the marks came from a file." in text
    revoke(course.world.teacher, ["view_identity"], course.world.course)
    assert f"<strong>{number}</strong>" not in teacher.get(address).content.decode()
