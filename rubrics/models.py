"""Rubrics: criteria × levels. A round pins a version when it opens; a pinned version never changes."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assignments.models import Question


class Rubric(models.Model):
    """One version of the rubric of a question, or of a rubric in somebody's library."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, blank=True, related_name="rubrics")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rubrics")
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveIntegerField(default=1)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    pinned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["question_id", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "version"], condition=Q(question__isnull=False), name="rubric_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class Criterion(models.Model):
    class Scale(models.TextChoices):
        NOMINAL = "nominal", _("categories without order")
        ORDINAL = "ordinal", _("ordered levels")
        INTERVAL = "interval", _("points")

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="criteria")
    # The same across versions: what a criterion is known by when its words change.
    key = models.SlugField(max_length=60, allow_unicode=True)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("criterion"), max_length=200)
    scale = models.CharField(_("scale"), max_length=10, choices=Scale.choices, default=Scale.ORDINAL)
    weight = models.DecimalField(
        _("weight"), max_digits=6, decimal_places=3, default=Decimal(1), validators=[MinValueValidator(0)]
    )
    # How many levels two marks may lie apart before the score is flagged.
    tolerance = models.PositiveSmallIntegerField(_("tolerance in levels"), default=1)

    class Meta:
        ordering = ["rubric_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="criterion_key_once"),
            models.UniqueConstraint(fields=["rubric", "position"], name="criterion_position_once"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="criterion_weight_not_negative"),
        ]

    def __str__(self) -> str:
        return self.title


class Level(models.Model):
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="levels")
    position = models.PositiveSmallIntegerField()
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2)
    label = models.CharField(_("level"), max_length=80)
    descriptor = models.TextField(_("what it means"), blank=True)

    class Meta:
        ordering = ["criterion_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "position"], name="level_position_once"),
            models.UniqueConstraint(fields=["criterion", "points"], name="level_points_once"),
        ]

    def __str__(self) -> str:
        return self.label
