import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement import reml as reml_module
from grading.agreement.moments import not_negative, sums
from grading.agreement.points import Points
from grading.agreement.variance import variance_components
from tests.grading.agreement.tables_points import (
    SHROUT_FLEISS,
    coded,
    obvious_mean_squares,
    obvious_moments,
    obvious_reml,
    restricted_deviance,
)


@st.composite
def sparse_tables(draw, units=8, largest=9):
    graders = draw(st.integers(2, 5))
    mark = st.one_of(st.none(), st.integers(-2, largest), st.integers(-2, largest))
    return draw(st.lists(st.lists(mark, min_size=graders, max_size=graders), min_size=2, max_size=units))


def shares(found):
    return [found.unit, found.grader, found.residual]


def drawn(rng, n, graders, spread, per_unit=3):
    """Normal marks on n units, each by a random few of the graders; a table with None."""
    unit, grader = spread[0] * rng.normal(size=n), spread[1] * rng.normal(size=graders)
    table = [[None] * graders for _ in range(n)]
    for i in range(n):
        for r in rng.choice(graders, rng.integers(1, per_unit + 1), replace=False):
            table[i][r] = float(unit[i] + grader[r] + rng.normal())
    return table


def test_shrout_fleiss_components():
    # Mean squares of table 3: between targets 11.24, judges 32.49, residual 1.02.
    found = variance_components(Ratings.from_table(SHROUT_FLEISS))
    expected = [(11.241667 - 1.019444) / 4, (32.486111 - 1.019444) / 6, 1.019444]
    assert shares(found) == pytest.approx(expected, abs=1e-5)
    assert (found.method, found.truncated, found.mean) == ("anova", (), pytest.approx(127 / 24))
    assert (found.n_units, found.n_graders, found.n_ratings, found.reason) == (6, 4, 24, None)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_complete_table_is_the_restricted_maximum(data):
    n, k = data.draw(st.integers(2, 6)), data.draw(st.integers(2, 4))
    table = data.draw(st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=n, max_size=n))
    found = variance_components(Ratings.from_table(table))
    if found.reason is not None:
        assert len({v for row in table for v in row}) == 1
        return
    ms = {key: float(value) for key, value in obvious_mean_squares(table).items()}
    unit, grader = (ms["R"] - ms["E"]) / k, (ms["C"] - ms["E"]) / n
    if unit >= 0 and grader >= 0:
        assert shares(found) == pytest.approx([unit, grader, ms["E"]], abs=1e-9)
        assert set(found.truncated) <= {"unit", "grader"}
    if min(unit, grader) < -1e-9:
        assert found.truncated
        assert {name for name in found.truncated if getattr(found, name) != 0} == set()
    if found.residual > 0:
        here = restricted_deviance(table, shares(found))
        for step in ([0.02, 0, 0], [0, 0.02, 0], [0, 0, 0.02], [-0.02, 0, 0], [0, -0.02, 0], [0, 0, -0.02]):
            ahead = np.array(shares(found)) + np.array(step) * found.residual
            if ahead.min() >= 0:
                assert restricted_deviance(table, ahead) >= here - 1e-9


def test_both_negative_are_pooled():
    # Both factors have less spread than the residual: all that is left is the variance of all ratings.
    found = variance_components(Ratings.from_table([[0, 3, 1], [3, 0, 2], [1, 1, 1]]))
    assert (found.unit, found.grader, found.truncated) == (0.0, 0.0, ("unit", "grader"))
    assert found.residual == pytest.approx(np.var([0, 3, 1, 3, 0, 2, 1, 1, 1], ddof=1))


@settings(max_examples=200, deadline=None)
@given(sparse_tables())
def test_moments_equal_traces_of_quadratic_forms(table):
    points = Points.of(Ratings.from_table(table))
    assume(points.half_span > 0 and points.n_ratings > max(points.n_units, points.n_graders))
    expected = obvious_moments(table)
    assume(expected is not None)
    whole, rest = sums(points)
    assert np.array(whole.components()) * points.span**2 == pytest.approx(expected, abs=1e-8)
    rated = [i for i, row in enumerate(table) if any(v is not None for v in row)]
    for position, i in enumerate(rated):
        left = [row for j, row in enumerate(table) if j != i]
        if not any(v is not None for row in left for v in row):
            continue
        of_unit, of_grader, y = coded(left)
        sizes = [getattr(rest, name)[position] for name in ("n_ratings", "n_graders", "unit_squares", "grader_squares")]
        squares = [z.sum(axis=0) @ z.sum(axis=0) for z in (of_unit, of_grader)]
        assert sizes == pytest.approx([len(y), of_grader.shape[1], *squares])
        within = [((y - z @ ((z.T @ y) / z.sum(axis=0))) ** 2).sum() for z in (of_unit, of_grader)]
        got = [rest.within_unit[position], rest.within_grader[position], rest.total[position]]
        assert np.array(got) * points.span**2 == pytest.approx([*within, ((y - y.mean()) ** 2).sum()], abs=1e-8)


