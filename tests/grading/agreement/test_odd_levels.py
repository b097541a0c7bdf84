"""Levels that nobody used, and levels so far apart that a square or a sum of them is no number."""

import math

import pytest

from grading.agreement import Ratings, agreement_weights, krippendorff_alpha, krippendorff_alphas

MANY = [1000.0 * number for number in range(1, 40)]


@pytest.mark.parametrize("many", [[], MANY])
@pytest.mark.parametrize(
    ("low", "high", "unused"),
    [(0, 1e-200, [1]), (0, 1e-200, [1e200]), (1e-300, 2e-300, [1.7e308]), (1, 2, [math.inf]), (1, 2, [-1, 0.5])],
)
def test_level_that_nobody_used_changes_nothing(low, high, unused, many):
    table = [[low, high], [high, high], [low, low]]
    found = krippendorff_alphas(Ratings.from_table(table, levels=[low, high, *unused, *many]))
    expected = krippendorff_alphas(Ratings.from_table(table))
    for scale in expected:
        assert found[scale].value == pytest.approx(expected[scale].value, abs=1e-12)
        assert found[scale].reason == expected[scale].reason


def test_ratio_of_levels_whose_sum_overflows():
    table = [[1e308, 1.7e308], [1.7e308, 1.7e308], [1e308, 1e308], [1.7e308, 1.2e308]]
    small = [[mark / 1e308 for mark in row] for row in table]
    for levels in ([1.0, 1.2, 1.7], [1.0, 1.2, 1.7, *(number / 100 for number in range(1, 40))]):
        huge = krippendorff_alpha(Ratings.from_table(table, levels=[level * 1e308 for level in levels]), "ratio")
        plain = krippendorff_alpha(Ratings.from_table(small, levels=levels), "ratio")
        assert huge.value == pytest.approx(plain.value, abs=1e-12)
    assert agreement_weights("ratio", [1e-300, 2e-300, 1e308])[0, 1] == pytest.approx(8 / 9, abs=1e-12)
