import csv
import os
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from grading.agreement import Ratings, Reason
from grading.agreement.anova import Anova
from grading.agreement.icc import FORMS, icc, icc_all
from grading.agreement.variance import variance_components
from tests.grading.agreement.tables import obvious_jackknife_error
from tests.grading.agreement.tables_points import (
    ANXIETY,
    SHROUT_FLEISS,
    obvious_design,
    obvious_icc,
    obvious_mean_squares,
    obvious_moments,
    obvious_one_way,
    obvious_share,
)
from tests.grading.agreement.test_variance import sparse_tables


@st.composite
def complete_tables(draw, largest=9):
    n, k = draw(st.integers(2, 7)), draw(st.integers(2, 4))
    return draw(st.lists(st.lists(st.integers(0, largest), min_size=k, max_size=k), min_size=n, max_size=n))


# Values: Shrout & Fleiss (1979), table 4; more digits and the intervals of the means from R's psych::ICC.
@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        ("1,1", 0.1657418, -0.1329323, 0.7225601),
        ("A,1", 0.2897638, 0.0187865, 0.7610844),
        ("C,1", 0.7148407, 0.3424648, 0.9458583),
        ("1,k", 0.4427971, -0.8844422, 0.9124154),
        ("A,k", 0.6200505, 0.0711368, 0.9272320),
        ("C,k", 0.9093155, 0.6756747, 0.9858917),
    ],
)
def test_shrout_fleiss_all_forms(form, value, low, high):
    found = icc(Ratings.from_table(SHROUT_FLEISS), form)
    assert [found.value, found.low, found.high] == pytest.approx([value, low, high], abs=5e-8)
    assert (found.n_units, found.interval, found.reason) == (6, "F", None)


def test_anxiety_agreement_equals_irr():
    # R's irr: icc(anxiety, model="twoway", type="agreement") prints 0.198 and -0.039 < ICC < 0.494.
    found = icc(Ratings.from_table(ANXIETY), "A,1")
    assert [round(found.value, 3), round(found.low, 3), round(found.high, 3)] == [0.198, -0.039, 0.494]


def test_consistency_interval_equals_statpsych():
    # R's statpsych: ci.icc(.05, 48.2, 11.3, 5, 30), mean squares of rows and error, 5 raters, 30 rows.
    anova = Anova(n=30, k=5, rows=48.2, columns=0.0, error=11.3)
    single, average = (anova.coefficient("C", averaged=averaged) for averaged in (False, True))
    assert [round(x, 4) for x in (single.value, single.low, single.high)] == [0.3951, 0.2311, 0.5853]
    assert [round(x, 4) for x in (average.value, average.low, average.high)] == [0.7656, 0.6005, 0.8759]


@settings(max_examples=2000, deadline=None)
@given(complete_tables())
def test_complete_table_equals_fractions(table):
    found = icc_all(Ratings.from_table(table))
    if len({v for row in table for v in row}) == 1:
        assert {one.reason for one in found.values()} == {Reason.NO_VARIATION}
        return
    for form, expected in obvious_icc(table).items():
        one = found[form]
        assert one == icc(Ratings.from_table(table), form)
        assert (one.value is None) == (expected is None)
        if expected is None:
            assert one.reason == Reason.NO_VARIATION
        else:
            assert one.value == pytest.approx(float(expected), rel=1e-9, abs=1e-12)
            if one.low is not None:
                assert one.low <= one.value <= one.high <= 1 + 1e-12
                assert one.standard_error >= 0


