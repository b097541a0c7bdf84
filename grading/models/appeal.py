from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grading.models.feedback import Feedback
from grading.models.text_body import TextBody
from rubrics.models import Criterion


class Appeal(models.Model):
    """A student asks for one criterion to be looked at again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a fresh reading")
        REVIEW = "review", _("the teacher looks at it")
        DISMISSED = "dismissed", _("the score stands")
        UPHELD = "upheld", _("the score was changed")

    PENDING = (State.WAITING, State.REVIEW)

    feedback = models.ForeignKey(Feedback, on_delete=models.PROTECT, related_name="appeals")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey(TextBody, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    filed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["filed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["feedback", "criterion"], name="appeal_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "review"]) | Q(settled_at__isnull=False),
                name="appeal_settled_has_time",
            ),
        ]
