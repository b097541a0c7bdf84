from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


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


class AuditEntry(models.Model):
    """Who did what to what, in ids and kinds alone; written by `edu_crowd.shared.audit`. Append-only."""

    at = models.DateTimeField(default=timezone.now)
    # None: the site itself, by its clock or a job. Kept as a number: the trail outlives the row.
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    # "round:12": what was acted on.
    target = models.CharField(max_length=80)
    details = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
            models.Index(fields=["action", "id"], name="audit_action"),
        ]
