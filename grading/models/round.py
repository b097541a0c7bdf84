from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assignments.models import Assignment, Question
from rubrics.models import Rubric


class Round(models.Model):
    """One hand-out of questions to a set of graders under fixed settings."""

    class Kind(models.TextChoices):
        MARKING = "marking", _("marking")
        QUALIFICATION = "qualification", _("qualification")
        IMPORT = "import", _("marks from elsewhere")

    class Unit(models.TextChoices):
        QUESTION = "question", _("one question of one paper")
        PAPER = "paper", _("a whole paper")

    class Pool(models.TextChoices):
        CROWD = "crowd", _("graders from outside")
        ASSISTANTS = "assistants", _("assistants of the course")
        CLASSMATES = "classmates", _("classmates")

    class Policy(models.TextChoices):
        MEDIAN = "median", _("median")
        MEAN = "mean", _("mean")

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("open for marking")
        CLOSING = "closing", _("closing: no new papers are handed out")
        CLOSED = "closed", _("closed")
        RELEASED = "released", _("released")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="rounds")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.MARKING)
    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.QUESTION)
    pool = models.CharField(max_length=10, choices=Pool.choices, default=Pool.CROWD)
    policy = models.CharField(max_length=8, choices=Policy.choices, default=Policy.MEDIAN)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    readings_wanted = models.PositiveSmallIntegerField(default=2, validators=[MinValueValidator(1)])
    readings_max = models.PositiveSmallIntegerField(default=4)
    # The marks of one script may differ by this share of its maximum in total.
    total_tolerance_percent = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(100)])
    # Of a hundred papers that a grader reads, so many are reference papers, whose marks the teacher knows.
    seeds_percent = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(50)])
    batch_minimum = models.PositiveSmallIntegerField(default=5)
    lease_minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])
    price_minor = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3, default="JPY")
    # A teacher may let graders see names; the round's results then say so.
    is_blind = models.BooleanField(default=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # Grows whenever a script opens (again), so that "nothing left for me" can be remembered.
    openings = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["assignment_id", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(readings_wanted__gte=1), name="round_one_reading_at_least"),
            models.CheckConstraint(
                condition=Q(readings_max__gte=F("readings_wanted")), name="round_readings_max_covers_wanted"
            ),
            models.CheckConstraint(
                condition=Q(kind="qualification") | Q(assignment__isnull=False), name="round_marks_an_assignment"
            ),
            models.CheckConstraint(condition=Q(state="draft") | Q(opened_at__isnull=False), name="round_open_has_time"),
        ]


class RoundQuestion(models.Model):
    """A question in a round, with the version of its rubric that the round pins."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="questions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["round_id", "question__position"]
        constraints = [models.UniqueConstraint(fields=["round", "question"], name="round_question_once")]
