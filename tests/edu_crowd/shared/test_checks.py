import pytest

from assignments.models import Course
from edu_crowd.shared.checks import InvalidField, check_fields


def test_check_fields_right_row_passes() -> None:
    check_fields(Course(title="Essay", language="ja", time_zone="Asia/Tokyo"))


def test_check_fields_names_each_wrong_field() -> None:
    with pytest.raises(InvalidField, match=r"title: .*time zone: “Mars” is not a time zone"):
        check_fields(Course(title="", language="ja", time_zone="Mars"))
