from django.db import models

from assignments.models import Submission
from grading.models.result import Result


class Feedback(models.Model):
    """What a student reads: one sheet, merged by criterion. The highest version released counts."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="feedback")
    version = models.PositiveSmallIntegerField()
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    body = models.JSONField()
    released_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["submission_id", "version"]
        constraints = [models.UniqueConstraint(fields=["submission", "version"], name="feedback_version_once")]
