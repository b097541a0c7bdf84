from secrets import token_urlsafe

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grading.models.grader import Grader
from grading.models.script import Script


def new_public_id() -> str:
    return token_urlsafe(12)


class Allocation(models.Model):
    """One grader's reading of one script, from the plan to the sealed sheet."""

    class Purpose(models.TextChoices):
        BASE = "base", _("base")
        FURTHER = "further", _("further")
        SEED = "seed", _("seed")
        PRACTICE = "practice", _("practice")
        APPEAL = "appeal", _("appeal")
        DISPUTE = "dispute", _("dispute")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CLAIMED = "claimed", _("on the desk")
        SEALED = "sealed", _("sealed")
        RELEASED = "released", _("given back")
        EXPIRED = "expired", _("lost to the clock")
        VOID = "void", _("void")

    class SkipReason(models.TextChoices):
        ILLEGIBLE = "illegible", _("I cannot read it")
        NOT_MY_SUBJECT = "not_my_subject", _("It is not my subject")
        KNOWN_AUTHOR = "known_author", _("I know the author")
        OTHER = "other", _("Another reason")

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="allocations")
    grader = models.ForeignKey(Grader, on_delete=models.PROTECT, related_name="allocations")
    # The only name a grader ever sees of a script.
    public_id = models.CharField(max_length=32, default=new_public_id, unique=True)
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.BASE)
    state = models.CharField(max_length=8, choices=State.choices)
    # The place in this grader's own order.
    position = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    skip_reason = models.CharField(max_length=14, choices=SkipReason.choices, blank=True)
    # Sealed after the lease had run out: kept, and shown to the teacher.
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["script", "grader"], name="allocation_once"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(lease_ends_at__isnull=False), name="allocation_claimed_has_lease"
            ),
        ]
        indexes = [
            models.Index(fields=["grader", "position"], condition=Q(state="planned"), name="allocation_planned"),
            models.Index(fields=["grader", "lease_ends_at"], condition=Q(state="claimed"), name="allocation_claimed"),
            models.Index(fields=["lease_ends_at"], condition=Q(state="claimed"), name="allocation_lease"),
        ]
