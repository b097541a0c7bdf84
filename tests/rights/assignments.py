from typing import Any

from assignments.services.extension import extend
from tests.flows.stages import Full
from tests.roles import TEACHER

ROWS = [
    ("assignment_new", "GET", TEACHER),
    ("assignment_new", "POST", TEACHER),
    ("assignment_edit", "GET", TEACHER),
    ("assignment_settings", "GET", TEACHER),
    ("assignment_settings", "POST", TEACHER),
    ("assignment_publish", "GET", TEACHER),
    ("assignment_publish", "POST", TEACHER),
    ("assignment_close", "POST", TEACHER),
    ("assignment_reopen", "POST", TEACHER),
    ("assignment_archive", "GET", TEACHER),
    ("assignment_archive", "POST", TEACHER),
    ("assignment_copy", "POST", TEACHER),
    ("assignment_delete", "GET", TEACHER),
    ("assignment_delete", "POST", TEACHER),
    ("question_new", "GET", TEACHER),
    ("question_new", "POST", TEACHER),
    ("question", "GET", TEACHER),
    ("question", "POST", TEACHER),
    ("question_move", "POST", TEACHER),
    ("question_delete", "GET", TEACHER),
    ("question_delete", "POST", TEACHER),
    ("extensions", "GET", TEACHER),
    ("extensions", "POST", TEACHER),
    ("extension_delete", "GET", TEACHER),
    ("extension_delete", "POST", TEACHER),
]


def values(here: Full) -> dict[str, Any]:
    world = here.world
    return {
        "course_id": world.course.pk,
        "assignment_id": world.assignment.pk,
        "question_id": world.essay.pk,
        "extension_id": extend(assignment=world.assignment, enrolment=world.enrolments[0], extra_minutes=5).pk,
    }
