from typing import Any

from rubrics.services import copy_rubric
from tests.flows.stages import Full
from tests.roles import SIGNED_IN, TEACHER

ROWS = [
    ("question_rubric", "GET", TEACHER),
    ("question_rubric", "POST", TEACHER),
    ("rubric", "GET", TEACHER),
    ("rubric", "POST", TEACHER),
    ("rubric_copy", "POST", TEACHER),
    ("rubric_download", "GET", TEACHER),
    ("rubrics", "GET", SIGNED_IN),
    ("rubric_new", "GET", SIGNED_IN),
    ("rubric_new", "POST", SIGNED_IN),
    ("rubric_upload", "GET", SIGNED_IN),
    ("rubric_upload", "POST", SIGNED_IN),
]


def values(here: Full) -> dict[str, Any]:
    question = here.world.essay
    return {
        "question_id": question.pk,
        # One in the teacher's library: nobody else opens it.
        "rubric_id": copy_rubric(rubric=question.rubrics.get(), owner=here.world.teacher).pk,
    }
