"""A student's sheet says how the points came about, and shows the student's own words."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from assignments.models import Attachment
from grading.models import Round
from tests.flows.stages import Full, full
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Full:
    return full(1)


def test_sheet_shows_how_points_come_about(course: Full) -> None:
    own = course.feedback
    text = client_of(own.submission.enrolment.user).get(reverse("feedback", args=[own.pk])).content.decode()
    assert "How the points come about: 2 + 2 = 4<" in " ".join(text.split())
    assert "<strong>level 2</strong>" in text
    assert "rounded to steps of 0.5" in text
    assert "The axis is tilted. Reason 0 of course 1." in text
    assert "Kyoto" in text
    assert "I did name it." in text
    assert "waits for a fresh reading" in text


def test_pages_of_signed_in_people_are_not_kept_by_caches(course: Full) -> None:
    assert client_of(course.grader.user).get("/")["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in client_of(None).get("/")


def test_closed_round_offers_marking_only_while_an_appeal_waits(course: Full) -> None:
    next_one = reverse("marking_next", args=[course.world.round.pk])
    had = course.desk.script.allocations.values_list("grader", flat=True)
    colleague = next(grader for grader in course.world.crowd if grader.pk not in had)
    assert Round.objects.get().state == "released"
    assert next_one not in client_of(colleague.user).get("/marking/").content.decode()
    assert next_one in client_of(course.grader.user).get("/marking/").content.decode()
    course.world.round.scripts.update(is_open=False)
    course.world.round.scripts.filter(pk=course.desk.script_id).update(readings_wanted=9, is_open=True)
    assert next_one in client_of(colleague.user).get("/marking/").content.decode()


def test_own_marks_say_what_was_given(course: Full) -> None:
    colleague = next(grader for grader in course.world.crowd if grader != course.grader)
    text = client_of(colleague.user).get(reverse("marks", args=[course.world.round.pk])).content.decode()
    assert "content: <strong>2</strong> · " in text.lower()


def test_sheet_leads_to_the_students_own_files(course: Full) -> None:
    own = course.feedback
    file = Attachment(
        answer=own.submission.answers.get(question=course.world.essay), name="図 1.png", kind="png", size=9
    )
    file.file.save("page", ContentFile(b"PNG"), save=True)
    text = client_of(own.submission.enrolment.user).get(reverse("feedback", args=[own.pk])).content.decode()
    assert f'href="/attachments/{file.pk}/">図 1.png</a>' in text
    assert "/remove/" not in text
