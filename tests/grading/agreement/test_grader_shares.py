"""What Conger's and Cohen's κ have in common: chance by the graders' own shares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Bootstrap, Histogram, Ratings, Reason
from grading.agreement.cohen import cohen_kappa
from grading.agreement.conger import conger_kappa
from grading.agreement.weights import MOST_LEVELS
from tests.grading.agreement.chance import EXACT, LEVELS, beyond, conger_chance, ratings_of, same, tables, without
from tests.grading.agreement.tables import obvious_jackknife_error


def first_two(table):
    return [row[:2] for row in table]


def both(table):
    return [row for row in table if None not in row]


# 2,000 tables for both κ, each under one of the weights: drawing tables is what takes the time.
@settings(max_examples=2000, deadline=None)
@given(tables(), st.sampled_from(EXACT))
def test_random_table_equals_rational_oracle(table, scheme):
    assert same(conger_kappa(ratings_of(table), scheme), beyond(table, scheme, conger_chance))
    pairs = first_two(table)
    assert same(cohen_kappa(ratings_of(pairs), scheme), beyond(both(pairs), scheme, conger_chance))


def holds(found, left_out):
    """Whether the interval is that of the values left out by hand."""
    if len(left_out) == 1:
        return found.reason == Reason.ONE_UNIT
    if None in left_out:
        return (found.standard_error, found.reason) == (None, Reason.TOO_FEW)
    if len(set(left_out)) == 1:
        return (found.standard_error, found.reason) == (None, Reason.NO_VARIATION)
    return found.standard_error == pytest.approx(obvious_jackknife_error(left_out), abs=1e-9, rel=1e-9)


@settings(max_examples=300, deadline=None)
@given(tables(), st.sampled_from(EXACT))
def test_jackknife_equals_leaving_out_by_hand(table, scheme):
    rated = [row for row in table if set(row) != {None}]
    found = conger_kappa(ratings_of(table), scheme)
    if found.value is not None:
        assert holds(found, [beyond(without(rated, i), scheme, conger_chance) for i in range(len(rated))])
    pairs = both(first_two(table))
    found = cohen_kappa(ratings_of(first_two(table)), scheme)
    if found.value is not None:
        assert holds(found, [beyond(without(pairs, i), scheme, conger_chance) for i in range(len(pairs))])


@settings(max_examples=200, deadline=None)
@given(tables(), st.sampled_from(EXACT), st.data())
def test_clusters_equal_leaving_out_their_units(table, scheme, data):
    labels = data.draw(st.lists(st.sampled_from("abc"), min_size=len(table), max_size=len(table)))
    for figure, rows, counts in [
        (conger_kappa, table, lambda row: set(row) != {None}),
        (cohen_kappa, first_two(table), lambda row: None not in row),
    ]:
        found = figure(ratings_of(rows), scheme, clusters=labels)
        if found.value is None:
            continue
        kept = [(row, label) for row, label in zip(rows, labels, strict=True) if counts(row)]
        groups = sorted({label for _, label in kept})
        rests = [[row for row, label in kept if label != group] for group in groups]
        assert holds(found, [beyond(rest, scheme, conger_chance) for rest in rests])


@settings(max_examples=100, deadline=None)
@given(tables(), st.sampled_from(EXACT), st.randoms(use_true_random=False))
def test_order_of_units_and_graders_changes_nothing(table, scheme, random):
    units = random.sample(table, len(table))
    order = random.sample(range(len(table[0])), len(table[0]))
    shuffled = conger_kappa(ratings_of([[row[grader] for grader in order] for row in units]), scheme)
    plain = conger_kappa(ratings_of(table), scheme)
    assert (shuffled.reason, shuffled.n_units) == (plain.reason, plain.n_units)
    for one, other in [(shuffled.value, plain.value), (shuffled.standard_error, plain.standard_error)]:
        assert one == other or one == pytest.approx(other, abs=1e-9, rel=1e-9)
    swapped = cohen_kappa(ratings_of([row[1::-1] for row in units]), scheme)
    assert swapped.value == pytest.approx(cohen_kappa(ratings_of(first_two(table)), scheme).value, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(tables(least=2, most=2, none=False), st.sampled_from(EXACT))
def test_cohen_is_conger_on_two_complete_graders(table, scheme):
    ratings = ratings_of(table)
    assert cohen_kappa(ratings, scheme) == conger_kappa(ratings, scheme)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_names_of_levels_do_not_matter_without_weights(table):
    words = dict(zip(LEVELS, "dbca", strict=True))
    named = Ratings.from_table([[words.get(v) for v in row] for row in table])
    assert conger_kappa(named).value == pytest.approx(conger_kappa(ratings_of(table)).value, abs=1e-12)


def sparse(units, graders, seed=0):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), 3)
    grader = np.concatenate([rng.choice(graders, 3, replace=False) for _ in range(units)])
    mark = np.clip((rng.normal(2.5, 1, units)[unit] + rng.normal(0, 0.7, len(unit))).round(), 1, 4)
    return unit, grader, mark


def test_units_too_different_to_be_kept_once_give_the_same():
    unit, grader, mark = sparse(200, 5)
    few = Ratings.from_long(unit, grader, mark, levels=[1, 2, 3, 4])
    many_names = Ratings.from_long(unit, grader, mark, levels=range(1, 2000))
    clustered = conger_kappa(few, clusters=range(200))
    for interval in ("jackknife", "linearised"):
        one, other = conger_kappa(few, interval=interval), conger_kappa(many_names, interval=interval)
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.standard_error == pytest.approx(other.standard_error, rel=1e-6)
    assert clustered.standard_error == pytest.approx(conger_kappa(few).standard_error, abs=1e-12)


def test_bootstrap_is_reproducible_and_near_the_jackknife():
    ratings = Ratings.from_long(*sparse(300, 6), levels=[1, 2, 3, 4])
    drawn = conger_kappa(ratings, "linear", interval="bootstrap")
    assert drawn == conger_kappa(ratings, "linear", interval=Bootstrap(1000, seed=0))
    assert drawn.standard_error == pytest.approx(conger_kappa(ratings, "linear").standard_error, rel=0.1)


def test_bootstrap_of_few_units_takes_replicates_without_a_grader_or_two():
    ratings = Ratings.from_table([[1, 1, None], [2, 1, None], [None, 2, 2], [1, 2, None], [2, 2, None], [1, 1, None]])
    drawn = conger_kappa(ratings, interval="bootstrap")
    assert -1 <= drawn.low <= drawn.value <= drawn.high <= 1


def test_many_graders_of_few_units_each_equal_leaving_out_by_hand():
    table = [[None] * 12 for _ in range(8)]
    for unit, grader, mark in zip(*sparse(8, 12, seed=3), strict=True):
        table[unit][grader] = LEVELS[int(mark) - 1]
    found = conger_kappa(ratings_of(table), "linear")
    assert holds(found, [beyond(without(table, i), "linear", conger_chance) for i in range(8)])


NONE, ALONE, SAME = Reason.NO_OVERLAP, Reason.ONE_UNIT, Reason.NO_VARIATION
BLANK, WRONG, TWO = Reason.NO_LEVELS, Reason.WRONG_SCALE, Reason.NEEDS_TWO_GRADERS


# Reasons for Conger and Cohen under quadratic weights; a number where there is a value.
@pytest.mark.parametrize(
    ("table", "levels", "expected"),
    [
        ([], None, [BLANK, TWO]),
        ([], [1, 2], [NONE, TWO]),
        ([[None, None]], [1, 2], [NONE, TWO]),
        ([[float("nan"), None]], None, [BLANK, TWO]),
        ([[1, None], [None, 2]], [1, 2], [NONE, NONE]),
        ([[1], [2], [2]], [1, 2], [NONE, TWO]),
        ([[1, 2]], [1, 2], [ALONE, ALONE]),
        ([[1, 1], [2, None]], [1, 2], [ALONE, ALONE]),
        ([[2, 2], [2, 2]], [1, 2, 3], [SAME, SAME]),
        ([[2, 2], [2, 2]], [2], [SAME, SAME]),
        ([[1, 2], [1, 2]], [1, 2], [0.0, 0.0]),
        ([[1, 1], [2, 2]], [1, 2], [1.0, 1.0]),
        ([[1, 2], [2, 1]], [1, 2], [-1.0, -1.0]),
        ([[-4, -2], [-2, -2]], [-4, -2], [0.0, 0.0]),
        ([["a", "b"], ["b", "b"]], None, [WRONG, WRONG]),
        ([[1, float("inf")], [1, 1]], None, [WRONG, WRONG]),
        ([[1, 1, 2], [1, 1, None], [2, 2, 2]], [1, 2], [5 / 8, TWO]),
    ],
)
def test_degenerate_table_has_a_defined_answer(table, levels, expected):
    ratings = Ratings.from_table(table, levels=levels)
    found = [conger_kappa(ratings, "quadratic"), cohen_kappa(ratings, "quadratic")]
    told = [figure.reason if figure.value is None else figure.value for figure in found]
    assert [n for n in told if isinstance(n, Reason)] == [n for n in expected if isinstance(n, Reason)]
    assert told == [n if isinstance(n, Reason) else pytest.approx(n, abs=1e-12) for n in expected]


def test_too_many_levels_are_not_computed():
    ratings = Ratings.from_table(np.arange(2 * MOST_LEVELS + 2).reshape(-1, 2))
    assert conger_kappa(ratings).reason == cohen_kappa(ratings).reason == Reason.NOT_COMPUTED


def test_perfect_agreement_is_one_without_interval():
    ratings = Ratings.from_table([[v, v] for v in (0.1, 0.3, 0.3, 0.7, 0.9)])
    for figure in (conger_kappa(ratings), cohen_kappa(ratings)):
        assert (figure.value, figure.standard_error, figure.reason) == (1.0, None, Reason.NO_VARIATION)


def test_histogram_and_wrong_clusters_are_refused():
    ratings = Ratings.from_table([[1, 2], [2, 2]])
    for figure in (conger_kappa, cohen_kappa):
        with pytest.raises(TypeError, match="give Ratings, not a Histogram"):
            figure(Histogram.of(ratings))
        with pytest.raises(ValueError, match="3 cluster labels for 2 units"):
            figure(ratings, clusters=["a", "b", "c"])
        with pytest.raises(ValueError, match="they are one of identity"):
            figure(ratings, "cubic")
