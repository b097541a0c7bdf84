"""Levels that nobody used, and levels so far apart that a square or a sum of them is no number."""

import math

import pytest

from grading.agreement import Ratings, Reason, agreement_weights, icc_all, krippendorff_alpha, krippendorff_alphas
from tests.grading.agreement.tables import obvious_alpha, obvious_jackknife_error

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


@pytest.mark.parametrize("outlier", [10**6, 10**12, 10**15])
@pytest.mark.parametrize("scale", ["ordinal", "interval", "ratio"])
@pytest.mark.parametrize("clusters", [None, [0, 0] + 18 * [1]])
def test_one_unit_far_out_leaves_the_digits_of_the_others(outlier, scale, clusters):
    table = [[outlier, outlier], [outlier, outlier - 1], *([3 * unit, 3 * unit + unit % 3] for unit in range(18))]
    groups = [[unit] for unit in range(20)] if clusters is None else [[0, 1], list(range(2, 20))]
    if clusters is None:
        table[1] = [5, 7]
    left_out = [obvious_alpha([row for unit, row in enumerate(table) if unit not in group], scale) for group in groups]
    ratings = Ratings.from_table(table, levels=[*range(60), outlier - 1, outlier])
    found = krippendorff_alpha(ratings, scale, clusters=clusters)
    assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), rel=1e-6)


@pytest.mark.parametrize("outlier", [10**6, 10**9, 10**12, 10**15])
def test_icc_that_rounds_to_one_has_a_defined_answer(outlier):
    for figure in icc_all(Ratings.from_table([[outlier, outlier], [1, 2], [5, 3], [2, 2]])).values():
        assert figure.value == pytest.approx(1, abs=1e-4)
        assert figure.low is None or figure.low <= figure.value <= figure.high <= 1


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_clusters_on_many_levels_are_left_out_together(scale):
    table = [
        [unit * 7 % 50, (unit * 7 + unit % 3) % 50, *([unit * 3 % 50] if unit % 2 else [None])] for unit in range(40)
    ]
    clusters = [unit * unit % 6 for unit in range(40)]
    found = krippendorff_alpha(Ratings.from_table(table), scale, clusters=clusters)
    left_out = [
        obvious_alpha([row for row, label in zip(table, clusters, strict=True) if label != gone], scale)
        for gone in sorted(set(clusters))
    ]
    assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), rel=1e-9)


@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
@pytest.mark.parametrize(
    "table", [[[50, 50], [50, 50], [1, 2]], [[1, 2], [50, 50]], [[50, 50, 50], [50, 1]], [[1, 60], [3, 60]]]
)
def test_left_out_table_of_many_levels_without_alpha_is_told(scale, table):
    ratings = Ratings.from_table([[*row, *[None] * (3 - len(row))] for row in table], levels=range(101))
    found = krippendorff_alpha(ratings, scale)
    assert (found.value is not None, found.standard_error, found.reason) == (True, None, Reason.TOO_FEW)
