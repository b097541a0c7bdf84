"""A form's own address leads back to the form's page, and a method that nobody takes gets a page."""

import pytest
from django.urls import reverse

from tests.flows.stages import Full, full
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    return full(1)


def test_get_of_a_form_leads_to_its_page(course: Full) -> None:
    round_, assignment = course.world.round.pk, course.world.assignment.pk
    teacher, grader = course.world.teacher, course.grader.user
    student = course.feedback.submission.enrolment.user
    desk = reverse("desk", args=[course.desk.public_id])
    release = reverse("release", args=[assignment])
    led = {
        ("round_admit", round_, teacher): reverse("board", args=[round_]),
        ("assignment_close", assignment, teacher): release,
        ("release_undo", assignment, teacher): release,
        ("marking_next", round_, grader): reverse("marking"),
        ("desk_draft", course.desk.public_id, grader): desk,
        ("desk_seal", course.desk.public_id, grader): desk,
        ("desk_extend", course.desk.public_id, grader): desk,
        ("desk_skip", course.desk.public_id, grader): desk,
        ("feedback_appeal", course.feedback.pk, student): reverse("feedback", args=[course.feedback.pk]),
    }
    found = {key: client_of(key[2]).get(reverse(key[0], args=[key[1]])) for key in led}
    assert {key: response["Location"] for key, response in found.items()} == led


def test_method_that_nobody_takes_gets_a_page(course: Full) -> None:
    client = client_of(course.grader.user)
    for name, method, allowed in (("desk", "POST", "GET"), ("desk_seal", "PUT", "GET, POST")):
        response = client.generic(method, reverse(name, args=[course.desk.public_id]))
        assert (response.status_code, response["Allow"]) == (405, allowed)
        assert b"This page does not take that" in response.content


def test_signing_in_again_at_a_form_leads_to_its_page(course: Full) -> None:
    seal = reverse("desk_seal", args=[course.desk.public_id])
    response = client_of(None).post(seal, {"comment": "So far."})
    assert response["Location"] == f"/accounts/login/?next={seal}"
    assert client_of(course.grader.user).get(seal, follow=True).status_code == 200
