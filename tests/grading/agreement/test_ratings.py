import math
from decimal import Decimal

import numpy as np
import pytest

from grading.agreement import Histogram, Ratings, Reason, krippendorff_alpha


def test_long_columns_are_coded_with_labels():
    ratings = Ratings.from_long(["p", "p", "q"], ["X", "Y", "X"], [2, None, Decimal("0.5")], levels=[0.5, 1, 2])
    assert (ratings.unit_labels, ratings.grader_labels) == (("p", "q"), ("X", "Y"))
    assert (ratings.unit.tolist(), ratings.grader.tolist(), ratings.code.tolist()) == ([0, 1], [0, 0], [2, 0])
    assert (ratings.levels.tolist(), ratings.levels_from, ratings.n_ratings) == ([0.5, 1.0, 2.0], "declared", 2)


def test_missing_is_never_a_category():
    numbers = Ratings.from_table([[1.0, math.nan], [None, 2.0]])
    text = Ratings.from_table([["a", None], [math.nan, "b"]])
    assert (numbers.levels.tolist(), numbers.levels_from) == ([1.0, 2.0], "data")
    assert (text.levels.tolist(), text.n_ratings) == (["a", "b"], 2)
    assert Ratings.from_long(np.array([1, 1]), np.array([1, 2]), np.array([1.0, np.nan])).n_ratings == 1


def test_repeated_rating_last_one_counts():
    rows = ["p", "q", "p"], ["X", "X", "X"], [1, 2, 3]
    assert Ratings.from_long(*rows).values.tolist() == [2.0, 3.0]
    kept = Ratings.from_long(*rows, repeats="keep")
    assert (kept.repeated, kept.values.tolist()) == (True, [1.0, 2.0, 3.0])
    assert (kept.latest().repeated, kept.latest().values.tolist()) == (False, [2.0, 3.0])
    assert not Ratings.from_long(["p"], ["X"], [1], repeats="keep").repeated


def test_components_count_only_who_has_ratings():
    ratings = Ratings.from_table([[1, 2, None, None], [None, None, 3, None], [None, None, None, None]])
    assert ratings.components.count == 2
    assert ratings.components.of_unit.tolist() == [0, 1, -1]
    assert ratings.components.of_grader.tolist() == [0, 0, 1, -1]
    assert Ratings.from_table([]).components.count == 0


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((["p"], ["X"], [math.inf]), {"levels": [1, 2]}, ValueError, "Row 0 has inf"),
        ((["p"], ["X"], [10**400]), {"value_range": (0, 9)}, ValueError, "Row 0 has inf, outside 0 to 9"),
        ((["p"], ["X"], np.array([-np.inf])), {"value_range": (0, 9)}, ValueError, "Row 0 has -inf"),
        ((["p"], ["X"], [True]), {}, TypeError, "row 0 is a bool"),
        ((["p"], ["X"], [[1]]), {}, TypeError, "row 0 is a list"),
        ((["p", "q"], ["X", "X"], [1, "a"]), {}, TypeError, "some are text"),
        ((["p", None], ["X", "X"], [1, 2]), {}, ValueError, "Row 1 names no unit"),
        ((["p"], [["X"]], [1]), {}, TypeError, "grader of row 0 is a list"),
        ((["p"], ["X", "Y"], [1]), {}, ValueError, "1 units, 2 graders and 1 values"),
        ((["p"], ["X"], [4]), {"levels": [1, 2, 3]}, ValueError, "Row 0 has 4.0"),
        ((["p"], ["X"], [1]), {"levels": [1, 1]}, ValueError, "missing or a repeated"),
        ((["p"], ["X"], [1]), {"levels": ["a"]}, TypeError, "both be numbers or both be text"),
        ((["p", "p"], ["X", "Y"], [None, 4]), {"value_range": (0, 3)}, ValueError, "Row 1 has 4, outside 0 to 3"),
        ((["p"], ["X"], [1]), {"value_range": (3, 0)}, ValueError, "runs backwards"),
        ((["p"], ["X"], ["a"]), {"value_range": (0, 3)}, TypeError, "needs numbers"),
        ((["p"], ["X"], [1]), {"repeats": "first"}, ValueError, "'last' or 'keep'"),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(arguments, options, error, message):
    with pytest.raises(error, match=message):
        Ratings.from_long(*arguments, **options)