@pytest.mark.parametrize("seed", range(12))
def test_reml_equals_dense_search(seed):
    rng = np.random.default_rng(seed)
    n, graders = int(rng.integers(5, 14)), int(rng.integers(3, 9))
    table = drawn(rng, n, graders, (rng.choice([0, 1, 2]), rng.choice([0, 0.5, 1])))
    found = variance_components(Ratings.from_table(table))
    expected = obvious_reml(table)
    assert found.method == "reml"
    assert restricted_deviance(table, shares(found)) <= restricted_deviance(table, expected) + 1e-8
    assert shares(found) == pytest.approx(expected, abs=1e-5 * sum(expected))
    assert found.truncated == tuple(
        name for name, value in zip(("unit", "grader", "residual"), shares(found), strict=True) if value == 0
    )


def test_more_graders_than_units_is_the_same_turned_round():
    table = drawn(np.random.default_rng(3), 30, 12, (1.0, 1.0), per_unit=4)
    turned = [list(column) for column in zip(*table, strict=True)]
    one, other = (variance_components(Ratings.from_table(each)) for each in (table, turned))
    assert [one.unit, one.grader, one.residual] == pytest.approx([other.grader, other.unit, other.residual], rel=1e-7)


def test_reml_equals_mean_squares_on_a_complete_table():
    points = Points.of(Ratings.from_table(SHROUT_FLEISS))
    found = np.array(reml_module.reml(points, (0.01, 0.3, 0.05))) * points.span**2
    assert found.tolist() == pytest.approx(shares(variance_components(Ratings.from_table(SHROUT_FLEISS))), rel=1e-6)


def test_simulated_components_are_found():
    rng = np.random.default_rng(11)
    n, graders = 6000, 60
    unit, grader = np.repeat(np.arange(n), 3), rng.permuted(np.tile(np.arange(graders), (n, 1)), axis=1)[:, :3].ravel()
    own, severity = 2 * rng.normal(size=n), rng.normal(size=graders)
    marks = own[unit] + severity[grader] + 1.5 * rng.normal(size=3 * n)
    found = variance_components(Ratings.from_long(unit, grader, marks))
    assert shares(found) == pytest.approx([own.var(ddof=1), severity.var(ddof=1), 2.25], rel=0.1)


def test_likelihood_without_any_rest_is_infinitely_bad():
    absorbed = reml_module.absorb(Points.of(Ratings.from_table([[1, 1, None], [None, 1, 1]])), False)
    assert reml_module.deviance(absorbed, np.array([1.0, 1.0]))[0] == np.inf


def test_too_many_levels_leave_the_moments(monkeypatch):
    table = drawn(np.random.default_rng(5), 40, 9, (1.0, 1.0), per_unit=4)
    monkeypatch.setattr(reml_module, "MOST_LEVELS", 8)
    found = variance_components(Ratings.from_table(table))
    assert (found.method, found.truncated) == ("moments", ())
    assert shares(found) == pytest.approx(obvious_moments(table), rel=1e-9)


def test_negative_moments_are_set_to_nothing(monkeypatch):
    monkeypatch.setattr(reml_module, "MOST_LEVELS", 1)
    found = variance_components(Ratings.from_table([[0, 3, None], [3, 0, 1], [None, 1, 2], [2, None, 1]]))
    assert found.truncated
    assert min(shares(found)) == 0
    assert not_negative(-1.0, -0.5, 2.0) == (0.0, 0.0, 1.5)
    assert not_negative(1.0, 2.0, -0.5) == (1.0, 1.5, 0.0)


