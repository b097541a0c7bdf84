from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from grading.models.allocation import Allocation
from grading.models.round import Round
from grading.models.script import Script
from rubrics.models import Criterion


class AgreementReport(models.Model):
    """How far the graders of a round agree on one criterion. Derived: rebuilt from the base readings."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="reports")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    # {coefficient key: {"value", "standard_error", "low", "high", "n_units", "interval", "reason"}}
    coefficients = models.JSONField(default=dict)
    # Beside the coefficients: "sem", "n_units", "reading" and so on; "levels" in points, the share of marks "given" at
    # each, and "confusion" level by level. Empty: not computed yet.
    panel = models.JSONField(default=dict)
    sheets = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    # Set by a sealed sheet; the clock recomputes what is stale.
    stale_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["round_id", "criterion__position"]
        constraints = [models.UniqueConstraint(fields=["round", "criterion"], name="report_once")]
        indexes = [models.Index(fields=["stale_since"], condition=Q(stale_since__isnull=False), name="report_stale")]


class RoundReport(models.Model):
    """How every two graders of a round agree, and how its criteria go together. Derived, as the reports are."""

    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="report")
    # {"graders", "all", "enough": how many, of them and of pairs; "busiest": [grader], "rows": [pair of two of them],
    #  "least": [pair]}; a pair is {"first", "second": grader, "n_units", "exact", "low", "high", …}
    pairs = models.JSONField(default=dict)
    # [{"first", "second": criterion, "pearson", "spearman": coefficient}]
    criteria = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["round_id"]


class Flag(models.Model):
    """A score that does not fit, with its evidence."""

    class Reason(models.TextChoices):
        TOLERANCE = "tolerance", _("marks lie further apart than the tolerance")
        TOTAL = "total", _("totals lie further apart than the tolerance")
        CALLED = "called", _("a grader asks the teacher to look")

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="flags")
    # None: the script as a whole.
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, related_name="+")
    # None: the pair, or the whole set, and not one of them.
    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, null=True, related_name="flags")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    evidence = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["script_id", "criterion__position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "script",
                Coalesce("criterion", 0),
                Coalesce("allocation", 0),
                "reason",
                condition=Q(cleared_at=None),
                name="flag_open_once",
            ),
        ]
