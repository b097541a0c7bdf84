"""A course itself: its title, language and zone, its join link, and its end."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from assignments.models import Course
from assignments.services.enrolment import lock_course
from edu_crowd.shared.audit import record
from edu_crowd.shared.checks import check_fields


def edit_course(*, course: Course, title: str, language: str, time_zone: str) -> None:
    """Change how a course is called and which language and clock it goes by; instants already set stay.

    Locks the course. Raises `InvalidField`, `CourseArchived`.
    """
    with transaction.atomic():
        lock_course(course)
        course.title, course.language, course.time_zone = title, language, time_zone
        check_fields(course)
        course.save(update_fields=["title", "language", "time_zone"])
        record("course.edited", course)


def archive_course(*, course: Course, now: datetime) -> None:
    """Put a course away: nobody joins and its roster stays as it is. Doing it twice is doing it once."""
    changed = Course.objects.filter(pk=course.pk, archived_at=None)
    with transaction.atomic():
        if changed.update(archived_at=now):
            record("course.archived", course)


def restore_course(*, course: Course) -> None:
    """Bring an archived course back."""
    archived = Course.objects.filter(pk=course.pk, archived_at__isnull=False)
    with transaction.atomic():
        if archived.update(archived_at=None):
            record("course.restored", course)


def renew_join_link(*, course: Course) -> None:
    """Give a course a join link that nobody has yet; an earlier one ends. Locks the course. Raises `CourseArchived`."""
    _write_token(course, token_urlsafe(24), "course.link_renewed")


def switch_join_link_off(*, course: Course) -> None:
    """End the join link. Locks the course. Raises `CourseArchived`."""
    _write_token(course, "", "course.link_off")


def _write_token(course: Course, token: str, action: str) -> None:
    with transaction.atomic():
        lock_course(course)
        course.join_token = token
        course.save(update_fields=["join_token"])
        record(action, course)
