from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grading.models.round import Round


class Grader(models.Model):
    class Kind(models.TextChoices):
        CROWD = "crowd", _("from outside")
        ASSISTANT = "assistant", _("assistant")
        PEER = "peer", _("classmate")
        EXTERNAL = "external", _("named in an imported file")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="graders"
    )
    kind = models.CharField(max_length=9, choices=Kind.choices)
    # Only for graders of an imported file, who have no account here.
    external_name = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="grader_person_once"),
            models.CheckConstraint(
                condition=Q(kind="external", user__isnull=True) | (~Q(kind="external") & Q(user__isnull=False)),
                name="grader_external_has_no_account",
            ),
        ]


class Enlistment(models.Model):
    """A grader's place in a round. Active only since the transaction that wrote its exclusions."""

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        ACTIVE = "active", pgettext_lazy("what a grader does", "marking")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="enlistments")
    grader = models.ForeignKey(Grader, on_delete=models.PROTECT, related_name="enlistments")
    pseudonym = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State.choices, default=State.INVITED)
    price_minor = models.PositiveIntegerField(default=0)
    # `Round.openings` when this grader last found nothing to read.
    exhausted_at_opening = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["round_id", "pseudonym"]
        constraints = [
            models.UniqueConstraint(fields=["round", "grader"], name="enlistment_once"),
            models.UniqueConstraint(fields=["round", "pseudonym"], name="enlistment_pseudonym_once"),
        ]


class Invitation(models.Model):
    """A place in a round for a mail address; whoever proves to own it may take it."""

    class State(models.TextChoices):
        SENT = "sent", _("invited")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("mail address"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.SENT)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round_id", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), "round", name="invitation_once_in_any_case"),
        ]
