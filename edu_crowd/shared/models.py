from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class OutboxEntry(models.Model):
    """One piece of later work; see `edu_crowd.shared.outbox`."""

    key = models.CharField(max_length=200)
    job = models.CharField(max_length=60)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="outbox_key_once")]
        indexes = [
            models.Index(fields=["run_at", "id"], condition=models.Q(done_at=None), name="outbox_due"),
        ]
