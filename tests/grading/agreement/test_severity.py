"""One criterion: against the whole covariance matrix, and against itself shifted, scaled and shuffled."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement import additive as additive_module
from grading.agreement import uncertainty as uncertainty_module
from grading.agreement.additive import solve
from grading.agreement.points import Points
from grading.agreement.severity import severity_model, starting_point
from tests.grading.agreement.slow_severity import blup

NUMBERS = ("mean", "adjusted", "estimate", "mean_error", "adjusted_error", "standard_error")
NOT_SHRUNK = [[2, 4, None], [3, 5, 4], [7, None, 8], [5, 7, 7]]


@st.composite
def designs(draw):
    """Rows of a sparse table in which each unit and each grader has a rating, some of them anchors, and variances."""
    n_units, n_graders = draw(st.integers(2, 7)), draw(st.integers(2, 5))
    pairs = draw(st.sets(st.tuples(st.integers(0, n_units - 1), st.integers(0, n_graders - 1)), min_size=2))
    units = {unit: place for place, unit in enumerate(dict.fromkeys(unit for unit, _ in sorted(pairs)))}
    graders = {grader: place for place, grader in enumerate(dict.fromkeys(grader for _, grader in sorted(pairs)))}
    rows = [(units[unit], graders[grader], draw(st.integers(0, 6))) for unit, grader in sorted(pairs)]
    assume(len({points for _, _, points in rows}) > 1)
    anchored = draw(st.sets(st.integers(0, len(units) - 1), max_size=3))
    anchors = [(unit, draw(st.integers(0, 6))) for unit in sorted(anchored)]
    part = st.sampled_from([0.0, 0.1, 1.0, 3.0])
    return rows, anchors, (draw(part), draw(part), draw(st.sampled_from([0.2, 1.0, 5.0])))


def column(found, name):
    return [getattr(one, name) for one in found.values()]


def fitted_to(rows, anchors=(), variances=None):
    ratings = Ratings.from_long(*zip(*rows, strict=True))
    return severity_model(ratings, anchors=dict(anchors), variances=variances)


@settings(max_examples=150, deadline=None)
@given(designs())
def test_sparse_solution_equals_the_dense_one(design):
    rows, anchors, variances = design
    found = fitted_to(rows, anchors, variances)
    slow = blup(rows, variances, found.fit.solution.ratio, anchors)
    for name in ("estimate", "adjusted", "standard_error", "adjusted_error"):
        assert column(found.scripts, name) == pytest.approx(slow[name], abs=1e-8), name
    assert found.mean == pytest.approx(slow["fixed"][0], abs=1e-8)
    assert found.n_anchors == len(anchors)
    if anchors:
        assert (found.crowd_bias, found.crowd_bias_error) == pytest.approx(
            (slow["fixed"][1], slow["crowd_error"]), abs=1e-8
        )
    else:
        assert (found.crowd_bias, found.crowd_bias_error) == (None, None)
    if found.n_components == 1 and variances[1] > 0 and len(found.graders) > 1:
        assert column(found.graders, "severity") == pytest.approx(slow["severity"], abs=1e-8)
        assert column(found.graders, "standard_error") == pytest.approx(slow["severity_error"], abs=1e-8)


def test_estimated_variances_give_the_same_as_these_given():
    rng = np.random.default_rng(3)
    rows = [(s, r, float(rng.integers(0, 7))) for s in range(20) for r in rng.choice(8, 3, replace=False).tolist()]
    found = fitted_to(rows)
    again = fitted_to(rows, variances=(found.unit, found.grader, found.residual))
    assert (found.method, again.method) == ("reml", "given")
    for name in NUMBERS:
        assert column(found.scripts, name) == pytest.approx(column(again.scripts, name), abs=1e-9)


def simulated(seed=1, n_units=40, n_graders=9, readings=4, noise=None):
    rng = np.random.default_rng(seed)
    worth, bias = 2 * rng.normal(size=n_units), rng.normal(size=n_graders)
    spread = np.ones(n_graders) if noise is None else np.array(noise)
    return [
        (s, r, 10 + worth[s] + bias[r] + spread[r] * rng.normal())
        for s in range(n_units)
        for r in rng.choice(n_graders, readings, replace=False).tolist()
    ], -bias


def test_severity_and_noise_are_found():
    noise = [0.4] + [1.0] * 7 + [2.5]
    rows, severity = simulated(n_units=300, noise=noise)
    found = fitted_to(rows)
    graders = [found.graders[r] for r in range(9)]
    for report, true in zip(graders, severity - severity.mean(), strict=True):
        assert report.low < true < report.high
        assert (report.n, report.component, report.reason) == (report.n, 0, None)
        assert report.from_ratings > 0.8
        assert not report.is_mostly_prior
    reliabilities = [report.reliability for report in graders]
    assert np.argsort(reliabilities)[[0, -1]].tolist() == [8, 0]
    assert all(0.25 <= value <= 4 for value in reliabilities)
    assert sum(report.severity for report in graders) == pytest.approx(0, abs=1e-9)


def test_ratios_settle_at_the_posterior_mean():
    """Where v no longer changes, v = (6 + Σ(ê² + var(a + b))/σ²_e)/(6 + n), as EM has it."""
    rows, _ = simulated(n_units=60, n_graders=12, readings=3)
    found = fitted_to(rows)
    variances, ratio = found.fit.solution.variances, found.fit.solution.ratio
    places = {r: found.fit.places[r] for r in range(12)}
    unsure = blup([(s, places[r], y) for s, r, y in rows], variances, ratio)["effects_variance"]
    total, n = np.zeros(12), np.zeros(12)
    for (s, r, points), variance in zip(rows, unsure, strict=True):
        total[places[r]] += ((points - found.expected(s, r)) / found.fit.scale) ** 2 + variance
        n[places[r]] += 1
    expected = (6 + total / variances[2]) / (6 + n)
    assert ratio == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("offset", [-1e6, 0.5, 1e9])
def test_shift_moves_values_and_leaves_errors(offset):
    rows, _ = simulated()
    found, moved = fitted_to(rows), fitted_to([(s, r, points + offset) for s, r, points in rows])
    for name in NUMBERS:
        by = offset if "error" not in name else 0
        assert column(moved.scripts, name) == pytest.approx([v + by for v in column(found.scripts, name)], abs=1e-5)
    assert column(moved.graders, "severity") == pytest.approx(column(found.graders, "severity"), abs=1e-5)


@pytest.mark.parametrize("factor", [1e-150, 0.25, 1e6, 1e150])
def test_scale_multiplies_everything(factor):
    rows, _ = simulated()
    anchors = {0: 11.0, 3: 9.0}
    ratings = Ratings.from_long(*zip(*rows, strict=True))
    wider = Ratings.from_long(*zip(*[(s, r, factor * points) for s, r, points in rows], strict=True))
    found = severity_model(ratings, anchors=anchors)
    moved = severity_model(wider, anchors={unit: factor * points for unit, points in anchors.items()})
    for name in NUMBERS:
        expected = [factor * value for value in column(found.scripts, name)]
        assert column(moved.scripts, name) == pytest.approx(expected, rel=1e-6)
    assert moved.crowd_bias == pytest.approx(factor * found.crowd_bias, rel=1e-6)
    assert column(moved.graders, "reliability") == pytest.approx(column(found.graders, "reliability"), rel=1e-6)


def test_order_of_rows_changes_nothing():
    rows, _ = simulated()
    shuffled = [rows[place] for place in np.random.default_rng(0).permutation(len(rows)).tolist()]
    found, other = fitted_to(rows), fitted_to(shuffled)
    for label, script in found.scripts.items():
        for name in NUMBERS:
            assert getattr(other.scripts[label], name) == pytest.approx(getattr(script, name), abs=1e-9)
    for label, report in found.graders.items():
        assert other.graders[label].severity == pytest.approx(report.severity, abs=1e-9)


def test_last_of_repeated_ratings_counts():
    rows, _ = simulated()
    first = [(s, r, 0.0) for s, r, _ in rows[:5]]
    kept = severity_model(Ratings.from_long(*zip(*[*first, *rows], strict=True), repeats="keep"))
    assert kept.scripts[0].estimate == pytest.approx(fitted_to(rows).scripts[0].estimate, abs=1e-9)
    assert kept.scripts[0].n == 4
    assert kept.graders[rows[0][1]].n == fitted_to(rows).graders[rows[0][1]].n


def test_anchors_move_every_estimate_by_the_common_bias():
    rows, _ = simulated(n_units=200)
    rng = np.random.default_rng(8)
    plain = fitted_to(rows)
    worth = {s: plain.scripts[s].estimate + 3 + 0.1 * rng.normal() for s in range(30)}
    found = fitted_to(rows, worth.items())
    assert found.crowd_bias == pytest.approx(-3, abs=0.2)
    assert 0 < found.crowd_bias_error < 0.3
    for s in range(30, 200):
        assert found.scripts[s].estimate == pytest.approx(plain.scripts[s].estimate + 3, abs=0.5)
        assert found.scripts[s].adjusted == pytest.approx(plain.scripts[s].adjusted + 3, abs=0.5)
        assert found.scripts[s].mean == plain.scripts[s].mean
    # The anchored ones are known best, and lie where the staff put them.
    assert found.scripts[0].standard_error < 0.5 * plain.scripts[0].standard_error
    assert abs(found.scripts[0].estimate - worth[0]) < 0.4
    # Severity compares graders with each other, whatever they share.
    for label, report in plain.graders.items():
        assert found.graders[label].severity == pytest.approx(report.severity, abs=0.3)


def test_anchors_without_rating_or_number_are_left_out():
    rows, _ = simulated()
    given = {0: Decimal("11.5"), "unknown": 3, 1: None, 2: float("nan")}
    assert severity_model(Ratings.from_long(*zip(*rows, strict=True)), anchors=given).n_anchors == 1
    without = Ratings.from_long([0, 0, 1, 1, 2], [0, 1, 0, 1, 1], [1, 2, 3, 3, None])
    assert severity_model(without, anchors={2: 3}).crowd_bias is None


@pytest.mark.parametrize(
    ("anchors", "error"), [({0: "3"}, TypeError), ({0: True}, TypeError), ({0: float("inf")}, ValueError)]
)
def test_wrong_anchor_is_refused(anchors, error):
    with pytest.raises(error, match="anchor"):
        severity_model(Ratings.from_table(NOT_SHRUNK), anchors=anchors)


@pytest.mark.parametrize("variances", [(1, 2), (1, -1, 1), (float("nan"), 1, 1), (0, 0, 0), (1, float("inf"), 1)])
def test_wrong_variances_are_refused(variances):
    with pytest.raises(ValueError, match="variances"):
        severity_model(Ratings.from_table(NOT_SHRUNK), variances=variances)


def test_units_are_never_shrunk_past_the_mean():
    rows, _ = simulated()
    found = fitted_to(rows)
    for script in found.scripts.values():
        assert abs(script.estimate - found.mean) < abs(script.adjusted - found.mean)
        assert script.standard_error < script.adjusted_error < script.mean_error * 1.2
        for policy in ("mean", "adjusted", "estimate"):
            low, high = script.band(policy)
            assert low < getattr(script, policy) < high


def test_start_saves_steps_and_changes_nothing(monkeypatch):
    rows, _ = simulated(n_units=120, n_graders=40, readings=3)
    before = fitted_to(rows[:-2])
    ratings = Ratings.from_long(*zip(*rows, strict=True))
    cold, warm = severity_model(ratings), severity_model(ratings, start=before)
    for label in cold.scripts:
        assert warm.scripts[label].estimate == pytest.approx(cold.scripts[label].estimate, abs=1e-9)
    # Without a single step the earlier solution is nearer than nothing is.
    monkeypatch.setattr(additive_module, "MOST_STEPS", 0)
    points, variances = Points.of(ratings), cold.fit.solution.variances
    exact, nearby = cold.fit.solution, starting_point(ratings, points, before)
    near, far = (solve(cold.fit.design, variances, exact.ratio, one, 1e-9).effect for one in (nearby, None))
    assert np.abs(near - exact.effect).mean() < 0.5 * np.abs(far - exact.effect).mean()
    monkeypatch.undo()
    anchored = severity_model(ratings, anchors={0: 3.0}, start=before)
    assert anchored.n_anchors == 1
    undefined = severity_model(Ratings.from_table([[1]]))
    assert severity_model(ratings, start=undefined).reason is None


def test_many_graders_have_errors_to_first_order(monkeypatch):
    rows, _ = simulated(n_units=300, n_graders=60)
    exact = fitted_to(rows)
    monkeypatch.setattr(uncertainty_module, "MOST_GRADERS", 10)
    monkeypatch.setattr(additive_module, "MANY_RATINGS", 10)
    rough = fitted_to(rows)
    assert not rough.fit.uncertainty.is_exact
    assert column(rough.scripts, "estimate") == pytest.approx(column(exact.scripts, "estimate"), abs=0.2)
    for name in ("adjusted_error", "standard_error"):
        assert column(rough.scripts, name) == pytest.approx(column(exact.scripts, name), rel=0.05)
    assert column(rough.graders, "standard_error") == pytest.approx(column(exact.graders, "standard_error"), rel=0.1)


def test_expected_rating():
    rows, _ = simulated()
    found = fitted_to(rows, [(0, 12.0)])
    script, effect = found.scripts[0], found.fit.solution.effect[found.fit.places[3]]
    expected = script.estimate + found.crowd_bias + found.fit.scale * effect
    assert found.expected(0, 3) == pytest.approx(expected)
    assert found.expected(0, "new") == pytest.approx(script.estimate + found.crowd_bias)
    assert found.expected("nobody", 3) is None
    assert severity_model(Ratings.from_table([[1], [2]])).expected(0, 0) is None


def test_text_has_no_severity():
    found = severity_model(Ratings.from_table([["a", "b"], ["b", "b"]]), variances=(1, 1, 1))
    assert (found.reason, found.scripts[0].mean) == (Reason.WRONG_SCALE, None)