@pytest.mark.parametrize(("of_unit", "of_grader"), [(10, 1), (1, 0), (0, 1)])
def test_marks_that_are_sums_leave_no_residual(of_unit, of_grader):
    additive = [[of_unit * i + of_grader * j * j + 0.1 for j in range(4)] for i in range(6)]
    for i in range(3):
        additive[i][i] = None
    for table in (additive, [list(column) for column in zip(*additive, strict=True)]):
        found = variance_components(Ratings.from_table(table))
        sides = [of_unit**2 * np.var(range(6), ddof=1), of_grader**2 * np.var([0, 1, 4, 9], ddof=1)]
        assert shares(found) == pytest.approx([*(sides if table is additive else sides[::-1]), 0.0], abs=1e-9)
        assert "residual" in found.truncated


def test_small_residual_is_not_taken_for_none():
    rng = np.random.default_rng(2)
    table = [[1e4 * i + 50.0 * j + rng.normal() for j in range(4)] for i in range(30)]
    for i in range(8):
        table[i][i % 4] = None
    found = variance_components(Ratings.from_table(table))
    assert (found.method, found.truncated) == ("reml", ())
    assert found.residual == pytest.approx(1, rel=0.3)
    assert found.unit == pytest.approx(1e8 * np.var(range(30), ddof=1), rel=1e-3)


def test_single_ratings_count():
    table = [[3, 5, None], [2, 2, None], [None, 4, 6], [1, None, 3]]
    alone = [*table, [9, None, None]]
    assert variance_components(Ratings.from_table(alone)).n_units == 5
    assert shares(variance_components(Ratings.from_table(alone))) == pytest.approx(obvious_reml(alone), abs=1e-4)


def test_disconnected_parts_are_enough_unless_no_grader_rated_twice():
    blocks = [[1, 2, None, None], [5, 4, None, None], [None, None, 7, 9], [None, None, 2, 5]]
    found = variance_components(Ratings.from_table(blocks))
    assert found.reason is None
    nested = [[1, 2, None, None], [None, None, 7, 9]]
    assert variance_components(Ratings.from_table(nested)).reason == Reason.DISCONNECTED


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], Reason.NO_OVERLAP),
        ([[None, None]], Reason.NO_OVERLAP),
        ([[1], [2], [3]], Reason.NO_OVERLAP),
        ([[1, None], [None, 2]], Reason.NO_OVERLAP),
        ([[1, 2]], Reason.ONE_UNIT),
        ([[1, 2], [3, None]], Reason.ONE_UNIT),
        ([[0.1, 0.1], [0.1, 0.1]], Reason.NO_VARIATION),
        ([["a", "b"], ["b", "b"]], Reason.WRONG_SCALE),
        ([[1e300, -1e300], [5e299, 1e300]], Reason.WRONG_SCALE),
    ],
)
def test_degenerate_table_is_none_with_reason(table, reason):
    found = variance_components(Ratings.from_table(table))
    assert (found.unit, found.grader, found.residual, found.mean, found.method, found.reason) == (
        *[None] * 5,
        reason,
    )


@settings(max_examples=60, deadline=None)
@given(sparse_tables())
def test_shift_adds_nothing_and_scale_squares(table):
    def changed(change):
        return variance_components(
            Ratings.from_table([[None if v is None else change(v) for v in row] for row in table])
        )

    plain, moved, wider = changed(float), changed(lambda v: 1e9 + v), changed(lambda v: 8.0 * v)
    assert plain.reason == moved.reason == wider.reason
    if plain.reason is None:
        size = sum(shares(plain))
        assert shares(moved) == pytest.approx(shares(plain), abs=1e-5 * size)
        assert shares(wider) == pytest.approx([64 * value for value in shares(plain)], abs=1e-5 * 64 * size)
        assert moved.mean == pytest.approx(1e9 + plain.mean)


def test_last_of_repeated_ratings_counts():
    rows = [("p", "X", 0), ("p", "Y", 3), ("q", "X", 5), ("q", "Y", 4), ("p", "X", 2)]
    found = variance_components(Ratings.from_long(*zip(*rows, strict=True), repeats="keep"))
    assert shares(found) == shares(variance_components(Ratings.from_table([[2, 3], [5, 4]])))


def test_real_peer_totals_equal_lme4():
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    with (Path(folder) / "peer_tutor" / "peer_grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    totals = [sum(float(row[f"item{i}"]) for i in range(1, 6)) for row in rows]
    found = variance_components(
        Ratings.from_long([row["file_name"] for row in rows], [row["assessor_id"] for row in rows], totals)
    )
    assert shares(found) == pytest.approx([2.7352, 0.5286, 1.8594], abs=5e-5)
