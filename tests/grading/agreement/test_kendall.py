import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grading.agreement import Ratings, Reason
from grading.agreement import kendall as kendall_module
from grading.agreement.kendall import kendall_w
from tests.grading.agreement.tables import obvious_jackknife_error
from tests.grading.agreement.tables_points import ANXIETY, obvious_kendall
from tests.grading.agreement.test_icc import complete_tables


def test_anxiety_equals_irr():
    # R's irr: kendall(anxiety, TRUE) prints Wt = 0.54 and Chisq(19) = 30.8, so W = 30.8/57.
    found = kendall_w(Ratings.from_table(ANXIETY))
    assert round(found.value, 2) == 0.54
    assert round(3 * 19 * found.value, 1) == 30.8


def test_video_equals_irr():
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    with (Path(folder) / "irr" / "video.csv").open() as file:
        table = [[int(v) for v in row] for row in list(csv.reader(file))[1:]]
    assert kendall_w(Ratings.from_table(table)).value == pytest.approx(0.3915842, abs=5e-8)


@settings(max_examples=2000, deadline=None)
@given(complete_tables(largest=5))
def test_random_table_equals_fractions_and_leaving_out_by_hand(table):
    found, expected = kendall_w(Ratings.from_table(table)), obvious_kendall(table)
    assert (found.value is None) == (expected is None)
    if expected is None:
        assert found.reason == Reason.NO_VARIATION
        return
    assert found.value == pytest.approx(float(expected), abs=1e-12)
    left_out = [obvious_kendall(table[:unit] + table[unit + 1 :]) for unit in range(len(table))]
    if None in left_out:
        assert found.reason == Reason.TOO_FEW
    elif len(set(left_out)) == 1:
        assert found.reason == Reason.NO_VARIATION
    else:
        assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9)
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_equals_friedman_over_its_most():
    table = np.random.default_rng(2).integers(0, 6, size=(40, 5))
    friedman = stats.friedmanchisquare(*table).statistic
    assert kendall_w(Ratings.from_table(table.tolist())).value == pytest.approx(friedman / (5 * 39), rel=1e-12)


def test_two_graders_without_ties_are_half_of_one_and_spearman():
    table = np.random.default_rng(3).normal(size=(30, 2))
    spearman = stats.spearmanr(table[:, 0], table[:, 1]).statistic
    assert kendall_w(Ratings.from_table(table)).value == pytest.approx((1 + spearman) / 2, rel=1e-12)


def test_more_levels_than_places_change_the_error_by_next_to_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    ratings = Ratings.from_table(rng.normal(size=(300, 1)) + rng.normal(size=(300, 3)))
    exact = kendall_w(ratings)
    monkeypatch.setattr(kendall_module, "MOST_RANKS", 20)
    coarse = kendall_w(ratings)
    assert coarse.value == exact.value
    assert coarse.standard_error == pytest.approx(exact.standard_error, rel=2e-3)


def test_words_are_ranked_as_declared():
    words = ["poor", "fair", "good"]
    table = [["poor", "fair"], ["good", "good"], ["fair", "poor"], ["good", "fair"]]
    numbers = [[words.index(word) for word in row] for row in table]
    assert kendall_w(Ratings.from_table(table, levels=words)) == kendall_w(Ratings.from_table(numbers))
    assert kendall_w(Ratings.from_table(table)).reason == Reason.WRONG_SCALE


@pytest.mark.parametrize(
    ("table", "reason", "n_units"),
    [
        ([], Reason.NO_OVERLAP, 0),
        ([[None, None]], Reason.NO_OVERLAP, 0),
        ([[1], [2], [3]], Reason.NO_OVERLAP, 0),
        ([[1, 2], [2, None]], Reason.INCOMPLETE, 1),
        ([[1, 2]], Reason.ONE_UNIT, 1),
        ([[1, 2], [1, 2]], Reason.NO_VARIATION, 2),
    ],
)
def test_degenerate_table_is_none_with_reason(table, reason, n_units):
    found = kendall_w(Ratings.from_table(table))
    assert (found.value, found.low, found.reason, found.n_units) == (None, None, reason, n_units)


def test_unrated_graders_and_units_do_not_make_it_incomplete():
    padded = [[1, 2, None], [3, 1, None], [None, None, None], [2, 3, None]]
    assert kendall_w(Ratings.from_table(padded)) == kendall_w(Ratings.from_table([[1, 2], [3, 1], [2, 3]]))


def test_constant_grader_halves_what_the_others_share():
    assert kendall_w(Ratings.from_table([[v, v, 7] for v in range(6)])).value == pytest.approx(float(2 / 3))


def test_same_order_is_one_without_interval():
    found = kendall_w(Ratings.from_table([[v, 10 * v, v - 7.5] for v in range(5)]))
    assert (found.value, found.low, found.reason) == (1.0, None, Reason.NO_VARIATION)


@settings(max_examples=60, deadline=None)
@given(complete_tables(largest=5), st.randoms(use_true_random=False))
def test_order_of_units_graders_and_any_rising_scale_change_nothing(table, random):
    units = random.sample(table, len(table))
    order = random.sample(range(len(table[0])), len(table[0]))
    one = kendall_w(Ratings.from_table(table))
    other = kendall_w(
        Ratings.from_table([[float(row[j]) ** 3 - 1e300 * (row[j] == 0) for j in order] for row in units])
    )
    assert one.reason == other.reason
    for a, b in [(one.value, other.value), (one.standard_error, other.standard_error)]:
        assert a == b or a == pytest.approx(b, abs=1e-9)


@pytest.mark.parametrize("levels", [3, 40])
def test_two_ways_to_leave_one_out_agree(levels):
    marks = np.random.default_rng(levels).integers(0, levels, (60, 4))
    ranked = [kendall_module.Ranked(column) for column in marks.T]
    rank_sum = np.sum([each.rank for each in ranked], axis=0)
    assert kendall_module.one_by_one(ranked, rank_sum) == pytest.approx(
        kendall_module.by_tables(ranked, rank_sum), rel=1e-12
    )
