from fractions import Fraction
from math import atanh, tanh

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kurtosis, t

from grading.agreement import Ratings, Reason, krippendorff_alpha
from tests.grading.agreement.tables import (
    BINARY_2011,
    KRIPPENDORFF_2011,
    NOMINAL_2011,
    obvious_alpha,
    obvious_jackknife_error,
    pairable,
)

SCALES = ["nominal", "ordinal", "interval", "ratio"]


@st.composite
def tables(draw, largest=4):
    graders = draw(st.integers(2, 4))
    mark = st.none() | st.integers(0, largest)
    return draw(st.lists(st.lists(mark, min_size=graders, max_size=graders), min_size=1, max_size=9))


@pytest.mark.parametrize(
    ("scale", "value", "error"),
    [
        ("nominal", Fraction(113, 152), 0.1463267),
        ("ordinal", Fraction(108577, 133160), 0.1480313),
        ("interval", Fraction(951, 1120), 0.1408398),
        ("ratio", Fraction(18222619, 22852465), 0.1432706),
    ],
)
def test_krippendorff_2011_all_scales_exact(scale, value, error):
    alpha = krippendorff_alpha(Ratings.from_table(KRIPPENDORFF_2011, levels=[1, 2, 3, 4, 5]), scale)
    assert alpha.value == pytest.approx(float(value), abs=1e-15)
    assert alpha.standard_error == pytest.approx(error, abs=5e-8)
    assert (alpha.n_units, alpha.interval, alpha.reason) == (11, "jackknife", None)
    assert obvious_alpha(KRIPPENDORFF_2011, scale) == value


def test_krippendorff_2011_two_observers_exact():
    binary = krippendorff_alpha(Ratings.from_table(BINARY_2011), "nominal")
    nominal = krippendorff_alpha(Ratings.from_table(NOMINAL_2011), "nominal")
    assert binary.value == pytest.approx(float(Fraction(2, 21)), abs=1e-15)
    assert nominal.value == pytest.approx(float(Fraction(155, 224)), abs=1e-15)


def test_interval_is_fisher_z_with_t_of_degrees_by_kurtosis():
    alpha = krippendorff_alpha(Ratings.from_table(KRIPPENDORFF_2011), "interval")
    rest = [KRIPPENDORFF_2011[:unit] + KRIPPENDORFF_2011[unit + 1 :] for unit in pairable(KRIPPENDORFF_2011)]
    degrees = 2 / (2 / 10 + max(kurtosis([float(obvious_alpha(table, "interval")) for table in rest]), 0) / 11)
    assert 1 < degrees < 10
    reach = t.ppf(0.975, degrees) * alpha.standard_error / (1 - alpha.value**2)
    assert alpha.low == pytest.approx(tanh(atanh(alpha.value) - reach), abs=1e-9)
    assert alpha.high == pytest.approx(tanh(atanh(alpha.value) + reach), abs=1e-9)


@settings(max_examples=2000, deadline=None)
@given(tables())
def test_random_table_equals_rational_oracle(table):
    ratings = Ratings.from_table(table)
    for scale in SCALES:
        alpha, expected = krippendorff_alpha(ratings, scale), obvious_alpha(table, scale)
        assert (alpha.value is None) == (expected is None)
        if expected is not None:
            assert alpha.value == pytest.approx(float(expected), abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(SCALES))
def test_jackknife_equals_leaving_out_by_hand(table, scale):
    alpha = krippendorff_alpha(Ratings.from_table(table), scale)
    if alpha.value is None:
        return
    left_out = [obvious_alpha(table[:unit] + table[unit + 1 :], scale) for unit in pairable(table)]
    if None in left_out:
        assert (alpha.standard_error, alpha.reason) == (None, Reason.TOO_FEW)
    elif len(set(left_out)) == 1:
        assert (alpha.standard_error, alpha.reason) == (None, Reason.NO_VARIATION)
    else:
        assert alpha.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9)
        assert -1 <= alpha.low <= alpha.value <= alpha.high <= 1


