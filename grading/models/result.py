from django.conf import settings
from django.db import models

from assignments.models import Submission
from grading.models.text_body import TextBody


class Override(models.Model):
    """A total that the teacher set by hand. Append-only; the highest version counts, and no points lift it."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    points = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(TextBody, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["submission_id", "version"]
        constraints = [models.UniqueConstraint(fields=["submission", "version"], name="override_version_once")]


class Result(models.Model):
    """A student's grade and how it came about. Append-only; the highest version counts."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="results")
    version = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=9, decimal_places=4)
    maximum = models.DecimalField(max_digits=9, decimal_places=4)
    reported = models.CharField(max_length=40)
    standard_error = models.FloatField(null=True)
    # One entry per question: points, maximum, how it was marked, and its criteria. Never an id of a script.
    parts = models.JSONField()
    # Why this version was written: "settled" or "override".
    reason = models.CharField(max_length=20)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["submission_id", "version"]
        constraints = [models.UniqueConstraint(fields=["submission", "version"], name="result_version_once")]
