import math
from decimal import Decimal

import numpy as np
import pytest

from grading.agreement import Ratings


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
