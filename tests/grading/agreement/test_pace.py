"""The forecast of a round's end, against the process it assumes."""

import doctest

import numpy as np
import pytest

from grading.agreement import pace
from grading.agreement.pace import Outlook, hours_to_finish


def test_example_runs() -> None:
    assert doctest.testmod(pace).failed == 0


def test_nothing_left_takes_no_time() -> None:
    assert hours_to_finish(left=0, done=0, hours=0) == Outlook(hours=0.0, low=0.0, high=0.0, n=0, reason=None)


@pytest.mark.parametrize(("done", "hours", "reason"), [(9, 5.0, "too_few"), (10, 0.0, "no_time")])
def test_without_a_pace_it_says_why(done: int, hours: float, reason: str) -> None:
    expected = Outlook(hours=None, low=None, high=None, n=done, reason=reason)
    assert hours_to_finish(left=5, done=done, hours=hours) == expected


@pytest.mark.parametrize("left", [-1])
def test_what_cannot_be_is_refused(left: int) -> None:
    with pytest.raises(ValueError, match="counted from 0"):
        hours_to_finish(left=left, done=10, hours=1)


@pytest.mark.parametrize(("done", "left"), [(10, 3), (10, 200), (150, 40)])
def test_interval_holds_as_often_as_it_says(done: int, left: int) -> None:
    """Over 4,000 simulated rounds 95 % ± 1.5 points: four standard errors of the share."""
    rng = np.random.default_rng(1)
    seen = rng.gamma(done, 1.0, 4000)
    later = rng.gamma(left, 1.0, 4000)
    unit = hours_to_finish(left=left, done=done, hours=1.0)
    assert unit.low is not None
    assert unit.high is not None
    held = np.mean((later >= unit.low * seen) & (later <= unit.high * seen))
    assert held == pytest.approx(0.95, abs=0.015)


def test_more_seen_narrows_the_interval_and_time_scales_it() -> None:
    few, many = hours_to_finish(left=50, done=10, hours=1.0), hours_to_finish(left=50, done=1000, hours=100.0)
    assert few.hours == many.hours == 5.0
    assert few.low is not None
    assert many.low is not None
    assert few.low < many.low
    days = hours_to_finish(left=50, done=10, hours=24.0)
    assert days.low == pytest.approx(24 * few.low)
