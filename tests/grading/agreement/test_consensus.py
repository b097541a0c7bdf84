from decimal import Decimal
from fractions import Fraction

import pytest

from grading.agreement import mean, median


@pytest.mark.parametrize(
    ("points", "middle", "average"),
    [
        ([], None, None),
        ([2.0], 2.0, 2.0),
        ([3.0, 1.0, 2.0, 2.5], 2.25, 2.125),
        ([Decimal("0.1"), Decimal("0.2"), Decimal("0.6")], Decimal("0.2"), Decimal("0.3")),
        ([Fraction(1, 3), Fraction(2, 3)], Fraction(1, 2), Fraction(1, 2)),
    ],
)
def test_policies_keep_the_type_of_the_points(points, middle, average):
    assert (median(points), mean(points)) == (middle, average)
