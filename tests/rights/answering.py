"""The student's rooms: a paper is its author's alone; the preview is the teacher's."""

from typing import Any

from django.core.files.base import ContentFile

from assignments.models import Attachment
from tests.flows.stages import Full
from tests.roles import STUDENT, STUDENTS, TEACHER

ROWS = [
    ("assignment_preview", "GET", TEACHER),
    ("assignment_preview", "POST", TEACHER),
    ("paper_start", "POST", STUDENTS),
    ("paper", "GET", STUDENT),
    ("paper", "POST", STUDENT),
    ("answer_save", "POST", STUDENT),
    ("paper_attach", "POST", STUDENT),
    ("paper_hand_in", "GET", STUDENT),
    ("paper_hand_in", "POST", STUDENT),
    ("paper_take_back", "POST", STUDENT),
    ("attachment", "GET", STUDENT),
    ("attachment_remove", "POST", STUDENT),
]


def values(here: Full) -> dict[str, Any]:
    paper, essay = here.feedback.submission, here.world.essay
    file = Attachment(answer=paper.answers.get(question=essay), name="page.png", kind="png", size=3, sha256="0" * 64)
    file.file.save("page", ContentFile(b"PNG"), save=True)
    return {"submission_id": paper.pk, "question_id": essay.pk, "attachment_id": file.pk}
