from datetime import datetime

import pytest

from assignments.services.course import (
    archive_course,
    edit_course,
    renew_join_link,
    restore_course,
    switch_join_link_off,
)
from assignments.services.enrolment import CourseArchived
from edu_crowd.shared.checks import InvalidField
from edu_crowd.shared.models import AuditEntry
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def test_edit_course_wrong_field_refused_and_nothing_changed() -> None:
    course = CourseFactory(title="Essay")
    with pytest.raises(InvalidField, match="time zone"):
        edit_course(course=course, title="Other", language="en", time_zone="Mars/Olympus")
    course.refresh_from_db()
    assert course.title == "Essay"


def test_archive_twice_is_once_and_restore_brings_back(now: datetime) -> None:
    course = CourseFactory()
    for _ in range(2):
        archive_course(course=course, now=now)
    course.refresh_from_db()
    assert course.archived_at == now
    for refused in (renew_join_link, switch_join_link_off):
        with pytest.raises(CourseArchived):
            refused(course=course)
    for _ in range(2):
        restore_course(course=course)
    course.refresh_from_db()
    assert course.archived_at is None
    trail = AuditEntry.objects.filter(target=f"course:{course.pk}").order_by("pk")
    assert list(trail.values_list("action", flat=True)) == ["course.created", "course.archived", "course.restored"]


def test_join_link_is_another_each_time_and_can_be_switched_off() -> None:
    course = CourseFactory()
    seen = set()
    for _ in range(3):
        renew_join_link(course=course)
        course.refresh_from_db()
        seen.add(course.join_token)
    assert len(seen) == 3
    assert all(len(token) == 32 for token in seen)
    switch_join_link_off(course=course)
    course.refresh_from_db()
    assert course.join_token == ""
