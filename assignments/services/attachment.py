"""Files of an answer: what they are is decided by their content, never by their name."""

import re
from datetime import datetime
from functools import partial
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Answer, Attachment, Question, Submission
from assignments.services.submission import NotAnAnswer, check_can_write
from edu_crowd.shared import drawing
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem

MAX_FILES = 10
# Controls, and what turns the direction of writing: a name must look like what it is.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class TooManyFiles(Problem):
    """An answer has only so many files."""


def attach(*, submission: Submission, question: Question, name: str, content: bytes, now: datetime) -> Attachment:
    """Put a file to an answer; the same file twice is there once.

    Locks the paper. Raises `NotDraft`, `NotTaken`, `TimeUp`, `NotAnAnswer`, `TooManyFiles` and what
    `edu_crowd.shared.drawing.inspect` raises.
    """
    kind = drawing.inspect(content).kind
    digest = sha256(content).hexdigest()
    with transaction.atomic():
        check_can_write(submission, question, now)
        if question.is_machine_marked:
            raise NotAnAnswer(_("This question takes no file. Answer it in its form."))
        answer, _created = Answer.objects.get_or_create(
            submission=submission, question=question, defaults={"saved_at": now}
        )
        same = answer.attachments.filter(sha256=digest).first()
        if same is not None:
            return same
        if answer.attachments.count() >= MAX_FILES:
            raise TooManyFiles(_("An answer takes %(limit)d files. Join them into one PDF.") % {"limit": MAX_FILES})
        attachment = Attachment.objects.create(
            answer=answer,
            file=ContentFile(content, name=kind),
            name=_plain_name(name) or kind,
            kind=kind,
            size=len(content),
            sha256=digest,
        )
        record("attachment.added", attachment, submission=submission.pk, kind=kind, size=len(content))
        return attachment


def detach(*, attachment: Attachment, now: datetime) -> None:
    """Take a file out of a draft. Locks the paper. Raises `NotDraft`, `NotTaken`, `TimeUp`."""
    with transaction.atomic():
        submission = attachment.answer.submission
        check_can_write(submission, attachment.answer.question, now)
        storage, name = attachment.file.storage, str(attachment.file.name)
        record("attachment.removed", attachment, submission=submission.pk)
        attachment.delete()
        # A draft that goes on from a paper that was taken back shares its files.
        if not Attachment.objects.filter(file=name).exists():
            transaction.on_commit(partial(storage.delete, name))


def _plain_name(name: str) -> str:
    return UNSEEN.sub("", re.split(r"[/\\]", name)[-1]).strip()[-255:]