@settings(max_examples=100, deadline=None)
@given(complete_tables())
def test_agreement_interval_is_that_of_mcgraw_and_wong(table):
    n, k = len(table), len(table[0])
    ms = {key: float(value) for key, value in obvious_mean_squares(table).items()}
    r, c, e = ms["R"], ms["C"], ms["E"]
    one = icc_all(Ratings.from_table(table))["A,1"]
    assume(one.low is not None and one.value > 0 and e > 0)
    a = k * one.value / (n * (1 - one.value))
    b = 1 + k * one.value * (n - 1) / (n * (1 - one.value))
    v = (a * c + b * e) ** 2 / ((a * c) ** 2 / (k - 1) + (b * e) ** 2 / ((n - 1) * (k - 1)))
    below, above = stats.f.ppf(0.975, n - 1, v), stats.f.ppf(0.975, v, n - 1)
    rest = k * c + (k * n - k - n) * e
    low = n * (r - below * e) / (below * rest + n * r)
    assert one.low == pytest.approx(max(low, -1.0), rel=1e-6, abs=1e-9)
    assert one.high == pytest.approx(n * (above * r - e) / (rest + n * above * r), rel=1e-6, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(complete_tables())
def test_means_are_the_single_forms_stepped_up(table):
    k = len(table[0])
    found = icc_all(Ratings.from_table(table))
    for kind in "1AC":
        single, average = found[f"{kind},1"], found[f"{kind},k"]
        assume(single.low is not None and average.low is not None)
        for one, other in [(single.value, average.value), (single.low, average.low), (single.high, average.high)]:
            below = 1 + (k - 1) * one
            stepped = k * one / below if below > 1e-9 else -inf
            if stepped >= -1:
                assert other == pytest.approx(stepped, rel=1e-6, abs=1e-9)


def test_standard_error_is_the_spread_of_simulated_values():
    rng = np.random.default_rng(4)
    found = [
        icc(Ratings.from_table(rng.normal(size=(60, 1)) + 0.5 * rng.normal(size=6) + rng.normal(size=(60, 6))), "C,1")
        for _ in range(400)
    ]
    spread = np.std([one.value for one in found])
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.1)


@settings(max_examples=150, deadline=None)
@given(sparse_tables(units=9))
def test_sparse_table_equals_slow_versions(table):
    ratings = Ratings.from_table(table)
    components = variance_components(ratings)
    present = [[v for v in row if v is not None] for row in table]
    assume(components.reason is None and components.method != "anova")
    if all(len(set(row)) <= 1 for row in present):
        assert {(one.value, one.reason) for one in icc_all(ratings).values()} == {(1.0, Reason.NO_VARIATION)}
        return
    k, q = map(float, obvious_design(table))
    crossed = np.array([components.unit, components.grader, components.residual])
    units = [i for i, row in enumerate(present) if row]
    for form, one in icc_all(ratings).items():
        way = obvious_one_way if form[0] == "1" else obvious_moments
        whole = obvious_one_way(table) if form[0] == "1" else crossed
        if one.value is None:
            assert one.reason == Reason.NO_VARIATION
            continue
        assert one.value == pytest.approx(obvious_share(whole, form, k, q), rel=1e-7, abs=1e-9)
        if one.interval is None:
            continue
        left_out = []
        for unit in units:
            differ = any(len(set(row)) > 1 for row in present[:unit] + present[unit + 1 :])
            rest = table[:unit] + table[unit + 1 :]
            left_out.append(float(obvious_share(way(rest), form, k, q)) if differ else 1.0)
        # The choice of graders adds the slope in their variance times that variance's own error.
        step = 1e-6 * np.array([0, sum(whole), 0])
        slope = (obvious_share(whole + step, form, k, q) - obvious_share(whole - step, form, k, q)) / (2 * step[1])
        load = [sum(row[j] is not None for row in table) for j in range(len(table[0]))]
        graders = sum(load) ** 2 / sum(each**2 for each in load)
        error = np.hypot(obvious_jackknife_error(left_out), slope * whole[1] * (2 / (graders - 1)) ** 0.5)
        assert one.standard_error == pytest.approx(error, rel=1e-4, abs=1e-6)
        assert one.low <= one.value <= one.high


