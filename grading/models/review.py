from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grading.models.script import Script
from grading.models.text_body import TextBody
from rubrics.models import Criterion


class ReviewCase(models.Model):
    """A criterion of a script that a person must decide."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        DECIDED = "decided", _("decided")

    class Reason(models.TextChoices):
        DISAGREEMENT = "disagreement", _("the readings allowed are used up and still disagree")
        UNREAD = "unread", _("nobody is left who could read it")
        APPEAL = "appeal", _("an appeal was read again and the marks differ")
        CALLED = "called", _("a grader asked you to look")

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="cases")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["opened_at", "script_id", "criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["script", "criterion"], condition=Q(state="open"), name="case_open_once"),
        ]


class Decision(models.Model):
    """What a person decided, and why. Append-only; the last one of a case counts."""

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=9, decimal_places=4)
    reason = models.ForeignKey(TextBody, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["case_id", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="decision_key_once")]
