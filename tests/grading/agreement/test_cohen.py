import numpy as np
import pytest

from grading.agreement import Ratings
from grading.agreement.cohen import cohen_kappa
from tests.grading.agreement.chance import FEINSTEIN, crossed

# Cohen (1968), table 1: proportions of 200 judgments; disagreement weights 0 1 3 / 1 0 6 / 3 6 0.
COHEN_1968 = crossed([88, 14, 18], [10, 40, 10], [2, 6, 12])
WEIGHTS_1968 = 1 - np.array([[0, 1, 3], [1, 0, 6], [3, 6, 0]]) / 6
# Landis & Koch (1977), doi 10.2307/2529310: two neurologists on patients of Winnipeg and of New Orleans.
WINNIPEG = crossed([38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10])
NEW_ORLEANS = crossed([5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14])
# Altman (1991), Practical Statistics for Medical Research, chapter 14: 85 xeromammograms by two radiologists.
ALTMAN_1991 = crossed([21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1])
# Viera & Garrett (2005), Understanding interobserver agreement: two residents on 100 patients.
VIERA_2005 = crossed([15, 5], [10, 70])
# Agresti (2002), Categorical Data Analysis, table 10.8: two pathologists on 118 slides; κ .493 with SE .057.
AGRESTI_2002 = crossed([22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10])


@pytest.mark.parametrize(
    ("table", "weights", "value", "digits"),
    [
        (COHEN_1968, "identity", 0.4915254, 7),
        (COHEN_1968, WEIGHTS_1968, 0.3478261, 7),
        (FEINSTEIN[0], "identity", 0.6995, 4),
        (FEINSTEIN[1], "identity", 0.3182, 4),
        (FEINSTEIN[2], "identity", -0.0234, 4),
        (WINNIPEG, "identity", 0.208, 3),
        (NEW_ORLEANS, "identity", 0.297, 3),
        (ALTMAN_1991, "identity", 0.47, 2),
        (ALTMAN_1991, "linear", 0.57, 2),
        (VIERA_2005, "identity", 0.57, 2),
        (AGRESTI_2002, "identity", 0.493, 3),
    ],
)
def test_published_table_to_its_printed_digits(table, weights, value, digits):
    assert round(cohen_kappa(Ratings.from_table(table), weights).value, digits) == value


def fleiss_cohen_everitt(counts, weights):
    """The large-sample error of Fleiss, Cohen & Everitt (1969), formula 13, cell by cell."""
    p = counts / counts.sum()
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = (p * weights).sum(), (np.outer(rows, columns) * weights).sum()
    to_columns, to_rows = weights @ columns, rows @ weights
    squares = sum(
        p[k, m] * (weights[k, m] * (1 - chance) - (to_columns[k] + to_rows[m]) * (1 - agreed)) ** 2
        for k, m in np.ndindex(*p.shape)
    )
    return ((squares - (agreed * chance - 2 * chance + agreed) ** 2) / counts.sum()) ** 0.5 / (1 - chance) ** 2


@pytest.mark.parametrize(
    ("table", "weights"),
    [(COHEN_1968, np.eye(3)), (COHEN_1968, WEIGHTS_1968), (AGRESTI_2002, np.eye(4)), (WINNIPEG, np.eye(4))],
)
def test_linearised_error_is_that_of_fleiss_cohen_and_everitt(table, weights):
    counts = np.zeros(weights.shape)
    np.add.at(counts, tuple(np.array(table).T - 1), 1)
    kappa = cohen_kappa(Ratings.from_table(table), weights, interval="linearised")
    expected = fleiss_cohen_everitt(counts, weights) * (len(table) / (len(table) - 1)) ** 0.5
    assert kappa.standard_error == pytest.approx(expected, rel=1e-6)


def test_agresti_2002_error():
    assert round(cohen_kappa(Ratings.from_table(AGRESTI_2002), interval="linearised").standard_error, 3) == 0.057


def test_only_units_that_both_rated_count():
    table = [[1, 1], [1, 2], [2, 2], [3, 2], [3, None], [None, 1], [None, None]]
    assert cohen_kappa(Ratings.from_table(table, levels=[1, 2, 3])) == cohen_kappa(
        Ratings.from_table(table[:4], levels=[1, 2, 3])
    )


def test_of_repeated_ratings_the_last_counts():
    units, graders, marks = "aabbcca", "xyxyxyx", [2, 1, 2, 2, 1, 2, 1]
    kept = Ratings.from_long(units, graders, marks, repeats="keep")
    assert cohen_kappa(kept) == cohen_kappa(Ratings.from_long(units, graders, marks))
