"""Courses, their rosters, and joining them."""

from typing import Any

from allauth.account.models import EmailAddress

from tests.flows.stages import Full
from tests.roles import SIGNED_IN, STUDENT, TEACHER

ROWS = [
    ("course_new", "GET", SIGNED_IN),
    ("course_new", "POST", SIGNED_IN),
    ("course", "GET", TEACHER),
    ("course_edit", "GET", TEACHER),
    ("course_edit", "POST", TEACHER),
    ("course_archive", "POST", TEACHER),
    ("course_join_link", "POST", TEACHER),
    ("roster", "GET", TEACHER),
    ("roster_add", "GET", TEACHER),
    ("roster_add", "POST", TEACHER),
    ("roster_import", "GET", TEACHER),
    ("roster_import", "POST", TEACHER),
    ("roster_template", "GET", TEACHER),
    ("enrolment", "GET", TEACHER),
    ("enrolment", "POST", TEACHER),
    ("place_take", "POST", STUDENT),
]
# Who is not signed in sees the course's title as well; a link that leads nowhere is 404 for all: views/test_joining.
OPEN_TO_ALL = {"join"}


def values(here: Full) -> dict[str, Any]:
    course = here.world.course
    course.join_token = f"link-of_{course.pk}"
    course.save(update_fields=["join_token"])
    place = here.feedback.submission.enrolment
    place.email = "kept@example.org"
    place.save(update_fields=["email"])
    EmailAddress.objects.create(user=place.user, email="kept@example.org", verified=True)
    return {
        "course_id": course.pk,
        "enrolment_id": here.feedback.submission.enrolment_id,
        "token": course.join_token,
    }
