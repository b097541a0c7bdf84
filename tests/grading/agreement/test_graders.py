from functools import partial

import numpy as np
import pytest

from grading.agreement import Ratings, Reason, krippendorff_alpha, over_graders, percent_exact
from tests.grading.agreement.tables import KRIPPENDORFF_2011, obvious_alpha

ALPHA = partial(krippendorff_alpha, scale="interval")


def test_error_is_that_of_units_and_of_graders_left_out_by_hand():
    ratings = Ratings.from_table(KRIPPENDORFF_2011, levels=range(1, 6))
    found, alone = over_graders(ALPHA, ratings), ALPHA(ratings)
    rest = [[row[:grader] + row[grader + 1 :] for row in KRIPPENDORFF_2011] for grader in range(4)]
    left_out = [float(obvious_alpha(table, "interval")) for table in rest]
    expected = alone.standard_error**2 + 3 / 4 * sum((value - np.mean(left_out)) ** 2 for value in left_out)
    assert found.standard_error == pytest.approx(expected**0.5, abs=1e-12)
    assert (found.value, found.n_units, found.interval) == (alone.value, 11, "jackknife")
    assert found.low < alone.low < alone.value < alone.high < found.high


def test_two_graders_and_undefined_figures_have_no_such_interval():
    two = over_graders(ALPHA, Ratings.from_table([[1, 2], [2, 2], [3, 3], [1, 1]]))
    assert (two.low, two.reason) == (None, Reason.TOO_FEW)
    assert over_graders(ALPHA, Ratings.from_table([[1, None]])).reason == Reason.NO_OVERLAP
    assert over_graders(ALPHA, Ratings.from_table([[1, 1, 1], [2, 2, 2], [3, 3, 3]])).reason == Reason.NO_VARIATION


def test_interval_of_a_share_stays_a_share():
    rng = np.random.default_rng(2)
    found = over_graders(percent_exact, Ratings.from_table(rng.integers(1, 3, (8, 4))), scale="share")
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_interval_over_graders_holds_the_truth_of_a_crowd_of_graders():
    # Severe and lenient graders: an interval over units alone is too sure of these five.
    rng = np.random.default_rng(4)

    def crowd(units, graders):
        return (rng.normal(size=(units, 1)) + rng.normal(size=graders) + 0.5 * rng.normal(size=(units, graders))).round(
            1
        )

    true = ALPHA(Ratings.from_table(crowd(3000, 300))).value
    both, units_only = [], []
    for _ in range(120):
        ratings = Ratings.from_table(crowd(60, 8))
        for interval, held in ((over_graders(ALPHA, ratings), both), (ALPHA(ratings), units_only)):
            held.append(interval.low <= true <= interval.high)
    assert np.mean(both) > 0.88
    assert np.mean(units_only) < 0.75
