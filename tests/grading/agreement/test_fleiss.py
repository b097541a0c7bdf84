from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Histogram, Ratings, Reason
from grading.agreement.fleiss import fleiss_kappa, fleiss_kappa_by_level, fleiss_null_z
from tests.grading.agreement.chance import FLEISS_1971, LEVELS, beyond, fleiss_chance, ratings_of, same, tables
from tests.grading.agreement.tables import obvious_jackknife_error


# Fleiss (1971); κ, z and κ of each diagnosis as R's irr prints them for these data, which are its `diagnoses`.
def test_fleiss_1971():
    ratings = Ratings.from_table(FLEISS_1971)
    assert fleiss_kappa(ratings).value == pytest.approx(0.4302445, abs=5e-8)
    assert fleiss_null_z(ratings).value == pytest.approx(17.65183, abs=5e-6)
    by_level = fleiss_kappa_by_level(ratings)
    assert list(by_level) == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert [round(kappa.value, 3) for kappa in by_level.values()] == [0.245, 0.245, 0.520, 0.471, 0.566]


def against_the_rest(table, level):
    return [[None if v is None else LEVELS[v == level] for v in row] for row in table]


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(["jackknife", "linearised"]))
def test_level_is_told_as_if_all_others_were_one(table, interval):
    for level, kappa in fleiss_kappa_by_level(ratings_of(table), interval=interval).items():
        alone = against_the_rest(table, level)
        merged = fleiss_kappa(ratings_of(alone), interval=interval)
        assert same(kappa, beyond(alone, "identity", fleiss_chance))
        assert (kappa.reason, kappa.n_units, kappa.interval) == (merged.reason, merged.n_units, merged.interval)
        if merged.low is not None:
            ends = [merged.standard_error, merged.low, merged.high]
            assert [kappa.standard_error, kappa.low, kappa.high] == pytest.approx(ends, abs=1e-6, rel=1e-6)


def test_level_in_clusters_leaves_out_their_units():
    table, labels = [[0, 0], [1, 0], [1, 1], [2, 1], [0, 2], [2, 2]], "aabbcc"
    rests = [[row for row, label in zip(table, labels, strict=True) if label != group] for group in "abc"]
    left_out = [beyond(against_the_rest(rest, 1), "identity", fleiss_chance) for rest in rests]
    kappa = fleiss_kappa_by_level(ratings_of(table), clusters=labels)[1.0]
    assert kappa.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-12)


def test_level_has_a_bootstrap_too():
    kappa = fleiss_kappa_by_level(Ratings.from_table(FLEISS_1971), interval="bootstrap")[3.0]
    assert (kappa.interval, kappa.low < 0.520 < kappa.high) == ("bootstrap", True)


def test_level_without_ratings_is_undefined_and_text_names_its_level():
    told = fleiss_kappa_by_level(Ratings.from_table([["a", "b"], ["b", "b"]], levels=["a", "b", "c"]))
    assert {level: kappa.value or kappa.reason for level, kappa in told.items()} == {
        "a": pytest.approx(-1 / 3),
        "b": pytest.approx(-1 / 3),
        "c": Reason.NO_VARIATION,
    }
    alone = fleiss_kappa_by_level(Ratings.from_table([[1, 2]]))
    assert [kappa.reason for kappa in alone.values()] == [Reason.ONE_UNIT, Reason.ONE_UNIT]
    assert fleiss_kappa_by_level(Ratings.from_table([])) == {}


@settings(max_examples=200, deadline=None)
@given(tables(none=False))
def test_null_z_equals_rational_oracle(table):
    kappa, z = beyond(table, "identity", fleiss_chance), fleiss_null_z(Histogram.of(ratings_of(table)))
    if kappa is None:
        assert z.value is None
        return
    n, m = len(table), len(table[0])
    p = [Fraction(sum(row.count(v) for row in table), n * m) for v in LEVELS]
    s = sum(a * (1 - a) for a in p)
    squared = Fraction(2, n * m * (m - 1)) * (s**2 - sum(a * (1 - a) * (1 - 2 * a) for a in p)) / s**2
    assert z.value == pytest.approx(float(kappa) / float(squared) ** 0.5, abs=1e-9)
    assert (z.standard_error, z.low, z.reason, z.n_units) == (None, None, Reason.NOT_COMPUTED, n)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[1, 2]], Reason.ONE_UNIT),
        ([[1, None], [2, None]], Reason.NO_OVERLAP),
        ([[1, 1], [1, 1]], Reason.NO_VARIATION),
        ([[1, 2, 1], [1, 1, None]], Reason.INCOMPLETE),
        ([[1, 2], [1, 1], [2, None]], Reason.INCOMPLETE),
    ],
)
def test_null_z_without_a_meaning_has_a_reason(table, reason):
    assert fleiss_null_z(Ratings.from_table(table, levels=[1, 2])).reason == reason
