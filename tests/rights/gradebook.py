from typing import Any

from django.core.files.base import ContentFile

from assignments.models import Answer, Attachment
from tests.flows.stages import Full
from tests.roles import TEACHER

ROWS = [
    ("gradebook", "GET", TEACHER),
    ("paper_marks", "GET", TEACHER),
    ("paper_file", "GET", TEACHER),
    ("override", "POST", TEACHER),
    ("release_look", "GET", TEACHER),
    ("appeals", "GET", TEACHER),
]


def values(here: Full) -> dict[str, Any]:
    paper = here.feedback.submission
    answer = Answer.objects.get(submission=paper, question=here.world.essay)
    return {"submission_id": paper.pk, "attachment_id": file_of(answer).pk}


def file_of(answer: Answer) -> Attachment:
    """Put a file beside an answer, as if it had been uploaded."""
    file = Attachment(answer=answer, name="paper.pdf", kind=Attachment.Kind.PDF, size=8, sha256="0" * 64)
    file.file.save("paper", ContentFile(b"%PDF-1.7"), save=True)
    return file
