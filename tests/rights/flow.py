from typing import Any

from tests.flows.stages import PAGE, Full
from tests.roles import ALL_GRADERS, GRADER, GRADERS, STUDENT, STUDENTS, TEACHER

ROWS = [
    ("board", "GET", TEACHER),
    ("agreement", "GET", TEACHER),
    ("round_admit", "POST", TEACHER),
    ("round_close", "GET", TEACHER),
    ("round_close", "POST", TEACHER),
    ("cases", "GET", TEACHER),
    ("case", "GET", TEACHER),
    ("case", "POST", TEACHER),
    ("case_page", "GET", TEACHER),
    ("release", "GET", TEACHER),
    ("release", "POST", TEACHER),
    ("release_undo", "POST", TEACHER),
    ("marking", "GET", ALL_GRADERS),
    ("marking_next", "POST", GRADERS),
    ("marking_nothing", "GET", GRADERS),
    ("marking_leave", "POST", GRADERS),
    ("marks", "GET", GRADERS),
    ("desk", "GET", GRADER),
    ("desk_draft", "POST", GRADER),
    ("desk_seal", "POST", GRADER),
    ("desk_extend", "POST", GRADER),
    ("desk_skip", "POST", GRADER),
    ("desk_page", "GET", GRADER),
    ("assignment", "GET", STUDENTS),
    ("feedback", "GET", STUDENT),
    ("feedback_appeal", "POST", STUDENT),
]
OPEN_TO_ALL = {"home", "language", "demo_sign_in"}


def values(here: Full) -> dict[str, Any]:
    return {
        "round_id": here.world.round.pk,
        "case_id": here.case.pk,
        "assignment_id": here.world.assignment.pk,
        "feedback_id": here.feedback.pk,
        "public_id": here.desk.public_id,
        "position": PAGE,
    }
