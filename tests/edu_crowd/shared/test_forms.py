"""Fields take what people really type."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from edu_crowd.shared.forms import CountField, NumberField, ZonedDateTimeField

ZONE = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("typed", "read"), [("２．５", "2.5"), ("2,5", "2.5"), (" 3 ", "3"), ("1,234", "1234")])
def test_number_in_any_spelling(typed: str, read: str) -> None:
    assert NumberField().clean(typed) == Decimal(read)


def test_no_number_is_refused_with_what_was_typed() -> None:
    with pytest.raises(ValidationError, match="two"):
        NumberField().clean("two")
    assert NumberField(required=False).clean("") is None


def test_count_is_whole_and_not_negative() -> None:
    assert CountField().clean("１２") == 12
    for typed, told in [("2.5", "Write a whole number"), ("two", "Write a whole number"), ("-1", "0")]:
        with pytest.raises(ValidationError, match=told):
            CountField().clean(typed)


def test_time_is_typed_and_shown_in_the_zone_of_the_field() -> None:
    field = ZonedDateTimeField(zone=ZONE)
    instant = field.clean("2026-07-01T12:00")
    assert instant == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert field.prepare_value(instant) == datetime(2026, 7, 1, 12)  # noqa: DTZ001  # what the input shows


@pytest.mark.parametrize("typed", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_hour_that_the_clocks_skip_or_repeat_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        ZonedDateTimeField(zone=ZONE).clean(typed)


@pytest.mark.parametrize("typed", ["0001-01-01T00:00", "1969-12-31T23:59", "2201-01-01T00:00", "9999-12-31T23:59"])
def test_year_in_which_no_class_lives_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        ZonedDateTimeField(zone=ZONE).clean(typed)
