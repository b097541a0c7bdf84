import math
import time
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement.confusion import confusion
from grading.agreement.pairs import Pair, pairwise
from grading.agreement.pooling import busiest, pooled
from tests.grading.agreement.test_krippendorff import tables


def common(table, a, b):
    return [(row[a], row[b]) for row in table if row[a] is not None and row[b] is not None]


def obvious_kappa(marks, weight):
    """One less the mean distance of the pairs over that of every mark of one with every mark of the other."""
    n = len(marks)
    observed = Fraction(sum(weight(x, y) for x, y in marks), n)
    by_chance = Fraction(sum(weight(x, y) for x, _ in marks for _, y in marks), n * n)
    return None if n < 2 or not by_chance else 1 - observed / by_chance


def obvious_confusion(table, levels):
    found = [[Fraction(0)] * levels for _ in range(levels)]
    for row in table:
        marks = [v for v in row if v is not None]
        for i, v in enumerate(marks):
            for j, w in enumerate(marks):
                if i != j:
                    found[v][w] += Fraction(1, len(marks) - 1)
    return found


WEIGHTS = {"quadratic": lambda x, y: (x - y) ** 2, "identity": lambda x, y: int(x != y)}


@settings(max_examples=200, deadline=None)
@given(tables(), st.sampled_from(sorted(WEIGHTS)))
def test_random_table_equals_every_pair_by_itself(table, weights):
    pairs = pairwise(Ratings.from_table(table, levels=range(5)), weights=weights)
    width = len(table[0]) if table else 0
    expected = {(a, b): marks for a, b in combinations(range(width), 2) if (marks := common(table, a, b))}
    assert {(pair.first, pair.second): pair.n_units for pair in pairs} == {key: len(m) for key, m in expected.items()}
    assert [pair.n_units for pair in pairs] == sorted((pair.n_units for pair in pairs), reverse=True)
    for pair in pairs:
        marks = expected[pair.first, pair.second]
        n = len(marks)
        assert pair.exact == pytest.approx(sum(x == y for x, y in marks) / n, abs=1e-12)
        assert 0 <= pair.low <= pair.exact <= pair.high <= 1
        if weights == "identity":
            assert (pair.within_one, pair.difference) == (None, None)
        else:
            assert pair.within_one == pytest.approx(sum(abs(x - y) <= 1 for x, y in marks) / n, abs=1e-12)
            assert pair.difference == pytest.approx(sum(x - y for x, y in marks) / n, abs=1e-12)
        kappa = obvious_kappa(marks, WEIGHTS[weights])
        if kappa is None:
            assert (pair.kappa, pair.reason) == (None, Reason.ONE_UNIT if n == 1 else Reason.NO_VARIATION)
        else:
            assert (pair.kappa, pair.reason) == (pytest.approx(float(kappa), abs=1e-12), None)


@settings(max_examples=200, deadline=None)
@given(tables())
def test_confusion_equals_counting_pairs_inside_units(table):
    ratings = Ratings.from_table(table, levels=range(5))
    found = confusion(ratings)
    assert found == pytest.approx(np.array(obvious_confusion(table, 5), dtype=float), abs=1e-12)
    assert (found == found.T).all()
    paired = [v for row in table for v in row if v is not None and sum(w is not None for w in row) >= 2]
    assert found.sum(axis=1) == pytest.approx([paired.count(level) for level in range(5)], abs=1e-9)


def test_feinstein_and_cicchetti_1990():
    """Proportions of agreement .85 with different margins: κ .6995 and .3182."""
    for (both, first, second, neither), kappa in [((40, 9, 6, 45), 0.6995), ((80, 10, 5, 5), 0.3182)]:
        table = [[1, 1]] * both + [[1, 0]] * first + [[0, 1]] * second + [[0, 0]] * neither
        for weights in WEIGHTS:
            (pair,) = pairwise(Ratings.from_table(table, levels=[0, 1]), weights=weights)
            assert (round(pair.kappa, 4), pair.exact, pair.n_units) == (kappa, 0.85, 100)


