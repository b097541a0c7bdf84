import pytest

from grading.agreement import Ratings
from grading.agreement.gwet import gwet_ac
from tests.grading.agreement.chance import FEINSTEIN
from tests.grading.agreement.tables import KRIPPENDORFF_2011


@pytest.mark.parametrize(("table", "value"), [*zip(FEINSTEIN, [0.7007, 0.8080, 0.9408], strict=True)])
def test_feinstein_and_cicchetti_1990(table, value):
    assert round(gwet_ac(Ratings.from_table(table, levels=[1, 2]), "identity").value, 4) == value


def test_weights_are_quadratic_unless_told():
    ratings = Ratings.from_table(KRIPPENDORFF_2011, levels=[1, 2, 3, 4, 5])
    assert gwet_ac(ratings) == gwet_ac(ratings, "quadratic")
    assert gwet_ac(ratings).value == pytest.approx(0.91400072, abs=5e-9)


def test_level_that_nobody_used_counts():
    table = [[1, 1], [2, 2], [1, 2]]
    assert gwet_ac(Ratings.from_table(table, levels=[1, 2]), "identity").value == pytest.approx(1 / 3)
    assert gwet_ac(Ratings.from_table(table, levels=[1, 2, 3]), "identity").value == pytest.approx(5 / 9)
    assert gwet_ac(Ratings.from_table(table), "identity").value == pytest.approx(1 / 3)
