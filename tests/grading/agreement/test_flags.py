from decimal import Decimal

import pytest

from grading.agreement import OutsideTolerance, outside_tolerance, spread_exceeds

LEVELS = [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("marks", "levels", "expected"),
    [
        ({}, LEVELS, None),
        ({"A": 4}, LEVELS, None),
        ({"A": 2, "B": 3}, LEVELS, None),
        ({"A": 1, "B": 3}, LEVELS, OutsideTolerance(2.0, 1.0, ("A", "B"), (2.0, 2.0))),
        ({"A": 0, "B": 3, "C": 4}, LEVELS, OutsideTolerance(4.0, 1.0, ("A",), (3.0,))),
        ({"A": 2, "B": 2, "C": 4}, LEVELS, OutsideTolerance(2.0, 1.0, ("C",), (2.0,))),
        ({"A": 0, "B": 1, "C": 1, "D": 2}, LEVELS, OutsideTolerance(2.0, 1.0, (), ())),
        ({"A": 0, "B": 10}, [0, 10, 20], None),
        ({"A": 0, "B": 20}, [0, 10, 20], OutsideTolerance(2.0, 1.0, ("A", "B"), (2.0, 2.0))),
        ({"A": 5, "B": 15}, [0, 10, 20], None),
        ({"A": 5, "B": 20}, [0, 10, 20], OutsideTolerance(1.5, 1.0, ("A", "B"), (1.5, 1.5))),
        ({"A": 30, "B": -10}, [0, 10, 20], OutsideTolerance(4.0, 1.0, ("A", "B"), (4.0, 4.0))),
        ({"A": Decimal("0.5"), "B": Decimal("1.5")}, None, None),
        ({"A": 1, "B": 3}, None, OutsideTolerance(2.0, 1.0, ("A", "B"), (2.0, 2.0))),
    ],
)
def test_marks_of_a_unit_outside_tolerance_are_named(marks, levels, expected):
    assert outside_tolerance(marks, levels) == expected


def test_wider_tolerance_lets_more_pass():
    assert outside_tolerance({"A": 1, "B": 3}, LEVELS, tolerance=2) is None


def test_levels_of_equal_points_are_refused():
    with pytest.raises(ValueError, match="same points"):
        outside_tolerance({"A": 1, "B": 3}, [0, 1, 1])


def test_total_may_differ_by_a_tenth_of_the_maximum():
    assert spread_exceeds({"A": 10, "B": 13}, 30) is None
    assert spread_exceeds({"A": Decimal("10"), "B": Decimal("13.5")}, Decimal(30)).graders == ("A", "B")
    with pytest.raises(ValueError, match="above 0"):
        spread_exceeds({"A": 1, "B": 2}, 0)