def test_interval_of_the_share_is_wilsons():
    """Newcombe (1998), doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I: method 3."""
    for right, n, low, high in [(15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]:
        (pair,) = pairwise(Ratings.from_table([[1, 1]] * right + [[0, 1]] * (n - right), levels=[0, 1]))
        assert (round(pair.low, 4), round(pair.high, 4)) == (low, high)


def test_one_step_is_a_declared_level_or_one_point():
    (declared,) = pairwise(Ratings.from_table([[0, 5], [0, 10]], levels=[0, 5, 10]))
    assert (declared.within_one, declared.difference) == (0.5, -7.5)
    (found,) = pairwise(Ratings.from_table([[0.3, 1.3], [2, 4]]))
    assert found.within_one == 0.5


def test_text_has_what_its_order_allows():
    table = [["low", "mid"], ["mid", "high"], ["low", "low"]]
    (ordered,) = pairwise(Ratings.from_table(table, levels=["low", "mid", "high"]))
    (numbers,) = pairwise(Ratings.from_table([[0, 1], [1, 2], [0, 0]], levels=[0, 1, 2]))
    assert (ordered.kappa, ordered.within_one, ordered.difference) == (numbers.kappa, 1.0, None)
    (names,) = pairwise(Ratings.from_table(table), weights="identity")
    assert names.kappa == pytest.approx(float(obvious_kappa([(0, 1), (1, 2), (0, 0)], WEIGHTS["identity"])))
    (unordered,) = pairwise(Ratings.from_table(table))
    assert (unordered.within_one, unordered.kappa, unordered.reason) == (None, None, Reason.WRONG_SCALE)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("table", [[], [[1], [2]], [[1, None], [None, 2]], [[None, None]]])
def test_nobody_shares_a_unit(table, weights):
    ratings = Ratings.from_table(table, levels=[1, 2])
    assert pairwise(ratings, weights=weights) == ()
    assert confusion(ratings).tolist() == [[0, 0], [0, 0]]
    assert pairwise(Ratings.from_table(table), weights=weights) == ()


def test_no_levels_at_all():
    assert confusion(Ratings.from_table([])).shape == (0, 0)


def test_numbers_at_the_ends_of_what_a_float_holds():
    (tiny,) = pairwise(Ratings.from_table([[0, 1e-200], [1e-200, 0], [1e-200, 1e-200]], levels=[0, 1e-200, 1]))
    assert (tiny.kappa, tiny.reason, tiny.exact) == (None, Reason.NO_VARIATION, 1 / 3)
    (huge,) = pairwise(Ratings.from_table([[-1e308, 5e307], [5e307, 5e307]]))
    assert huge.difference == pytest.approx(-7.5e307)
    assert huge.kappa == pytest.approx(0)


def test_infinite_level_has_a_place_but_no_distance():
    table = [[0, math.inf], [1, 1], [0, 1]]
    (declared,) = pairwise(Ratings.from_table(table, levels=[0, 1, math.inf]))
    (places,) = pairwise(Ratings.from_table([[0, 2], [1, 1], [0, 1]], levels=[0, 1, 2]))
    assert (declared.kappa, declared.within_one, declared.difference) == (places.kappa, places.within_one, None)
    (found,) = pairwise(Ratings.from_table(table))
    assert (found.exact, found.within_one, found.kappa, found.reason) == (1 / 3, None, None, Reason.WRONG_SCALE)
    assert confusion(Ratings.from_table(table)).sum() == 6


def test_last_of_repeated_ratings_counts():
    columns = [1, 1, 1], ["A", "B", "A"], [0, 2, 2]
    assert pairwise(Ratings.from_long(*columns, repeats="keep"))[0].exact == 1


def test_narrow_integers_do_not_overflow():
    ratings = Ratings.from_table([[0, 9], [9, 0]] * 40 + [[4, 4]], levels=range(10))
    narrow = Ratings(
        ratings.unit.astype(np.int8),
        ratings.grader.astype(np.uint8),
        ratings.code.astype(np.uint8),
        ratings.levels,
        "declared",
        ratings.unit_labels,
        ratings.grader_labels,
    )
    assert pairwise(narrow) == pairwise(ratings)
    assert pairwise(narrow, weights="identity") == pairwise(ratings, weights="identity")
    assert (confusion(narrow) == confusion(ratings)).all()


def test_unknown_weights_are_refused():
    with pytest.raises(ValueError, match="'cubic'"):
        pairwise(Ratings.from_table([[1, 2]]), weights="cubic")


def test_turned_pair_sees_the_other_side():
    (pair,) = pairwise(Ratings.from_table([[1, 2], [1, 3]]))
    assert pair.turned() == Pair(1, 0, 2, 0.0, pair.low, pair.high, 0.5, 1.5, 0.0, None)
    assert pair.turned().turned() == pair
    (names,) = pairwise(Ratings.from_table([["a", "b"]]), weights="identity")
    assert names.turned().difference is None


def test_busiest_share_most_with_others():
    table = [[1, 1, None, None]] + [[None, 1, 2, None]] * 3 + [[None, None, 1, 1]] * 2
    matrix = busiest(pairwise(Ratings.from_table(table)), k=3)
    assert matrix.graders == (2, 1, 3)
    assert [[cell and (cell.n_units, cell.difference) for cell in row] for row in matrix.rows] == [
        [None, (3, 1.0), (2, 0.0)],
        [(3, -1.0), None, None],
        [(2, 0.0), None, None],
    ]
    assert busiest([]).graders == ()


def test_pooled_counts_sheets_once_and_marks_all():
    """A and B mark 3 essays by two criteria and 2 sketches by one, which lists B first."""
    content = pairwise(Ratings.from_long([1, 1, 2, 2, 3, 3], "ABABAB", [0, 0, 1, 2, 3, 1], levels=range(4)))
    style = pairwise(Ratings.from_long([1, 1, 2, 2], "ABAB", [1, 1, 2, 2], levels=range(4)))
    sketch = pairwise(Ratings.from_long([4, 4, 5, 5], "BABA", [3, 0, 1, 1], levels=range(4)))
    (pair,) = pooled([("essay", 2.0, content), ("essay", 1.0, style), ("sketch", 1.0, sketch)])
    exact, sheets, marks = 4 / 7, 5, 7
    assert (pair.first, pair.second, pair.n_units) == ("A", "B", sheets)
    assert pair.exact == pytest.approx(exact)
    assert pair.within_one == pytest.approx(5 / marks)
    assert pair.difference == pytest.approx((2 * (0 - 1 + 2) + 0 - 3) / sheets)
    assert (pair.kappa, pair.reason) == (None, Reason.NOT_COMPUTED)
    assert pair.low < exact < pair.high
    assert pooled([]) == ()


def test_pooled_knows_no_more_than_its_criteria():
    numbers = pairwise(Ratings.from_table([[1, 1, 1], [2, 2, 2]]))
    names = pairwise(Ratings.from_table([["a", "b", None], ["a", "a", None]]), weights="identity")
    for parts in ([numbers, names], [names, numbers], [names, names]):
        pair = pooled([("sheet", 1.0, part) for part in parts])[0]
        assert (pair.first, pair.second, pair.within_one, pair.difference) == (0, 1, None, None)
    assert [pair.n_units for pair in pooled([("sheet", 1.0, names), ("other", 1.0, numbers)])] == [4, 2, 2]


def test_time_does_not_grow_with_the_square_of_graders():
    rng = np.random.default_rng(1)
    units = np.repeat(np.arange(20_000), 3)
    ratings = Ratings.from_long(units, rng.integers(0, 300, 60_000), rng.integers(0, 5, 60_000), levels=range(5))
    taken = []
    for _ in range(3):
        start = time.process_time()
        pairs = pairwise(ratings)
        taken.append(time.process_time() - start)
    assert sum(pair.n_units for pair in pairs) > 59_000
    assert min(taken) < 0.5  # 0.12 s alone on the machine
