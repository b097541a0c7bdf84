import pytest
from hypothesis import given, settings

from grading.agreement import (
    Ratings,
    Reason,
    percent_all_exact,
    percent_all_within_one,
    percent_exact,
    percent_within_one,
)
from tests.grading.agreement.tables import obvious_jackknife_error, obvious_share, pairable
from tests.grading.agreement.test_krippendorff import tables

ALL = [percent_exact, percent_within_one, percent_all_exact, percent_all_within_one]


@settings(max_examples=2000, deadline=None)
@given(tables())
def test_random_table_equals_counting_pairs(table):
    units = pairable(table)
    for steps, pairs, whole in [(0, percent_exact, percent_all_exact), (1, percent_within_one, percent_all_within_one)]:
        ratings = Ratings.from_table(table, levels=range(5))
        share = pairs(ratings)
        if not units:
            assert (share.value, share.reason) == (None, Reason.NO_OVERLAP)
            continue
        assert share.value == pytest.approx(float(obvious_share(table, steps)), abs=1e-12)
        alone = [obvious_share([table[unit]], steps) for unit in units]
        assert whole(ratings).value == pytest.approx(sum(one == 1 for one in alone) / len(units), abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_jackknife_equals_leaving_out_by_hand(table):
    ratings, units = Ratings.from_table(table, levels=range(5)), pairable(table)
    for steps, pairs in [(0, percent_exact), (1, percent_within_one)]:
        share = pairs(ratings)
        if share.standard_error is not None:
            left_out = [obvious_share(table[:unit] + table[unit + 1 :], steps) for unit in units]
            assert share.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-12)
            assert 0 <= share.low <= share.value <= share.high <= 1


def test_one_step_is_one_declared_level():
    table = [[0, 5, 10], [5, 5, 10]]
    declared = Ratings.from_table(table, levels=[0, 5, 10])
    assert percent_within_one(declared).value == pytest.approx((2 / 3 + 1) / 2)
    assert percent_all_within_one(declared).value == 0.5


def test_levels_from_data_count_points():
    # Nobody gave 3, yet 2 and 4 are two points apart.
    assert percent_within_one(Ratings.from_table([[1, 2], [2, 4]])).value == 0.5
    assert percent_within_one(Ratings.from_table([[0.3, 1.3], [2, 4]])).value == 0.5


def test_step_over_an_unused_level_is_not_one():
    assert percent_within_one(Ratings.from_table([[2, 4], [2, 2]], levels=[1, 2, 3, 4])).value == 0.5


def test_text_needs_declared_levels_to_be_near():
    table = [["low", "mid"], ["mid", "high"], ["low", "high"]]
    undeclared = percent_within_one(Ratings.from_table(table))
    assert (undeclared.value, undeclared.reason, undeclared.n_units) == (None, Reason.WRONG_SCALE, 3)
    assert percent_within_one(Ratings.from_table(table, levels=["low", "mid", "high"])).value == pytest.approx(2 / 3)
    assert percent_exact(Ratings.from_table(table)).value == 0


@pytest.mark.parametrize("percent", ALL)
def test_degenerate_table_says_why(percent):
    assert percent(Ratings.from_table([])).reason == Reason.NO_OVERLAP
    assert percent(Ratings.from_table([[1], [2]])).reason == Reason.NO_OVERLAP
    one = percent(Ratings.from_table([[1, 1], [2, None]]))
    assert (one.value, one.standard_error, one.n_units, one.reason) == (1.0, None, 1, Reason.ONE_UNIT)
    full = percent(Ratings.from_table([[2, 2]] * 4))
    assert (full.value, full.low, full.high, full.reason) == (1.0, None, None, Reason.NO_VARIATION)


def test_clusters_are_left_out_together():
    table = [[1, 1], [1, 2], [2, 2], [1, 2], [2, 2]]
    share = percent_exact(Ratings.from_table(table), clusters=["a", "a", "b", "b", "c"])
    left_out = [obvious_share(rest, 0) for rest in (table[2:], table[:2] + table[4:], table[:4])]
    assert share.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-12)
    assert percent_exact(Ratings.from_table(table), clusters="aaaaa").reason == Reason.ONE_UNIT
