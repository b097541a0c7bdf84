"""What Gwet's AC, Brennan and Prediger's coefficient and Fleiss' κ have in common."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Bootstrap, Histogram, Ratings, Reason
from grading.agreement.brennan_prediger import brennan_prediger
from grading.agreement.fleiss import fleiss_kappa
from grading.agreement.gwet import gwet_ac
from tests.grading.agreement.chance import (
    EXACT,
    GWET_2014,
    LEVELS,
    beyond,
    brennan_chance,
    by_level,
    error_of_gwet,
    fleiss_chance,
    gwet_chance,
    ratings_of,
    same,
    shares,
    tables,
    without,
)
from tests.grading.agreement.chance import given as units_of
from tests.grading.agreement.tables import obvious_jackknife_error

FIGURES = {
    "gwet": (gwet_ac, gwet_chance),
    "brennan": (brennan_prediger, brennan_chance),
    "fleiss": (lambda data, weights, **how: fleiss_kappa(data, **how), fleiss_chance),
}
NAMES = sorted(FIGURES)
KINDS = [(name, scheme) for name in NAMES for scheme in (EXACT if name != "fleiss" else ["identity"])]


# 2,000 tables for all three at once, each under one of the weights: drawing tables is what takes the time.
@settings(max_examples=2000, deadline=None)
@given(tables(), st.sampled_from(EXACT))
def test_random_table_equals_rational_oracle(table, scheme):
    ratings = ratings_of(table)
    for name, (figure, chance) in FIGURES.items():
        used = "identity" if name == "fleiss" else scheme
        assert same(figure(ratings, used), beyond(table, used, chance)), name


@settings(max_examples=200, deadline=None)
@given(tables(), st.sampled_from(KINDS))
def test_jackknife_equals_leaving_out_by_hand(table, kind):
    (figure, chance), scheme = FIGURES[kind[0]], kind[1]
    found = figure(ratings_of(table), scheme)
    if found.value is None:
        return
    rated = [unit for unit, row in enumerate(table) if any(v is not None for v in row)]
    left_out = [beyond(without(table, unit), scheme, chance) for unit in rated]
    if None in left_out:
        assert (found.standard_error, found.reason) == (None, Reason.TOO_FEW)
    elif len(set(left_out)) == 1:
        assert (found.standard_error, found.reason) == (None, Reason.NO_VARIATION)
    else:
        assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9, rel=1e-9)
        assert found.low <= found.value <= found.high <= 1


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(KINDS), st.data())
def test_clusters_equal_leaving_out_their_units(table, kind, data):
    (figure, chance), scheme = FIGURES[kind[0]], kind[1]
    labels = data.draw(st.lists(st.sampled_from("abc"), min_size=len(table), max_size=len(table)))
    found = figure(ratings_of(table), scheme, clusters=labels)
    if found.value is None:
        return
    groups = sorted({label for row, label in zip(table, labels, strict=True) if set(row) != {None}})
    rests = [[row for row, label in zip(table, labels, strict=True) if label != group] for group in groups]
    left_out = [beyond(rest, scheme, chance) for rest in rests]
    if len(groups) == 1:
        assert found.reason == Reason.ONE_UNIT
    elif None in left_out:
        assert found.reason == Reason.TOO_FEW
    elif len(set(left_out)) == 1:
        assert found.reason == Reason.NO_VARIATION
    else:
        assert found.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9, rel=1e-9)


def gwet_terms(table, weight):
    q, share = len(LEVELS), shares(table)
    factor = sum(weight.values()) / (q * (q - 1))
    return [factor * sum(1 - share[v] for v in marks) / len(marks) for marks in units_of(table)]


TERMS = {
    "gwet": gwet_terms,
    "brennan": lambda table, weight: [brennan_chance(table, weight)] * len(units_of(table)),
    "fleiss": lambda table, weight: [sum(shares(table)[v] for v in marks) / len(marks) for marks in units_of(table)],
}


@settings(max_examples=200, deadline=None)
@given(tables(), st.sampled_from(KINDS))
def test_linearised_error_is_gwets(table, kind):
    (figure, chance), scheme = FIGURES[kind[0]], kind[1]
    found = figure(ratings_of(table), scheme, interval="linearised")
    if found.standard_error is None:
        return
    weight, value = by_level(scheme), beyond(table, scheme, chance)
    expected = error_of_gwet(table, scheme, TERMS[kind[0]](table, weight), value, chance(table, weight))
    assert found.standard_error == pytest.approx(expected, rel=1e-4, abs=1e-7)


# Gwet (2014), table 2.10 and the output of his package irrCAC for it.
@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("gwet", 0.77544, 0.14295), ("brennan", 0.77273, 0.14472), ("fleiss", 0.76117, 0.15302)],
)
def test_gwet_2014_with_missing_ratings(name, value, error):
    found = FIGURES[name][0](Ratings.from_table(GWET_2014, levels=[1, 2, 3, 4, 5]), "identity", interval="linearised")
    assert (round(found.value, 5), round(found.standard_error, 5)) == (value, error)
    assert (found.n_units, found.interval) == (11, "linearised")


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_histogram_and_other_orders_give_the_same(table, kind, random):
    figure, scheme = FIGURES[kind[0]][0], kind[1]
    units = random.sample(table, len(table))
    order = random.sample(range(len(table[0])), len(table[0]))
    shuffled = ratings_of([[row[grader] for grader in order] for row in units])
    of_ratings = figure(ratings_of(table), scheme)
    for other in (figure(shuffled, scheme), figure(Histogram.of(shuffled), scheme)):
        assert (other.reason, other.n_units) == (of_ratings.reason, of_ratings.n_units)
        for one, two in [(other.value, of_ratings.value), (other.standard_error, of_ratings.standard_error)]:
            assert one == two or one == pytest.approx(two, abs=1e-9, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(NAMES))
def test_names_of_levels_do_not_matter_without_weights(table, name):
    figure = FIGURES[name][0]
    words = dict(zip(LEVELS, "dbca", strict=True))
    named = Ratings.from_table([[words.get(v) for v in row] for row in table], levels=list("abcd"))
    assert figure(named, "identity").value == pytest.approx(figure(ratings_of(table), "identity").value, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_many_levels_take_the_same_way_as_few(name):
    figure = FIGURES[name][0]
    marks = np.random.default_rng(3).choice([10, 20, 30, 40, 60], (50, 3))
    few = Ratings.from_table(marks, levels=[10, 20, 30, 40, 60])
    many = Ratings.from_table(marks, levels=range(101))
    own = np.eye(101)
    for interval in ("jackknife", "linearised", Bootstrap(200, seed=1)):
        sparse = figure(many, "identity", interval=interval)
        with_table = figure(many, own, interval=interval)
        assert with_table.value == pytest.approx(sparse.value, abs=1e-12)
        assert with_table.standard_error == pytest.approx(sparse.standard_error, abs=1e-9)
    by_unit, by_cluster = figure(many, "identity"), figure(few, "identity", clusters=range(50))
    if name == "fleiss":
        assert by_cluster.standard_error == pytest.approx(by_unit.standard_error, abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_every_mark_a_level_of_its_own_needs_no_table_of_levels(name):
    ratings = Ratings.from_table(np.random.default_rng(7).normal(size=(3000, 3)))
    found = FIGURES[name][0](ratings, "identity")
    assert -0.01 < found.value < 0
    if name != "fleiss":
        assert FIGURES[name][0](ratings, "quadratic").reason == Reason.NOT_COMPUTED


NONE, ALONE, SAME = Reason.NO_OVERLAP, Reason.ONE_UNIT, Reason.NO_VARIATION
BLANK, WRONG = Reason.NO_LEVELS, Reason.WRONG_SCALE


# Reasons for AC2, Brennan–Prediger with quadratic weights, and Fleiss; a number where there is a value.
@pytest.mark.parametrize(
    ("table", "levels", "expected", "n_units"),
    [
        ([], None, [BLANK, BLANK, BLANK], 0),
        ([], [1, 2], [NONE, NONE, NONE], 0),
        ([[None, None]], [1, 2], [NONE, NONE, NONE], 0),
        ([[float("nan"), None]], None, [BLANK, BLANK, BLANK], 0),
        ([[1, None], [None, 2]], [1, 2], [NONE, NONE, NONE], 0),
        ([[1], [2], [2]], [1, 2], [NONE, NONE, NONE], 0),
        ([[1, 2]], [1, 2], [ALONE, ALONE, ALONE], 1),
        ([[1, 1], [2, None]], [1, 2], [ALONE, ALONE, ALONE], 1),
        ([[2, 2], [2, 2]], [1, 2, 3], [1.0, 1.0, SAME], 2),
        ([[2, 2], [2, 2]], None, [SAME, SAME, SAME], 2),
        ([[2, 2], [2, 2]], [2], [SAME, SAME, SAME], 2),
        ([[0.1] * 3] * 7, [0.0, 0.1], [1.0, 1.0, SAME], 7),
        ([[1, 2], [2, 1]], [1, 2], [-1.0, -1.0, -1.0], 2),
        ([[-4, -2], [-2, -2]], [-4, -2], [0.2, 0.0, -1 / 3], 2),
        ([["a", "b"], ["b", "b"]], None, [WRONG, WRONG, -1 / 3], 2),
        ([["a", "b"], ["b", "b"]], ["a", "b"], [0.2, 0.0, -1 / 3], 2),
        ([[1, float("inf")], [1, 1]], None, [WRONG, WRONG, -1 / 3], 2),
        ([[1, 1, 2], [1, 1, None], [2, None, None]], [1, 2], [14 / 41, 1 / 3, 13 / 40], 2),
    ],
)
def test_degenerate_table_has_a_defined_answer(table, levels, expected, n_units):
    ratings = Ratings.from_table(table, levels=levels)
    found = [gwet_ac(ratings), brennan_prediger(ratings, "quadratic"), fleiss_kappa(ratings)]
    told = [figure.reason if figure.value is None else figure.value for figure in found]
    assert [n for n in told if isinstance(n, Reason)] == [n for n in expected if isinstance(n, Reason)]
    assert told == [n if isinstance(n, Reason) else pytest.approx(n, abs=1e-12) for n in expected]
    assert {figure.n_units for figure in found} == {n_units}


@pytest.mark.parametrize("interval", ["jackknife", "linearised", "bootstrap"])
def test_perfect_agreement_is_one_without_interval(interval):
    ratings = Ratings.from_table([[v, v, v] for v in (0.1, 0.3, 0.3, 0.7, 0.9)])
    for figure, _ in FIGURES.values():
        found = figure(ratings, "identity", interval=interval)
        assert (found.value, found.standard_error, found.reason) == (1.0, None, Reason.NO_VARIATION)


def test_weights_that_forgive_all_leave_nothing_beyond_chance():
    ratings = Ratings.from_table([[1, 2], [2, 1], [1, 1]], levels=[1, 2])
    assert brennan_prediger(ratings, np.ones((2, 2))).reason == Reason.NO_VARIATION


def test_unit_with_one_rating_counts_in_the_shares_alone():
    table = [[1, 1], [2, 2], [1, 2]]
    fleiss, gwet, brennan = (
        [FIGURES[name][0](ratings_of(rows), "identity").value for rows in (table, [*table, [5, None]])]
        for name in ("fleiss", "gwet", "brennan")
    )
    assert brennan[0] == brennan[1]
    assert fleiss[0] < fleiss[1]
    assert gwet[0] > gwet[1]


def test_bootstrap_is_reproducible_and_near_the_jackknife():
    ratings = ratings_of(np.random.default_rng(2).choice(LEVELS, (300, 3), p=[0.1, 0.1, 0.2, 0.6]).tolist())
    for figure, _ in FIGURES.values():
        drawn = figure(ratings, "identity", interval="bootstrap")
        assert drawn == figure(ratings, "identity", interval=Bootstrap(1000, seed=0))
        assert drawn.standard_error == pytest.approx(figure(ratings, "identity").standard_error, rel=0.1)
