import numpy as np
import pytest

from grading.agreement import Ratings
from grading.agreement.brennan_prediger import brennan_prediger
from tests.grading.agreement.chance import FEINSTEIN, crossed


@pytest.mark.parametrize(("table", "value"), [*zip(FEINSTEIN, [0.70, 0.70, 0.888], strict=True)])
def test_two_levels_give_twice_the_agreement_less_one(table, value):
    # Bennett, Alpert & Goldstein (1954): S = 2 p_o − 1 on two levels; the tables are Feinstein & Cicchetti's.
    assert brennan_prediger(Ratings.from_table(table)).value == pytest.approx(value, abs=1e-12)


def test_level_that_nobody_used_counts():
    table = crossed([3, 1], [0, 0])
    assert brennan_prediger(Ratings.from_table(table, levels=[1, 2])).value == pytest.approx(1 / 2)
    assert brennan_prediger(Ratings.from_table(table, levels=[1, 2, 3, 4])).value == pytest.approx(2 / 3)


def test_error_of_complete_tables_is_that_of_the_share_of_agreement():
    table = np.random.default_rng(4).integers(1, 5, (40, 2))
    found = brennan_prediger(Ratings.from_table(table, levels=[1, 2, 3, 4]))
    agreed = table[:, 0] == table[:, 1]
    assert found.standard_error == pytest.approx(agreed.std(ddof=1) / 40**0.5 / (3 / 4), abs=1e-12)


def test_full_disagreement_under_lenient_weights_is_below_minus_one():
    found = brennan_prediger(Ratings.from_table([[0, 100], [100, 0], [0, 100]], levels=range(101)), "quadratic")
    # Two independent levels of 0 … 100 lie apart 2 (101² − 1)/12 points squared in the mean: .17 of 100².
    assert (found.value, found.n_units) == (pytest.approx(1 - 1 / 0.17, abs=1e-12), 3)
