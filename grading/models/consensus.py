from django.db import models

from grading.models.review import Decision
from grading.models.script import Script
from rubrics.models import Criterion


class ConsensusScore(models.Model):
    """The settled points of one criterion with their receipt. Append-only; the highest version counts."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    policy = models.CharField(max_length=10)
    points = models.DecimalField(max_digits=9, decimal_places=4)
    # The receipt: {"marks": [{"mark", "points"}, …], "decision": id or None}
    inputs = models.JSONField()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField()

    class Meta:
        ordering = ["script_id", "criterion__position", "version"]
        constraints = [
            models.UniqueConstraint(fields=["script", "criterion", "version"], name="consensus_version_once"),
        ]