def test_sparse_forms_on_a_table_with_one_hole_are_near_the_complete_ones():
    rng = np.random.default_rng(6)
    table = (rng.normal(size=(200, 1)) + rng.normal(size=(200, 4)) + [0.0, 0.4, -0.3, 0.1]).tolist()
    complete, table[0][0] = icc_all(Ratings.from_table(table)), None
    holed = icc_all(Ratings.from_table(table))
    for form in FORMS:
        assert holed[form].value == pytest.approx(complete[form].value, abs=0.01)
        assert (complete[form].interval, holed[form].interval) == ("F", "jackknife")


def test_nested_graders_leave_agreement_one_way_and_consistency_unknown():
    table = [[None] * 12 for _ in range(4)]
    for i, marks in enumerate([(1, 2, 2), (5, 4, 6), (3, 3, 1), (8, 9, 7)]):
        table[i][3 * i : 3 * i + 3] = marks
    found = icc_all(Ratings.from_table(table))
    assert found["A,1"].value == pytest.approx(found["1,1"].value)
    assert found["A,k"] == found["1,k"]
    assert found["1,1"].value == pytest.approx(float(obvious_icc([[1, 2, 2], [5, 4, 6], [3, 3, 1], [8, 9, 7]])["1,1"]))
    assert [found[form].reason for form in ("C,1", "C,k")] == [Reason.DISCONNECTED] * 2


def test_intervals_of_sparse_designs_cover():
    # 300 rounds of 50 papers, each read by 3 of 20 graders; eight designs with up to 1,000 held .94 to .985.
    rng, hits = np.random.default_rng(1), 0
    for _ in range(300):
        unit = np.repeat(np.arange(50), 3)
        grader = rng.permuted(np.tile(np.arange(20), (50, 1)), axis=1)[:, :3].ravel()
        marks = rng.normal(size=50)[unit] + 0.5 * rng.normal(size=20)[grader] + rng.normal(size=150)
        found = icc(Ratings.from_long(unit, grader, marks), "A,1")
        hits += found.low <= 1 / 2.25 <= found.high
    assert hits / 300 >= 0.92


