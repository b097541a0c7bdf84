from django.db import models
from django.db.models import Q

from grading.models.allocation import Allocation
from grading.models.text_body import TextBody
from rubrics.models import Criterion, Level


class MarkDraft(models.Model):
    """What a grader has typed so far. `version` grows with each save, so that two tabs cannot overwrite each other."""

    allocation = models.OneToOneField(Allocation, on_delete=models.PROTECT, related_name="draft")
    version = models.PositiveIntegerField(default=1)
    # {"marks": {criterion id: level id}, "comments": {criterion id: text}, "comment": text, "active_ms": n,
    #  "window": the client_mark_id of the form it was typed in}
    body = models.JSONField(default=dict)
    saved_at = models.DateTimeField()


class MarkSheet(models.Model):
    """One sealed marking of one script. Append-only: an undo is the next version."""

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="sheets")
    version = models.PositiveSmallIntegerField()
    # Named by the desk, so that a form that arrives twice is one sheet.
    client_mark_id = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    active_ms = models.PositiveIntegerField(default=0)
    comment = models.ForeignKey(TextBody, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["allocation_id", "version"]
        constraints = [
            models.UniqueConstraint(fields=["allocation", "version"], name="sheet_version_once"),
            models.UniqueConstraint(fields=["allocation", "client_mark_id"], name="sheet_client_mark_id_once"),
        ]


class Mark(models.Model):
    """One criterion of a sheet. Append-only."""

    sheet = models.ForeignKey(MarkSheet, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    # None: an imported mark that lies off the levels.
    level = models.ForeignKey(Level, on_delete=models.PROTECT, null=True, related_name="+")
    points = models.DecimalField(max_digits=9, decimal_places=4)
    comment = models.ForeignKey(TextBody, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["sheet_id", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(points__gt=-100_000) & Q(points__lt=100_000), name="mark_points_are_a_number"
            ),
        ]
