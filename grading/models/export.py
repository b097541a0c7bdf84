from functools import partial

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment
from assignments.models.submission import random_name


def export_storage() -> Storage:
    return storages["exports"]


class Export(models.Model):
    """A gradebook that somebody asked for as a file; written by the slow worker, which tells how far it is."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", "XLSX"
        CSV = "csv", _("CSV of the results")
        SHEETS = "rows", _("CSV of the sheets")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being written")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="exports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    file = models.FileField(
        upload_to=partial(random_name, "gradebooks"), storage=export_storage, max_length=200, blank=True
    )
    asked_at = models.DateTimeField()
    # Moved on while somebody writes it: one that stands still is begun anew.
    alive_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="export_due")]