@pytest.mark.parametrize(
    ("table", "reason", "n_units"),
    [
        ([], Reason.NO_OVERLAP, 0),
        ([[None, None]], Reason.NO_OVERLAP, 0),
        ([[1], [2], [3]], Reason.NO_OVERLAP, 0),
        ([[1, None], [None, 2]], Reason.NO_OVERLAP, 0),
        ([[1, 2]], Reason.ONE_UNIT, 1),
        ([[1, 2], [3, None]], Reason.ONE_UNIT, 1),
        ([[2, 2], [2, 2]], Reason.NO_VARIATION, 2),
        ([[0.1, 0.1, None], [0.1, 0.1, 0.1]], Reason.NO_VARIATION, 2),
        ([["a", "b"], ["b", "b"]], Reason.WRONG_SCALE, 2),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_degenerate_table_is_none_with_reason(table, reason, n_units, form):
    found = icc(Ratings.from_table(table), form)
    assert (found.value, found.low, found.high, found.reason, found.n_units) == (None, None, None, reason, n_units)


@pytest.mark.parametrize("form", FORMS)
def test_perfect_agreement_is_one_without_interval(form):
    complete = icc(Ratings.from_table([[v] * 3 for v in (0.1, 0.3, 0.3, 0.7)]), form)
    sparse = icc(Ratings.from_table([[0.1, 0.1, None], [0.3, 0.3, 0.3], [None, 0.7, 0.7]]), form)
    assert (complete.value, complete.low, complete.reason) == (1.0, None, Reason.NO_VARIATION)
    assert (sparse.value, sparse.low, sparse.reason) == (1.0, None, Reason.NO_VARIATION)


def test_units_that_do_not_differ_have_means_without_reliability():
    found = icc_all(Ratings.from_table([[1, 2, 3], [3, 1, 2], [2, 3, 1]]))
    assert found["1,1"].value == found["C,1"].value == -0.5
    assert [found[form].reason for form in ("1,k", "C,k", "A,k")] == [Reason.NO_VARIATION] * 3
    assert found["C,1"].low is None
    sparse = icc_all(Ratings.from_table([[1, 2, None], [2, None, 1], [None, 1, 2], [1, None, 2]]))
    assert sparse["A,1"].value == 0
    assert sparse["1,k"].reason == Reason.NO_VARIATION


def test_constant_shift_of_a_grader_spares_consistency():
    found = icc_all(Ratings.from_table([[v, v + 2] for v in range(5)]))
    assert (found["C,1"].value, found["C,1"].reason) == (1.0, Reason.NO_VARIATION)
    assert found["A,1"].value == pytest.approx(float(obvious_icc([[v, v + 2] for v in range(5)])["A,1"]))
    assert found["A,1"].low is not None
    holed = icc_all(Ratings.from_table([[v, v + 2] for v in range(5)] + [[7, None]]))
    assert (holed["C,1"].value, holed["C,1"].reason) == (1.0, Reason.NO_VARIATION)


def test_value_that_hangs_on_one_unit_has_no_interval():
    found = icc(Ratings.from_table([[1, 2, None], [3, None, 3], [4, None, None]]), "A,1")
    assert (found.low, found.reason) == (None, Reason.TOO_FEW)


@settings(max_examples=40, deadline=None)
@given(sparse_tables(), st.randoms(use_true_random=False))
def test_order_unit_and_zero_of_points_change_nothing(table, random):
    ratings = Ratings.from_table(table)
    # With none to spare the likelihood is flat near a residual of 0.
    assume(ratings.n_ratings > ratings.n_units + ratings.n_graders)
    units = random.sample(table, len(table))
    order = random.sample(range(len(table[0])), len(table[0]))
    changed = [[None if row[j] is None else 1e9 - 0.25 * row[j] for j in order] for row in units]
    one, other = icc_all(ratings), icc_all(Ratings.from_table(changed))
    for form in FORMS:
        assert one[form].reason == other[form].reason
        for a, b in [(one[form].value, other[form].value), (one[form].standard_error, other[form].standard_error)]:
            assert a == b or a == pytest.approx(b, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("hole", [False, True])
def test_huge_and_close_points_stay_right(hole):
    table = [list(row) for row in SHROUT_FLEISS]
    if hole:
        table[2][1] = None
    expected = [icc(Ratings.from_table(table), form).value for form in FORMS]
    for change in (lambda v: v * 1.5e307, lambda v: 1e9 + v / 1024, lambda v: -v):
        changed = Ratings.from_table([[None if v is None else change(v) for v in row] for row in table])
        assert [icc(changed, form).value for form in FORMS] == pytest.approx(expected, rel=1e-6)


def test_last_of_repeated_ratings_counts():
    rows = [("p", "X", 0), ("p", "Y", 3), ("q", "X", 5), ("q", "Y", 4), ("r", "X", 1), ("r", "Y", 2), ("p", "X", 2)]
    found = icc_all(Ratings.from_long(*zip(*rows, strict=True), repeats="keep"))
    assert found == icc_all(Ratings.from_table([[2, 3], [5, 4], [1, 2]]))


def test_unknown_form_is_refused():
    with pytest.raises(ValueError, match="one of 1,1; A,1; C,1"):
        icc(Ratings.from_table([[1, 2], [2, 2]]), "ICC2")


def test_real_peer_totals_follow_from_lme4():
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    with (Path(folder) / "peer_tutor" / "peer_grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    totals = [sum(float(row[f"item{i}"]) for i in range(1, 6)) for row in rows]
    peers = Ratings.from_long([row["file_name"] for row in rows], [row["assessor_id"] for row in rows], totals)
    assert icc(peers, "A,1").value == pytest.approx(2.7352 / (2.7352 + 0.5286 + 1.8594), abs=2e-5)
    assert icc(peers, "A,k").value == pytest.approx(2.7352 / (2.7352 + (0.5286 + 1.8594) / 3), abs=2e-5)
