from functools import partial

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q

from assignments.models import Question, Submission
from assignments.models.submission import random_name
from grading.models.grader import Grader
from grading.models.round import Round


class Script(models.Model):
    """What one grader reads at once. Nothing here leads back to a student."""

    class Priority(models.IntegerChoices):
        """Lower is read sooner: a further reading and an appeal before what nobody has read yet."""

        SOON = 0
        LATER = 1

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="scripts")
    # None: the whole paper.
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    # Places in use: claimed or sealed. Changed only by the conditional write of a claim and by what undoes one.
    readings_taken = models.PositiveSmallIntegerField(default=0)
    readings_wanted = models.PositiveSmallIntegerField()
    # A place can be claimed now.
    is_open = models.BooleanField(default=False)
    # What the next reading is for; becomes the purpose of its allocation.
    next_purpose = models.CharField(max_length=8, default="base")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.LATER)
    # A random place in the queue, so that hand-in order is not reading order.
    rnd = models.FloatField()
    # A reference paper: the teacher's own marks settle it, and readings of it check the grader, not the paper.
    is_reference = models.BooleanField(default=False)
    # The script in another round that this one shows again.
    source_script = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Set while no reading is worth it any more.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(readings_taken__lte=F("readings_wanted")), name="script_no_more_than_wanted"
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(readings_taken__lt=F("readings_wanted")),
                name="script_open_has_a_place",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "priority", "rnd"], condition=Q(is_open=True), name="script_open"),
            models.Index(fields=["round"], condition=Q(is_reference=True), name="script_reference"),
        ]


class ScriptOrigin(models.Model):
    """The one link from a script to its author; read only by `queries.origin`."""

    script = models.OneToOneField(Script, on_delete=models.PROTECT, related_name="+", primary_key=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    # Round and question in words, so that the database refuses a second script of the same answer.
    place = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "place"], name="origin_once")]


class ScriptExclusion(models.Model):
    """This grader must not read this script. It never says why."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="exclusions")
    grader = models.ForeignKey(Grader, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["script", "grader"], name="exclusion_once")]
        indexes = [models.Index(fields=["grader", "script"], name="exclusion_by_grader")]


def rendition_storage() -> Storage:
    return storages["renditions"]


class Rendition(models.Model):
    """One freshly drawn piece of an answer: sanitised HTML, or the image of a page."""

    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="renditions")
    position = models.PositiveSmallIntegerField()
    # Which question of a whole paper this answers.
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    html = models.TextField(blank=True)
    image = models.FileField(
        upload_to=partial(random_name, "pages"), storage=rendition_storage, max_length=200, blank=True
    )
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["script_id", "position"]
        constraints = [models.UniqueConstraint(fields=["script", "position"], name="rendition_position_once")]
