from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.models.course import Course, Enrolment


class Assignment(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        RELEASED = "released", _("released")
        ARCHIVED = "archived", _("archived")

    # The class has its results: whatever changes from here on must reach the student.
    TOLD = (State.RELEASED, State.ARCHIVED)

    class LateRule(models.TextChoices):
        REFUSE = "refuse", _("late papers are refused")
        ACCEPT = "accept", _("late papers are taken without deduction")
        DEDUCT = "deduct", _("each day late costs a share of the points earned")

    class Reporting(models.TextChoices):
        POINTS = "points", _("points, rounded to a step")
        BANDS = "bands", _("bands with cut scores")
        PASS_FAIL = "pass_fail", _("pass or fail")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="assignments")
    title = models.CharField(_("title"), max_length=200)
    instructions = models.TextField(_("instructions"), blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    late_rule = models.CharField(_("late papers"), max_length=10, choices=LateRule.choices, default=LateRule.REFUSE)
    late_percent_per_day = models.DecimalField(
        _("percent lost per day"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(10),
        help_text=_("Of the points earned, not of the maximum."),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    late_days = models.PositiveSmallIntegerField(_("days late at most"), default=7)
    cooling_minutes = models.PositiveSmallIntegerField(_("minutes to take a paper back"), default=30)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1, validators=[MinValueValidator(1)])
    time_limit_minutes = models.PositiveSmallIntegerField(_("time limit in minutes"), null=True, blank=True)
    reporting = models.CharField(_("reported grade"), max_length=10, choices=Reporting.choices, default="points")
    report_step = models.DecimalField(_("rounded to"), max_digits=6, decimal_places=2, default=Decimal("0.5"))
    # Bands from the top: [{"label": "A", "from": "80"}, …], "from" in percent of the maximum. Pass–fail has one.
    bands = models.JSONField(_("cut scores"), default=list, blank=True)

    class Meta:
        ordering = ["course_id", "due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(due_at__isnull=True) | Q(opens_at__lt=F("due_at")),
                name="assignment_opens_before_due",
            ),
            models.CheckConstraint(condition=Q(report_step__gt=0), name="assignment_report_step_positive"),
            models.CheckConstraint(condition=Q(attempts__gte=1), name="assignment_one_attempt_at_least"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(due_at__isnull=False), name="assignment_published_has_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Extension(models.Model):
    """More time for one student: another due time, extra minutes on the clock, or both."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="extensions")
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "enrolment"], name="extension_once"),
        ]
