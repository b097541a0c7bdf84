import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement.criteria import criterion_matrix
from tests.grading.agreement.tables import obvious_midranks


def obvious_correlation(x, y):
    mean_x, mean_y = Fraction(sum(x), len(x)), Fraction(sum(y), len(y))
    across = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    squares = sum((a - mean_x) ** 2 for a in x) * sum((b - mean_y) ** 2 for b in y)
    return None if squares == 0 else float(across) / math.sqrt(squares)


def mean(row):
    marks = [v for v in row if v is not None]
    return Fraction(sum(marks), len(marks)) if marks else None


marks = st.one_of(st.none(), st.integers(0, 4))
rows = st.tuples(st.lists(marks, min_size=3, max_size=3), st.lists(marks, min_size=3, max_size=3))


@settings(max_examples=200, deadline=None)
@given(st.lists(rows, min_size=1, max_size=9))
def test_random_tables_equal_the_correlation_of_exact_means(table):
    first, second = ([row[side] for row in table] for side in (0, 1))
    (pair,) = criterion_matrix([Ratings.from_table(first), Ratings.from_table(second)])
    means = [(mean(a), mean(b)) for a, b in table]
    both = [(a, b) for a, b in means if a is not None and b is not None]
    assert pair.pearson.n_units == pair.spearman.n_units == len(both)
    if len(both) < 2:
        assert pair.pearson.reason == (Reason.ONE_UNIT if both else Reason.NO_OVERLAP)
        return
    x, y = [list(side) for side in zip(*both, strict=True)]
    ranks = [[obvious_midranks(side)[v] for v in side] for side in (x, y)]
    for found, expected in ((pair.pearson, obvious_correlation(x, y)), (pair.spearman, obvious_correlation(*ranks))):
        if expected is None:
            assert (found.value, found.reason) == (None, Reason.NO_VARIATION)
            continue
        assert found.value == pytest.approx(expected, abs=1e-9)
        if len(both) < 4:
            assert (found.low, found.reason) == (None, Reason.TOO_FEW)
        elif found.low is not None:
            assert -1 <= found.low < found.value < found.high <= 1


def test_interval_is_fishers():
    """r = .5 of 28 units: artanh r = .5493, s = .2, so .5493 ± .392 and back."""
    x = [0.0, 1.0] * 14
    y = [0.0, 1.0] * 9 + [1.0, 0.0] * 3 + [0.0, 1.0] * 2
    (pair,) = criterion_matrix([Ratings.from_table([[v] for v in x]), Ratings.from_table([[v] for v in y])])
    assert pair.pearson.value == pytest.approx(4 / 7)
    low, high = (math.tanh(math.atanh(4 / 7) + sign * 1.959964 / 5) for sign in (-1, 1))
    assert (pair.pearson.low, pair.pearson.high) == (pytest.approx(low, abs=1e-6), pytest.approx(high, abs=1e-6))
    assert pair.pearson.standard_error == pytest.approx((1 - (4 / 7) ** 2) / 5)
    assert pair.spearman.high - pair.spearman.low > pair.pearson.high - pair.pearson.low


def test_perfect_line_has_no_interval():
    same = Ratings.from_table([[0.1, 0.3], [1, 2], [3, 3], [5, 7], [9, 9]])
    (pair,) = criterion_matrix([same, same])
    for found in (pair.pearson, pair.spearman):
        assert (found.value, found.low, found.reason) == (pytest.approx(1), None, Reason.NO_VARIATION)


def test_equal_means_are_equal_though_not_in_binary():
    first = Ratings.from_table([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.2, 0.2, 0.2], [0.2, 0.1, 0.3]])
    (pair,) = criterion_matrix([first, Ratings.from_table([[1], [2], [3], [4]])])
    assert pair.pearson.reason == pair.spearman.reason == Reason.NO_VARIATION


def test_units_may_stand_in_another_order():
    first = Ratings.from_long("abcd", "XXXX", [1, 2, 3, 4])
    second = Ratings.from_long("dcba", "XXXX", [4, 3, 2, 1])
    assert criterion_matrix([first, second])[0].pearson.value == pytest.approx(1)


def test_without_distances_nothing_correlates():
    text, numbers = Ratings.from_table([["a"], ["b"]]), Ratings.from_table([[1], [2]])
    infinite = Ratings.from_table([[1], [math.inf]])
    for criteria in ([text, numbers], [numbers, text], [numbers, infinite]):
        assert criterion_matrix(criteria)[0].pearson.reason == Reason.WRONG_SCALE


def test_each_two_criteria_stand_once():
    ratings = Ratings.from_table([[1], [2], [3], [4], [2]])
    assert [(pair.first, pair.second) for pair in criterion_matrix([ratings] * 3)] == [(0, 1), (0, 2), (1, 2)]
    assert criterion_matrix([ratings]) == criterion_matrix([]) == ()


def test_nobody_marked_anything():
    empty = Ratings.from_table([])
    assert criterion_matrix([empty, empty])[0].pearson.reason == Reason.NO_OVERLAP
