"""Where other packages err on the kappas, or answer otherwise than we do; docs/agreement.md tells of these."""

import math

import numpy as np
import pytest

from grading.agreement import (
    Ratings,
    Reason,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
)
from tests.grading.agreement.peers import (
    LEVELS,
    as_floats,
    counts_of,
    crossed,
    differ,
    nltk_task,
    peer_irrcac,
    random_table,
    unheard,
)


def ratings_of(table, levels=LEVELS):
    return Ratings.from_table(table, levels=levels)


@pytest.mark.parametrize("ours", [gwet_ac, brennan_prediger, fleiss_kappa, conger_kappa, cohen_kappa])
def test_constant_marks_have_no_interval(ours):
    figure = ours(ratings_of([[5, 5]] * 4))
    assert (figure.standard_error, figure.low, figure.reason) == (None, None, Reason.NO_VARIATION)


def test_irrcac_constant_marks_are_certain_or_divide_by_zero():
    table = [[5, 5]] * 4
    for name in ("gwet", "bp"):
        peer = peer_irrcac(table, name)
        assert (peer["coefficient_value"], peer["p_value"]) == (1, 0)
        assert peer["confidence_interval"] == pytest.approx((1, 1), abs=1e-14)
    with pytest.raises(ZeroDivisionError):
        peer_irrcac(table, "fleiss")
    assert math.isnan(peer_irrcac(table, "conger")["coefficient_value"])


def test_irrcac_p_value_of_brennan_prediger_is_one_sided_and_the_others_two_sided():
    from scipy import stats

    table = random_table(2, "pair")[:8]
    for name, sides in [("bp", 1), ("gwet", 2), ("fleiss", 2), ("conger", 2), ("krippendorff", 2)]:
        peer = peer_irrcac(table, name)
        assert peer["p_value"] == pytest.approx(sides * stats.t.sf(abs(peer["z"]), 7), abs=1e-12)


def test_irrcac_units_with_one_rating_quadruple_the_error_of_ac2():
    """Shown by its own figures, leaving out one unit at a time: without such units both errors are the same."""

    def ratio_of_errors(table):
        rests = [table[:unit] + table[unit + 1 :] for unit in range(len(table))]
        left_out = [peer_irrcac(rest, "gwet", "quadratic")["coefficient_value"] for rest in rests]
        jackknife = math.sqrt((len(table) - 1) * np.var(left_out))
        return peer_irrcac(table, "gwet", "quadratic")["se"] / jackknife

    pairs = [row[:2] for row in random_table(0, "top")]
    lone = [[first, None] for first, _ in pairs]
    assert ratio_of_errors(pairs) == pytest.approx(1.01, abs=0.005)
    assert ratio_of_errors(pairs + lone) == pytest.approx(4.12, abs=0.005)


def test_irrcac_no_overlap_is_nan():
    table = [[1, None], [None, 2]]
    for name, ours in [("gwet", gwet_ac), ("bp", brennan_prediger), ("conger", conger_kappa), ("fleiss", fleiss_kappa)]:
        assert math.isnan(peer_irrcac(table, name)["coefficient_value"])
        assert (ours(ratings_of(table)).value, ours(ratings_of(table)).reason) == (None, Reason.NO_OVERLAP)


def test_irrcac_conger_of_a_grader_without_ratings_is_nan():
    table = random_table(0, "complete")
    absent = [[*row, None] for row in table]
    assert math.isnan(peer_irrcac(absent, "conger")["coefficient_value"])
    assert conger_kappa(ratings_of(absent)) == conger_kappa(ratings_of(table))


def test_irrcac_mark_outside_the_levels_is_nan():
    table = [[1, 1], [2, 2], [3, 3], [1, 2]]
    assert math.isnan(peer_irrcac(table, "gwet", levels=[1, 2])["coefficient_value"])
    with pytest.raises(ValueError, match="Row 4 has 3"):
        ratings_of(table, levels=[1, 2])


def test_irrcac_levels_of_numpy_lose_their_points():
    import pandas as pd
    from irrCAC.raw import CAC

    table, levels = [[0, 1], [10, 10], [1, 1], [10, 1], [0, 0], [1, 10]], [0, 1, 10]
    by_points = peer_irrcac(table, "bp", "linear", levels)["coefficient_value"]
    with unheard():
        by_place = CAC(pd.DataFrame(as_floats(table)), weights="linear", categories=list(np.array(levels))).bp()
    assert by_place["est"]["coefficient_value"] == pytest.approx(0.4375)
    assert by_points == pytest.approx(0.2875, abs=5e-5)
    assert brennan_prediger(ratings_of(table, levels), weights="linear").value == pytest.approx(by_points)


