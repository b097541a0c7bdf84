"""The intraclass correlations against pingouin: the same on complete tables, and where it errs, how."""

import math

import numpy as np
import pytest

from grading.agreement import Ratings, Reason, icc
from tests.grading.agreement.peers import as_floats, peer_icc, random_table

FORMS = ["1,1", "A,1", "C,1", "1,k", "A,k", "C,k"]
SEEDS = range(3)


def frame(*rows):
    import pandas as pd

    return pd.DataFrame(rows, columns=["unit", "grader", "mark"])


def pingouin_table(rows):
    """Return pingouin's table as it comes, of rows (unit, grader, mark)."""
    import pingouin

    return pingouin.intraclass_corr(frame(*rows), targets="unit", raters="grader", ratings="mark").set_index("Type")


def rows_of(table):
    return [(unit, grader, mark) for unit, row in enumerate(table) for grader, mark in enumerate(row)]


@pytest.mark.parametrize("design", ["complete", "pair", "top"])
@pytest.mark.parametrize("form", FORMS)
def test_value_and_interval_equal_pingouin(form, design):
    for seed in SEEDS:
        table = random_table(seed, design)
        ours = icc(Ratings.from_table(table), form)
        assert (ours.value, ours.low, ours.high) == pytest.approx(peer_icc(table)[form], abs=1e-9)


@pytest.mark.parametrize("form", FORMS)
def test_real_numbers_equal_pingouin(form):
    rng = np.random.default_rng(4)
    table = (rng.normal(size=(25, 1)) + rng.normal(scale=0.3, size=(1, 5)) + rng.normal(size=(25, 5))).tolist()
    ours = icc(Ratings.from_table(table), form)
    assert (ours.value, ours.low, ours.high) == pytest.approx(peer_icc(table)[form], abs=1e-9)


def test_average_consistency_equals_pingouins_cronbach():
    import pandas as pd
    import pingouin

    for seed in SEEDS:
        table = random_table(seed, "complete")
        cronbach, _ = pingouin.cronbach_alpha(pd.DataFrame(as_floats(table)))
        assert icc(Ratings.from_table(table), "C,k").value == pytest.approx(cronbach, abs=1e-12)


# Below, each test holds what pingouin answers beside what we answer: docs/agreement.md tells of these.


def test_incomplete_units_are_refused_or_dropped():
    table = random_table(0, "complete")[:12]
    holed = [
        [None if unit % 2 and grader == 3 else mark for grader, mark in enumerate(row)]
        for unit, row in enumerate(table)
    ]
    with pytest.raises(ValueError, match="missing values are present"):
        peer_icc(holed)
    kept = [row for row in holed if None not in row]
    assert peer_icc(holed, nan_policy="omit") == peer_icc(kept)
    assert (icc(Ratings.from_table(holed), "A,1").n_units, len(kept)) == (12, 6)


def test_sparse_design_is_refused_whole():
    """No unit is read by all: the usual case where papers are handed out."""
    sparse = random_table(0, "sparse")
    with pytest.raises(AssertionError, match="at least 5 non-missing"):
        peer_icc(sparse, nan_policy="omit")
    assert icc(Ratings.from_table(sparse), "A,1").value is not None


def test_constant_marks_are_nan():
    table = [[3, 3]] * 4
    assert all(math.isnan(value) for value, _, _ in peer_icc(table).values())
    for form in FORMS:
        ours = icc(Ratings.from_table(table), form)
        assert (ours.value, ours.reason) == (None, Reason.NO_VARIATION)


def test_perfect_agreement_has_an_interval_of_nan():
    table = [[1, 1], [2, 2], [3, 3]]
    value, low, _ = peer_icc(table)["A,1"]
    assert value == 1
    assert math.isnan(low)
    ours = icc(Ratings.from_table(table), "A,1")
    assert ours.value == pytest.approx(1)
    assert ours.low in (None, 1)


def test_two_units_of_two_graders_are_too_few_for_pingouin():
    with pytest.raises(AssertionError, match="at least 5 non-missing"):
        peer_icc([[1, 2], [3, 3]])
    assert icc(Ratings.from_table([[1, 2], [3, 3]]), "1,1").value == pytest.approx(4 / 5)


def test_repeated_ratings_are_averaged_and_ours_the_last_counts():
    rows = [(0, 0, 1.0), (0, 1, 2.0), (0, 0, 5.0), (1, 0, 2.0), (1, 1, 3.0), (2, 0, 4.0), (2, 1, 4.0)]
    averaged = [(0, 0, 3.0), *(row for row in rows if row[:2] != (0, 0))]
    assert pingouin_table(rows)["ICC"].tolist() == pingouin_table(averaged)["ICC"].tolist()
    ours = icc(Ratings.from_long(*zip(*rows, strict=True)), "1,1").value
    assert ours == pytest.approx(peer_icc([[5, 2], [2, 3], [4, 4]])["1,1"][0])


def test_p_value_is_of_the_units_and_not_of_the_graders_bias():
    """Its documentation calls a small one a sign of graders who differ; here they differ by eight points."""
    biased = [[1, 9], [2, 10], [1, 10], [2, 9]]
    assert pingouin_table(rows_of(biased)).loc["ICC(A,1)", "pval"] == pytest.approx(0.5)
    unbiased = [[1, 1], [4, 5], [7, 7], [10, 9]]
    assert pingouin_table(rows_of(unbiased)).loc["ICC(A,1)", "pval"] < 0.01


def test_intervals_are_rounded_to_two_decimals():
    ends = pingouin_table(rows_of(random_table(0, "complete"))).loc["ICC(A,1)", "CI95"]
    assert [float(end) for end in ends] == [round(float(end), 2) for end in ends]