@settings(max_examples=100, deadline=None)
@given(tables(largest=30), st.sampled_from(SCALES), st.data())
def test_clusters_equal_leaving_out_their_units(table, scale, data):
    labels = data.draw(st.lists(st.sampled_from("abc"), min_size=len(table), max_size=len(table)))
    alpha = krippendorff_alpha(Ratings.from_table(table), scale, clusters=labels)
    if alpha.value is None:
        return
    groups = sorted({labels[unit] for unit in pairable(table)})
    rests = [[row for row, label in zip(table, labels, strict=True) if label != group] for group in groups]
    left_out = [obvious_alpha(rest, scale) for rest in rests]
    if len(groups) == 1:
        assert alpha.reason == Reason.ONE_UNIT
    elif None in left_out:
        assert alpha.reason == Reason.TOO_FEW
    elif len(set(left_out)) == 1:
        assert alpha.reason == Reason.NO_VARIATION
    else:
        assert alpha.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(largest=100), st.sampled_from(SCALES))
def test_many_levels_take_the_same_jackknife(table, scale):
    # One cluster per unit takes the way without shared patterns.
    ratings = Ratings.from_table(table)
    by_unit = krippendorff_alpha(ratings, scale)
    by_cluster = krippendorff_alpha(ratings, scale, clusters=range(len(table)))
    assert by_unit.reason == by_cluster.reason
    for one, other in [(by_unit.value, by_cluster.value), (by_unit.standard_error, by_cluster.standard_error)]:
        assert one == other or one == pytest.approx(other, abs=1e-9)


