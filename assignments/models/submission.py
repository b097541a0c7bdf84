from functools import partial
from secrets import token_hex

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models.assignment import Assignment
from assignments.models.course import Enrolment
from assignments.models.question import Question


class Submission(models.Model):
    """One attempt of one student: what people call a paper."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        HANDED_IN = "handed_in", _("handed in")
        WITHDRAWN = "withdrawn", _("taken back")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="submissions")
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    started_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assignment_id", "enrolment_id", "attempt"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "enrolment", "attempt"], name="submission_attempt_once"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(handed_in_at__isnull=False), name="submission_handed_in_has_time"
            ),
        ]
        indexes = [models.Index(fields=["assignment", "state", "handed_in_at"], name="submission_due_for_intake")]


class Answer(models.Model):
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)
    # Positions of the ticked options, for choice questions.
    choices = models.JSONField(default=list, blank=True)
    # Set when the paper is handed in, for machine-marked questions.
    machine_points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["submission_id", "question__position"]
        constraints = [models.UniqueConstraint(fields=["submission", "question"], name="answer_once")]


def random_name(folder: str, instance: models.Model, filename: str) -> str:
    """Name a stored file by chance: neither its name nor its ending says anything."""
    name = token_hex(16)
    return f"{folder}/{name[:2]}/{name}"


class Attachment(models.Model):
    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=partial(random_name, "attachments"), max_length=200)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["answer_id", "pk"]

    @property
    def content_type(self) -> str:
        return "application/pdf" if self.kind == self.Kind.PDF else f"image/{self.kind}"