def test_ragged_table_is_refused():
    with pytest.raises(ValueError, match="Row 1 has 1 ratings and the first row 2"):
        Ratings.from_table([[1, 2], [1]])


def test_rating_that_was_not_blind_is_left_out():
    rows = ["p", "p", "p", "q"], ["X", "Y", "X", "X"], [1, None, 3, 2]
    ratings = Ratings.from_long(*rows, blind=[True, True, False, True], levels=[1, 2, 3])
    assert (ratings.values.tolist(), ratings.grader_labels) == ([1.0, 2.0], ("X", "Y"))
    assert Ratings.from_long(*rows, blind=[False] * 4).n_ratings == 0
    assert Ratings.from_long([], [], [], blind=[]).n_ratings == 0
    with pytest.raises(TypeError, match="column blind holds"):
        Ratings.from_long(*rows, blind=[1, 0, 1, 0])
    with pytest.raises(ValueError, match="4 values and 1 for blind"):
        Ratings.from_long(*rows, blind=[True])


IDS = [
    ([3, 4, 5], [0, 1, 2], [3, 4, 5]),
    ([5, 3, 5], [1, 0, 1], [3, 5]),
    ([7, 10**15, -(10**15)], [1, 2, 0], [-(10**15), 7, 10**15]),
    ([0, 1, 1], [0, 1, 1], [0, 1]),
    ([], [], []),
]


@pytest.mark.parametrize(("ids", "codes", "labels"), IDS)
def test_whole_numbers_are_labels_in_ascending_order(ids, codes, labels):
    column = np.array(ids, dtype=np.int64)
    ratings = Ratings.from_long(column, column, np.ones(len(ids)))
    assert list(ratings.unit_labels) == list(ratings.grader_labels) == labels
    by_row = Ratings.from_long(column, np.arange(len(ids)), np.ones(len(ids)))
    assert by_row.unit.tolist() == codes


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, np.float32, np.float64])
@pytest.mark.parametrize("levels", [[1, 2, 5], [5, 1, 2], [0.5, 1, 2, 5], range(101), [-3, 1, 2, 5], [1, 2, 5, 1e300]])
def test_every_kind_of_number_finds_its_level(kind, levels):
    ratings = Ratings.from_table(np.array([[1, 2], [5, 2]], dtype=kind), levels=levels)
    assert ratings.values.tolist() == [1.0, 2.0, 5.0, 2.0]
    with pytest.raises(ValueError, match="Row 1 has 3"):
        Ratings.from_table(np.array([[1, 3], [5, 2]], dtype=kind), levels=[1, 2, 5])


def test_levels_of_the_data_are_the_values_seen_exactly():
    for column in ([3, 1, 3], [1e9 + 0.5, 1, 2], [0.1, 0.3, 0.2], [1e-8, 0.0, -1e8], [2**53, 0, 1], [math.inf, 1, -1]):
        ratings = Ratings.from_long([0, 1, 2], [0, 0, 0], np.array(column))
        assert ratings.values.tolist() == [float(value) for value in column]
        assert ratings.levels.tolist() == sorted({float(value) for value in column})


def test_rows_in_any_order_are_the_same_ratings():
    rng = np.random.default_rng(3)
    unit, grader = np.divmod(rng.permutation(600), 6)
    value = rng.integers(1, 5, 600)
    shuffled = Ratings.from_long(unit, grader, value)
    order = np.lexsort((grader, unit))
    sorted_ = Ratings.from_long(unit[order], grader[order], value[order])
    assert (shuffled.size, sorted_.size, shuffled.repeated) == (None, 6, False)
    assert Histogram.of(shuffled) == Histogram.of(sorted_)


def test_infinite_marks_have_an_order_and_no_distances():
    ratings = Ratings.from_table([[1, math.inf], [2, 2], [math.inf, math.inf]])
    assert (
        krippendorff_alpha(ratings, "nominal").value
        == krippendorff_alpha(Ratings.from_table([[1, 9], [2, 2], [9, 9]]), "nominal").value
    )
    assert krippendorff_alpha(ratings, "ordinal").value is not None
    assert krippendorff_alpha(ratings, "interval").reason == Reason.WRONG_SCALE
    assert not ratings.is_numeric