def test_scikit_learn_weighs_places_and_not_points():
    from sklearn.metrics import cohen_kappa_score

    far, near = [[0, 0], [1, 10], [10, 1], [10, 10]], [[0, 0], [1, 2], [2, 1], [2, 2]]
    assert [cohen_kappa_score(*zip(*table, strict=True), weights="linear") for table in (far, near)] == pytest.approx(
        [3 / 7] * 2
    )
    spaced = cohen_kappa(ratings_of(far, [0, 1, 10]), weights="linear").value
    assert spaced == pytest.approx(peer_irrcac(far, "conger", "linear", [0, 1, 10])["coefficient_value"], abs=1e-12)


def test_scikit_learn_levels_from_the_data_change_the_weights():
    from sklearn.metrics import cohen_kappa_score

    table = [[1, 1], [3, 3], [3, 4], [1, 1], [4, 4]]
    first, second = zip(*table, strict=True)
    assert cohen_kappa_score(first, second, weights="linear") == pytest.approx(18 / 23)
    assert cohen_kappa_score(first, second, weights="linear", labels=[1, 2, 3, 4]) == pytest.approx(6 / 7)
    assert cohen_kappa(ratings_of(table, [1, 2, 3, 4]), weights="linear").value == pytest.approx(6 / 7)


def test_scikit_learn_mark_outside_the_levels_is_dropped():
    from sklearn.metrics import cohen_kappa_score

    table = [[1, 1], [2, 2], [3, 3], [3, 2], [1, 1]]
    assert cohen_kappa_score(*zip(*table, strict=True), labels=[1, 2]) == 1
    with pytest.raises(ValueError, match="Row 4 has 3"):
        ratings_of(table, levels=[1, 2])


def test_scikit_learn_missing_mark_is_refused_and_ours_left_out():
    from sklearn.metrics import cohen_kappa_score

    table = [*random_table(0, "pair"), [3, None]]
    with unheard(), pytest.raises(ValueError, match="contains NaN"):
        cohen_kappa_score(*as_floats(table).T)
    assert cohen_kappa(ratings_of(table)).n_units == 40


def test_statsmodels_missing_mark_is_a_category():
    from statsmodels.stats.inter_rater import aggregate_raters
    from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss

    table = [[1, 2, None], [2, 2, 2], [1, 1, None]]
    counts, levels = aggregate_raters(as_floats(table))
    assert (counts.tolist(), len(levels)) == ([[1, 1, 1], [0, 3, 0], [2, 0, 1]], 3)
    assert peer_fleiss(counts) == pytest.approx(7 / 52)
    ours = fleiss_kappa(ratings_of(table, [1, 2])).value
    assert ours == pytest.approx(peer_irrcac(table, "fleiss", levels=[1, 2])["coefficient_value"])


def test_statsmodels_unequal_numbers_of_ratings_fail_an_assertion():
    from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss

    with pytest.raises(AssertionError):
        peer_fleiss([[2, 0], [1, 2]])


def test_statsmodels_and_scikit_learn_constant_marks_are_nan():
    from sklearn.metrics import cohen_kappa_score
    from statsmodels.stats.inter_rater import cohens_kappa
    from statsmodels.stats.inter_rater import fleiss_kappa as peer_fleiss

    table = [[5, 5]] * 6
    with unheard():
        answers = [peer_fleiss(counts_of(table)), cohens_kappa(crossed(table)).kappa]
        answers.append(cohen_kappa_score(*zip(*table, strict=True), labels=LEVELS))
    assert all(math.isnan(answer) for answer in answers)
    assert (nltk_task(table, differ).kappa(), nltk_task(table, differ).pi()) == (1, 1)
    assert cohen_kappa(ratings_of(table)).reason == fleiss_kappa(ratings_of(table)).reason == Reason.NO_VARIATION


def test_nltk_kappas_stop_at_a_missing_mark():
    task = nltk_task([[1, 1, None], [2, 2, 2], [1, None, 2]], differ, missing_values=[None])
    for coefficient in (task.kappa, task.multi_kappa, task.pi, task.S):
        with pytest.raises(RuntimeError, match="StopIteration"):
            coefficient()


def test_nltk_weighted_kappa_forgets_the_largest_distance():
    table = random_table(0, "pair")
    squares = nltk_task(table, lambda v, w: (v - w) ** 2)
    assert squares.weighted_kappa(max_distance=16) == pytest.approx(-2.0788, abs=5e-5)
    ours = cohen_kappa(ratings_of(table), weights="quadratic").value
    assert squares.weighted_kappa() == pytest.approx(ours, abs=1e-12) == pytest.approx(0.8076, abs=5e-5)


def test_nltk_levels_nobody_gave_do_not_count():
    table = [[1, 1], [2, 2], [1, 2], [1, 1]]
    assert nltk_task(table, differ).S() == pytest.approx(1 / 2)
    assert brennan_prediger(ratings_of(table), weights="identity").value == pytest.approx(11 / 16)
