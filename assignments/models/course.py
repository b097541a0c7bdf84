from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from edu_crowd.people.models import validate_time_zone
from edu_crowd.shared.access import UserObjectPermissionBase


class Course(models.Model):
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    archived_at = models.DateTimeField(null=True, blank=True)
    # Whoever has the link with it may join as a student; empty: the link is off.
    join_token = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["join_token"], condition=~Q(join_token=""), name="course_join_token_once"),
        ]
        permissions = [
            ("manage_course", "edit the course, its assignments and its rounds"),
            ("review_marks", "see all marks and decide the flagged ones"),
            ("view_identity", "see whose paper it is"),
            ("hand_in", "hand in papers and read their feedback"),
        ]

    def __str__(self) -> str:
        return self.title


class CourseUserObjectPermission(UserObjectPermissionBase):
    """One right of one person on one course; written only by `services.enrolment`."""

    content_object = models.ForeignKey(Course, on_delete=models.CASCADE)


class Enrolment(models.Model):
    """A place in a course. The roster knows a student before they have an account."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        TEACHER = "teacher", _("teacher")
        ASSISTANT = "assistant", _("assistant")
        STUDENT = "student", _("student")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    student_number = models.CharField(_("student number"), max_length=40, blank=True)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    reading = models.CharField(_("reading"), max_length=160, blank=True, help_text=_("How the name is read, in kana."))
    # Where the roster says the student can be reached; whoever proves to own it gets the place.
    email = models.EmailField(_("mail address"), blank=True)
    # Somebody who left keeps the place, which papers point to, and loses the rights.
    is_active = models.BooleanField(_("takes part"), default=True)

    class Meta:
        ordering = ["course_id", "family_name", "given_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["course", "user"], name="enrolment_person_once"),
            models.UniqueConstraint(
                fields=["course", "student_number"],
                condition=~Q(student_number=""),
                name="enrolment_student_number_once",
            ),
            models.UniqueConstraint(
                Lower("email"), "course", condition=~Q(email=""), name="enrolment_email_once_in_any_case"
            ),
            models.CheckConstraint(
                condition=Q(role="student") | Q(user__isnull=False), name="enrolment_staff_has_account"
            ),
        ]

    def __str__(self) -> str:
        name = f"{self.family_name} {self.given_name}".strip()
        return name or str(self.user or self.student_number or f"#{self.pk}")
