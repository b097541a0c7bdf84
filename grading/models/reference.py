from django.conf import settings
from django.db import models

from grading.models.script import Script
from grading.models.text_body import TextBody
from rubrics.models import Criterion, Level


class ReferenceMark(models.Model):
    """What somebody who knows gave a reference paper on one criterion; one per marker."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="reference_marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=9, decimal_places=4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    comment = models.ForeignKey(TextBody, on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["script_id", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["script", "criterion", "by"], name="reference_mark_once"),
        ]
