from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from grading.agreement import Ratings, Reason
from grading.agreement.concordance import LimitsOfAgreement, limits_of_agreement, lin_concordance
from tests.grading.agreement.tables import obvious_jackknife_error
from tests.grading.agreement.tables_points import PEAK_FLOW, obvious_lin


@st.composite
def pairs(draw):
    mark = st.integers(-3, 6)
    pair = st.tuples(mark, mark) | st.tuples(mark, mark) | st.tuples(mark, st.none()) | st.tuples(st.none(), mark)
    return [list(row) for row in draw(st.lists(pair, min_size=1, max_size=9))]


def test_lin_of_a_table_worked_by_hand():
    # Means 2.5 and 3.5, variances and covariance 5/4: 2·5/4 / (5/4 + 5/4 + 1) = 5/7.
    assert lin_concordance(Ratings.from_table([[1, 2], [2, 3], [3, 4], [4, 5]])).value == pytest.approx(5 / 7)


def test_peak_flow_of_bland_and_altman_1986():
    # Bias −2.1, SD 38.8, limits −79.7 and 75.5 l/min at two SD, with their intervals as printed on p. 308 f.
    found = limits_of_agreement(Ratings.from_table(PEAK_FLOW), multiple=2)
    assert [round(x, 1) for x in (found.bias, found.sd)] == [-2.1, 38.8]
    assert [found.low, found.high] == pytest.approx([-79.7, 75.5], abs=0.1)
    assert found.bias_interval == pytest.approx([-22.0, 17.8], abs=0.1)
    assert (found.n_units, found.reason) == (17, None)


def test_limits_are_those_of_1999_by_default():
    x, y = np.array(PEAK_FLOW, dtype=float).T
    found = limits_of_agreement(Ratings.from_table(PEAK_FLOW))
    bias, sd = np.mean(x - y), np.std(x - y, ddof=1)
    assert [found.bias, found.low, found.high] == pytest.approx([bias, bias - 1.96 * sd, bias + 1.96 * sd])
    reach = stats.t.ppf(0.975, 16) * sd * sqrt(1 / 17 + 1.96**2 / 32)
    assert found.low_interval == pytest.approx([found.low - reach, found.low + reach])
    assert found.high_interval == pytest.approx([found.high - reach, found.high + reach])


def test_difference_is_first_label_less_second():
    rows = [("p", "staff", 3), ("p", "peer", 1), ("q", "peer", 4), ("q", "staff", 9), ("r", "staff", 5)]
    ratings = Ratings.from_long(*zip(*rows, strict=True))
    assert tuple(ratings.grader_labels) == ("staff", "peer")
    found = limits_of_agreement(ratings)
    assert (found.bias, found.n_units) == (3.5, 2)


@settings(max_examples=2000, deadline=None)
@given(pairs())
def test_lin_equals_fractions_and_leaving_out_by_hand(table):
    found = lin_concordance(Ratings.from_table(table))
    used = [any(row[j] is not None for row in table) for j in (0, 1)]
    both = [i for i, row in enumerate(table) if None not in row]
    if not all(used):
        assert found.reason == Reason.NEEDS_TWO_GRADERS
        return
    if len(both) < 2:
        assert found.reason == (Reason.ONE_UNIT if both else Reason.NO_OVERLAP)
        return
    expected = obvious_lin(table)
    if expected is None:
        assert (found.value, found.reason) == (None, Reason.NO_VARIATION)
        return
    assert found.value == pytest.approx(float(expected), abs=1e-12)
    left_out = [obvious_lin(table[:i] + table[i + 1 :]) for i in both]
    if None in left_out:
        assert found.reason == Reason.TOO_FEW
    elif len(set(left_out)) == 1:
        assert found.reason == Reason.NO_VARIATION
    else:
        assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9)
        assert -1 <= found.low <= found.value <= found.high <= 1


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_shift_and_scale_of_both_change_nothing(table):
    one = lin_concordance(Ratings.from_table(table))
    for change in (lambda v: 1e9 + v / 1024, lambda v: v * 2e307, lambda v: -v):
        other = lin_concordance(Ratings.from_table([[None if v is None else change(v) for v in row] for row in table]))
        assert one.reason == other.reason
        assert one.value == other.value or one.value == pytest.approx(other.value, abs=1e-9)


def test_same_marks_are_one_without_interval():
    found = lin_concordance(Ratings.from_table([[v, v] for v in (0.1, 0.3, 0.7, 0.2)]))
    assert (found.value, found.low, found.reason) == (pytest.approx(1.0), None, Reason.NO_VARIATION)


@pytest.mark.parametrize(
    ("table", "reason", "n_units"),
    [
        ([], Reason.NEEDS_TWO_GRADERS, 0),
        ([[1], [2]], Reason.NEEDS_TWO_GRADERS, 0),
        ([[1, 2, 3], [2, 2, 2]], Reason.NEEDS_TWO_GRADERS, 2),
        ([[1, None], [None, 2]], Reason.NO_OVERLAP, 0),
        ([["a", "b"], ["b", "b"]], Reason.WRONG_SCALE, 2),
    ],
)
def test_degenerate_table_is_none_with_reason(table, reason, n_units):
    ratings = Ratings.from_table(table)
    found = lin_concordance(ratings)
    assert (found.value, found.low, found.reason, found.n_units) == (None, None, reason, n_units)
    assert limits_of_agreement(ratings) == LimitsOfAgreement(*[None] * 7, n_units, reason)


def test_limits_without_spread_or_with_one_unit():
    one = limits_of_agreement(Ratings.from_table([[5, 3]]))
    assert one == LimitsOfAgreement(2.0, *[None] * 6, 1, Reason.ONE_UNIT)
    same = limits_of_agreement(Ratings.from_table([[5, 3], [8, 6], [2, 0]]))
    assert same == LimitsOfAgreement(2.0, 0.0, 2.0, 2.0, None, None, None, 3, Reason.NO_VARIATION)
    equal = limits_of_agreement(Ratings.from_table([[5, 5], [5, 5]]))
    assert (equal.bias, equal.sd, equal.reason) == (0.0, 0.0, Reason.NO_VARIATION)


def test_limits_beyond_floating_point_have_a_reason():
    found = limits_of_agreement(Ratings.from_table([[1.7e308, -1.7e308], [0, 0]]))
    assert (found.bias, found.reason) == (None, Reason.WRONG_SCALE)


def test_last_of_repeated_ratings_counts():
    rows = [("p", "X", 0), ("p", "Y", 3), ("q", "X", 5), ("q", "Y", 4), ("p", "X", 2)]
    found = limits_of_agreement(Ratings.from_long(*zip(*rows, strict=True), repeats="keep"))
    assert found == limits_of_agreement(Ratings.from_table([[2, 3], [5, 4]]))