def values_of(table, scale):
    alpha = krippendorff_alpha(Ratings.from_table(table), scale)
    return [alpha.value, alpha.standard_error]


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(SCALES), st.randoms(use_true_random=False))
def test_order_of_units_and_graders_changes_nothing(table, scale, random):
    units = random.sample(table, len(table))
    order = random.sample(range(len(table[0])), len(table[0]))
    shuffled = [[row[grader] for grader in order] for row in units]
    assert values_of(shuffled, scale) == pytest.approx(values_of(table, scale), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_transformations_of_the_scale_change_nothing(table):
    def changed(change):
        return [[None if v is None else change(v) for v in row] for row in table]

    for scale, change in [
        ("nominal", lambda v: [3, 1, 4, 0, 2][v]),
        ("ordinal", lambda v: v**3 + 7),
        ("interval", lambda v: 1e6 + 0.25 * v),
        ("ratio", lambda v: 8.0 * v),
    ]:
        assert values_of(changed(change), scale) == pytest.approx(values_of(table, scale), abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(SCALES), st.integers(0, 4))
def test_unit_with_one_rating_changes_nothing(table, scale, mark):
    lone = [[mark] + [None] * (len(table[0]) - 1)]
    assert values_of(table + lone, scale) == pytest.approx(values_of(table, scale), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_ordinal_is_interval_on_midranks(table):
    units = [[v for v in row if v is not None] for row in table]
    pooled = [v for marks in units if len(marks) >= 2 for v in marks]
    rank = {v: float(sum(w < v for w in pooled) + pooled.count(v) / 2) for v in range(5)}
    ranked = [[None if v is None or len(units[i]) < 2 else rank[v] for v in row] for i, row in enumerate(table)]
    assert values_of(ranked, "interval")[0] == pytest.approx(values_of(table, "ordinal")[0], abs=1e-12)


@pytest.mark.parametrize(
    ("table", "scale", "reason", "n_units"),
    [
        ([], "nominal", Reason.NO_OVERLAP, 0),
        ([[None, None]], "ordinal", Reason.NO_OVERLAP, 0),
        ([[1, None], [None, 2]], "interval", Reason.NO_OVERLAP, 0),
        ([[1], [2], [3]], "nominal", Reason.NO_OVERLAP, 0),
        ([[1, 2]], "nominal", Reason.ONE_UNIT, 1),
        ([[1, 2], [3, None]], "ordinal", Reason.ONE_UNIT, 1),
        ([[2, 2], [2, 2]], "nominal", Reason.NO_VARIATION, 2),
        ([[2, 2], [2, 2], [1, None]], "ordinal", Reason.NO_VARIATION, 2),
        ([[0.1, 0.1], [0.1, 0.1]], "interval", Reason.NO_VARIATION, 2),
        ([[0, 0], [0, 0]], "ratio", Reason.NO_VARIATION, 2),
        ([[-1, 2], [3, 4]], "ratio", Reason.NOT_A_RATIO_SCALE, 2),
        ([["a", "b"], ["b", "b"]], "ordinal", Reason.WRONG_SCALE, 2),
        ([["a", "b"], ["b", "b"]], "interval", Reason.WRONG_SCALE, 2),
    ],
)
def test_degenerate_table_is_none_with_reason(table, scale, reason, n_units):
    alpha = krippendorff_alpha(Ratings.from_table(table), scale)
    assert (alpha.value, alpha.low, alpha.high, alpha.reason, alpha.n_units) == (None, None, None, reason, n_units)


@pytest.mark.parametrize("scale", SCALES)
def test_perfect_agreement_is_one_without_interval(scale):
    table = [[v, v, v] for v in (0.1, 0.3, 0.3, 0.7, 0.9)]
    alpha = krippendorff_alpha(Ratings.from_table(table), scale)
    assert (alpha.value, alpha.standard_error, alpha.reason) == (1.0, None, Reason.NO_VARIATION)


@pytest.mark.parametrize("scale", SCALES)
def test_variation_of_a_single_unit_has_no_interval(scale):
    alpha = krippendorff_alpha(Ratings.from_table([[3, 3]] * 5 + [[3, 2]]), scale)
    assert alpha.value is not None
    assert (alpha.low, alpha.high, alpha.reason) == (None, None, Reason.TOO_FEW)


def test_declared_text_levels_are_ordered():
    words = {1: "poor", 2: "fair", 3: "good", 4: "fine", 5: "best"}
    table = [[v and words[v] for v in row] for row in KRIPPENDORFF_2011]
    alpha = krippendorff_alpha(Ratings.from_table(table, levels=list(words.values())), "ordinal")
    assert alpha.value == pytest.approx(108577 / 133160, abs=1e-15)


def test_huge_and_close_numbers_stay_right():
    table = [[None if v is None else 1e9 + v / 1024 for v in row] for row in KRIPPENDORFF_2011]
    assert krippendorff_alpha(Ratings.from_table(table), "interval").value == pytest.approx(951 / 1120, abs=1e-12)
    table = [[None if v is None else v * 3e307 for v in row] for row in KRIPPENDORFF_2011]
    assert krippendorff_alpha(Ratings.from_table(table), "interval").value == pytest.approx(951 / 1120, abs=1e-12)


def test_scale_of_many_points_equals_oracle_of_left_out_tables():
    rng = np.random.default_rng(5)
    table = np.clip(rng.normal(rng.normal(60, 15, (40, 1)), 8, (40, 3)).round(), 0, 100).astype(int).tolist()
    alpha = krippendorff_alpha(Ratings.from_table(table), "ordinal")
    left_out = [obvious_alpha(table[:unit] + table[unit + 1 :], "ordinal") for unit in range(40)]
    assert alpha.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-10)


def test_every_rating_a_level_of_its_own():
    table = np.random.default_rng(7).normal(size=(800, 3)).tolist()
    for scale in ["nominal", "ordinal", "interval"]:
        assert abs(krippendorff_alpha(Ratings.from_table(table), scale).value) < 0.1


def test_unknown_scale_and_wrong_clusters_are_refused():
    ratings = Ratings.from_table([[1, 2], [2, 2]])
    with pytest.raises(ValueError, match="one of nominal, ordinal, interval, ratio"):
        krippendorff_alpha(ratings, "metric")
    with pytest.raises(ValueError, match="3 cluster labels for 2 units"):
        krippendorff_alpha(ratings, "nominal", clusters=["a", "b", "c"])
