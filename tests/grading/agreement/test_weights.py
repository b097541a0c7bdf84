from fractions import Fraction
from math import comb, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Histogram, Ratings, Reason
from grading.agreement.weights import MOST_LEVELS, SCHEMES, agreement_weights, why_no_weights
from tests.grading.agreement.chance import EXACT, obvious_weights


# Gwet (2014), chapter 3: weights for categories 1 to 4.
@pytest.mark.parametrize(
    ("scheme", "first_row"),
    [
        ("identity", [1, 0, 0, 0]),
        ("linear", [1, 2 / 3, 1 / 3, 0]),
        ("quadratic", [1, 8 / 9, 5 / 9, 0]),
        ("ordinal", [1, 5 / 6, 1 / 2, 0]),
        ("radical", [1, 1 - sqrt(1 / 3), 1 - sqrt(2 / 3), 0]),
        ("ratio", [1, 1 - (1 / 9) / (9 / 25), 1 - (1 / 4) / (9 / 25), 0]),
        ("circular", [1, 1 / 2, 0, 1 / 2]),
        ("bipolar", [1, 1 - 1 / 5, 1 - 4 / 8, 0]),
    ],
)
def test_scheme_on_four_levels(scheme, first_row):
    weights = agreement_weights(scheme, [1, 2, 3, 4])
    assert weights[0].tolist() == pytest.approx(first_row, abs=1e-15)
    assert weights.tolist() == weights.T.tolist()
    assert weights.diagonal().tolist() == [1.0] * 4


def test_ordinal_counts_the_pairs_of_levels_between():
    weights = agreement_weights("ordinal", [0, 1, 2, 40])
    assert weights[1, 3] == 1 - comb(3, 2) / comb(4, 2)


def test_circular_step_from_last_to_first_is_one_point():
    weights = agreement_weights("circular", [0, 1, 3])
    squares = {step: sin(pi * step / 4) ** 2 for step in (1, 2, 3)}
    assert weights[0].tolist() == pytest.approx([1, 1 - squares[1], 1 - squares[3]], abs=1e-15)
    assert weights[1, 2] == pytest.approx(0, abs=1e-15)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(EXACT), st.sets(st.integers(0, 50), min_size=2, max_size=8).map(sorted))
def test_random_levels_equal_exact_arithmetic(scheme, levels):
    exact = np.array(obvious_weights(scheme, levels), dtype=float)
    assert agreement_weights(scheme, levels) == pytest.approx(exact, abs=1e-14)


@pytest.mark.parametrize("scheme", ["linear", "quadratic", "radical", "bipolar"])
def test_shift_and_scale_change_nothing_however_large(scheme):
    plain = agreement_weights(scheme, [1, 2, 4])
    assert agreement_weights(scheme, [-1.5e308, -0.5e308, 1.5e308]) == pytest.approx(plain, abs=1e-15)
    assert agreement_weights(scheme, [0.1, 0.2, 0.4]) == pytest.approx(plain, abs=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_text_has_ranks_and_few_levels_are_no_error(scheme):
    ranks = agreement_weights(scheme, [1, 2, 3]).tolist()
    assert agreement_weights(scheme, ["poor", "fair", "good"]).tolist() == ranks
    assert agreement_weights(scheme, [7]).tolist() == [[1.0]]
    assert agreement_weights(scheme, []).shape == (0, 0)
    assert agreement_weights(scheme, [3, 9]).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert np.isfinite(agreement_weights(scheme, [0, 1e-320, 1e308])).all()


def test_own_weights_are_taken_as_they_are():
    own = [[1, Fraction(1, 2)], [Fraction(1, 2), 1]]
    assert agreement_weights(own, ["a", "b"]).tolist() == [[1.0, 0.5], [0.5, 1.0]]
    assert agreement_weights(np.array([[1, -3], [-3, 1]]), [1, 2]).tolist() == [[1.0, -3.0], [-3.0, 1.0]]


@pytest.mark.parametrize(
    ("weights", "levels", "sentence"),
    [
        ("cubic", [1, 2], "'cubic'; they are one of identity, linear, quadratic"),
        ([[1, 0], [0, 1]], [1, 2, 3], "are 2 × 2 and there are 3 levels"),
        ([1, 1], [1, 2], "are 2 and there are 2 levels"),
        ([[1, 2], [2, 1]], [1, 2], "above 1"),
        ([[1, float("nan")], [0, 1]], [1, 2], "missing"),
        ([[1, float("-inf")], [float("-inf"), 1]], [1, 2], "infinite"),
        ([[1, 0], [0.5, 1]], [1, 2], "not symmetric"),
        ([[1, 0], [0, 0.9]], [1, 2], "not 1 on the diagonal"),
        ("linear", [1, float("inf")], "a level is infinite"),
        ("ratio", [-1, 1], "negative"),
    ],
)
def test_what_are_no_weights_is_refused_with_a_sentence(weights, levels, sentence):
    with pytest.raises(ValueError, match=sentence):
        agreement_weights(weights, levels)


def test_scale_without_the_meaning_of_the_weights_has_a_reason():
    text, words = Ratings.from_table([["a", "b"]]), Histogram(["low", "high"])
    numbers, endless, below = Histogram([1, 2]), Histogram([1, float("inf")]), Histogram([-1, 1])
    many = Histogram(range(MOST_LEVELS + 1))
    told = {
        scheme: [why_no_weights(data, scheme) for data in (text, words, numbers, endless, below, many, Histogram([]))]
        for scheme in ("identity", "ordinal", "quadratic", "ratio")
    }
    wrong, computed, none = Reason.WRONG_SCALE, Reason.NOT_COMPUTED, Reason.NO_LEVELS
    assert told == {
        "identity": [None, None, None, None, None, None, none],
        "ordinal": [wrong, None, None, None, None, computed, none],
        "quadratic": [wrong, None, None, wrong, None, computed, none],
        "ratio": [wrong, None, None, wrong, Reason.NOT_A_RATIO_SCALE, computed, none],
    }
    assert why_no_weights(text, [[1, 0.5], [0.5, 1]]) is None
    with pytest.raises(ValueError, match="are 2 × 2 and there are 1 levels"):
        why_no_weights(Histogram([1]), [[1, 0], [0, 1]])
