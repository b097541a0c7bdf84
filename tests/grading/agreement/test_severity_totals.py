"""Totals over criteria: sums of the criteria, and bands that know that the errors of one sheet go together."""

import numpy as np
import pytest

from grading.agreement import Ratings, Reason
from grading.agreement.severity import severity_model
from grading.agreement.sheets import nearest_correlation
from grading.agreement.totals import severity_totals

POLICIES = {"mean": "mean_error", "adjusted": "adjusted_error", "estimate": "standard_error"}


def simulated(rng, n_units=150, n_graders=30, readings=3, criteria=4, rho=0.4, noise=(1.0, 0.5, 1.0)):
    """Rows of normal marks, and what each unit is worth, where residuals of one sheet correlate by rho."""

    def correlated(n, within, spread):
        common = rng.normal(size=(n, 1))
        return spread * (np.sqrt(within) * common + np.sqrt(1 - within) * rng.normal(size=(n, criteria)))

    worth, bias = correlated(n_units, 0.6, noise[0]), correlated(n_graders, 0.5, noise[1])
    unit = np.repeat(np.arange(n_units), readings)
    grader = np.concatenate([rng.choice(n_graders, readings, replace=False) for _ in range(n_units)])
    marks = 5 + worth[unit] + bias[grader] + correlated(len(unit), rho, noise[2])
    return unit, grader, marks, 5 + worth


def as_ratings(unit, grader, marks):
    return {f"c{c}": Ratings.from_long(unit, grader, column) for c, column in enumerate(marks.T)}


def covered(seeds, weights, anchored=0, **design):
    """Share of totals inside their 95 % band, by policy."""
    inside = {policy: [] for policy in POLICIES}
    for seed in seeds:
        unit, grader, marks, worth = simulated(np.random.default_rng(seed), **design)
        anchors = {f"c{c}": dict(enumerate(worth[:anchored, c])) for c in range(marks.shape[1])}
        given = {f"c{c}": weight for c, weight in enumerate(weights)}
        found = severity_totals(as_ratings(unit, grader, marks), weights=given, anchors=anchors)
        for s, true in enumerate((worth @ weights).tolist()):
            if s < anchored:
                continue
            for policy in POLICIES:
                low, high = found.scripts[s].band(policy)
                inside[policy].append(low <= true <= high)
    return {policy: float(np.mean(values)) for policy, values in inside.items()}


@pytest.mark.parametrize(
    "design",
    [
        {},
        {"readings": 2, "n_graders": 100},
        {"n_units": 40, "n_graders": 12},
        {"noise": (2.0, 0.2, 0.7)},
        {"anchored": 10},
    ],
    ids=str,
)
def test_bands_of_totals_cover(design):
    shares = covered(range(30), (1.0, 2.0, 1.0, 0.5), **design)
    expected = ("adjusted", "estimate") if "anchored" in design else POLICIES
    assert {policy: shares[policy] for policy in expected if not 0.93 <= shares[policy] <= 0.97} == {}, shares


def test_without_the_residual_covariance_bands_are_too_narrow():
    unit, grader, marks, _ = simulated(np.random.default_rng(1), n_units=400)
    found = severity_totals(as_ratings(unit, grader, marks))
    alone = [sum(model.scripts[s].adjusted_error ** 2 for model in found.criteria.values()) ** 0.5 for s in range(400)]
    with_covariance = [found.scripts[s].adjusted_error for s in range(400)]
    # 4 criteria that correlate by .4: √(1 + 3 × .4) = 1.48.
    assert np.mean(np.divide(with_covariance, alone)) == pytest.approx(1.48, abs=0.1)
    off = found.residual_correlation[np.triu_indices(4, 1)]
    assert off == pytest.approx(np.full(6, 0.4), abs=0.12)
    assert found.unit_correlation[np.triu_indices(4, 1)] == pytest.approx(np.full(6, 0.6), abs=0.2)
    assert found.grader_correlation.shape == (4, 4)


def test_totals_are_weighted_sums():
    unit, grader, marks, _ = simulated(np.random.default_rng(2), n_units=30, n_graders=6, criteria=2)
    ratings = as_ratings(unit, grader, marks)
    found = severity_totals(ratings, weights={"c1": 3})
    assert found.weights == {"c0": 1.0, "c1": 3.0}
    one, other = (severity_model(table) for table in ratings.values())
    for s in range(30):
        for policy in POLICIES:
            expected = getattr(one.scripts[s], policy) + 3 * getattr(other.scripts[s], policy)
            assert getattr(found.scripts[s], policy) == pytest.approx(expected)
        assert found.scripts[s].n == 3
    for r in range(6):
        mean = (one.graders[r].severity + 3 * other.graders[r].severity) / 4
        assert found.graders[r].severity == pytest.approx(mean)
        assert found.graders[r].low < mean < found.graders[r].high
        assert found.graders[r].n == one.graders[r].n
    again = severity_totals(ratings, weights={"c1": 3}, models=found.criteria)
    assert again.scripts == found.scripts


def test_one_criterion_is_its_own_total():
    unit, grader, marks, _ = simulated(np.random.default_rng(4), criteria=1)
    ratings = as_ratings(unit, grader, marks)
    found, model = severity_totals(ratings), severity_model(ratings["c0"])
    for s in range(150):
        for name in (*POLICIES, *POLICIES.values()):
            assert getattr(found.scripts[s], name) == pytest.approx(getattr(model.scripts[s], name), abs=1e-9)
    for r in range(30):
        assert found.graders[r].standard_error == pytest.approx(model.graders[r].standard_error)
        assert found.graders[r].reliability == pytest.approx(model.graders[r].reliability)


def test_a_criterion_twice_has_twice_the_error():
    unit, grader, marks, _ = simulated(np.random.default_rng(5), criteria=1)
    ratings = as_ratings(unit, grader, marks)["c0"]
    found, model = severity_totals({"a": ratings, "b": ratings}), severity_model(ratings)
    for s in range(150):
        for name in POLICIES.values():
            twice = 2 * getattr(model.scripts[s], name)
            # Components by moments and by likelihood differ a little.
            assert getattr(found.scripts[s], name) == pytest.approx(twice, rel=0.05)
    for r in range(30):
        assert found.graders[r].standard_error == pytest.approx(model.graders[r].standard_error, rel=0.1)


def test_missing_marks_leave_no_total():
    unit, grader, marks, _ = simulated(np.random.default_rng(6), n_units=40, criteria=2)
    ratings = as_ratings(unit, grader, marks)
    first = np.arange(len(unit)) >= 4  # unit 0 and one sheet of unit 1 have no mark on the second criterion
    ratings["c1"] = Ratings.from_long(unit[first].tolist(), grader[first].tolist(), marks[first, 1])
    found = severity_totals(ratings)
    assert (found.scripts[0].mean, found.scripts[0].reason) == (None, Reason.INCOMPLETE)
    assert (found.scripts[1].n, found.scripts[1].reason) == (2, None)
    assert found.scripts[1].standard_error > found.scripts[2].standard_error * 0.9


def test_full_marks_on_one_criterion_add_no_error():
    unit, grader, marks, _ = simulated(np.random.default_rng(7), criteria=1)
    ratings = as_ratings(unit, grader, marks)
    same = Ratings.from_long(unit, grader, np.full(len(unit), 3.0))
    found, alone = severity_totals(ratings | {"same": same}), severity_totals(ratings)
    assert found.reason is None
    assert found.scripts[0].estimate == pytest.approx(alone.scripts[0].estimate + 3)
    assert found.scripts[0].standard_error == pytest.approx(alone.scripts[0].standard_error)
    nothing = severity_totals({"same": same})
    assert (nothing.scripts[0].estimate, nothing.scripts[0].standard_error, nothing.reason) == (
        3,
        None,
        Reason.NO_VARIATION,
    )


def test_criteria_without_common_sheets():
    """Marked by other people: nothing is known of what goes together, and nothing is added."""
    unit, grader, marks, _ = simulated(np.random.default_rng(8), n_units=30, n_graders=6, criteria=2)
    apart = {"a": Ratings.from_long(unit, grader, marks[:, 0]), "b": Ratings.from_long(unit, grader + 6, marks[:, 1])}
    found = severity_totals(apart)
    assert found.residual_correlation.tolist() == np.eye(2).tolist()
    assert found.graders[0].severity == pytest.approx(found.criteria["a"].graders[0].severity)


def test_sheets_too_few_to_tell_what_goes_together():
    """Three sheets on both criteria, each of its own unit and grader: all three correlate as their marks do."""
    unit, grader, marks, _ = simulated(np.random.default_rng(9), n_units=30, n_graders=6, criteria=2)
    rows = [(s, r, y) for s, r, y in zip(unit.tolist(), grader.tolist(), marks[:, 0].tolist(), strict=True)]
    common = [next(row for row in rows if row[:2] == (s, r)) for s, r in own_pairs(rows, 3)]
    other = [(s, r, 2 * y) for s, r, y in common]
    other += [(s, r + 6, y) for s, r, y in rows if s not in {row[0] for row in common}]
    found = severity_totals(
        {"a": Ratings.from_long(*zip(*rows, strict=True)), "b": Ratings.from_long(*zip(*other, strict=True))}
    )
    for rho in (found.unit_correlation, found.grader_correlation, found.residual_correlation):
        assert rho == pytest.approx(np.ones((2, 2)))


def own_pairs(rows, n):
    """Return n pairs of unit and grader of which none shares either."""
    found = []
    for s, r, _ in rows:
        if len(found) < n and all(s != t and r != q for t, q in found):
            found.append((s, r))
    return found


def test_nearest_correlation_has_no_negative_eigenvalue():
    matrix = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1.0]])
    nearest = nearest_correlation(matrix)
    assert np.linalg.eigvalsh(nearest).min() > -1e-12
    assert nearest.diagonal() == pytest.approx(np.ones(3))


@pytest.mark.parametrize(
    "wrong", [{"weights": {"x": 1}}, {"weights": {"a": -1}}, {"weights": {"a": 0}}, {"anchors": {"x": {}}}]
)
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match=r"criterion|weights"):
        severity_totals({"a": Ratings.from_table([[1, 2], [2, 3]])}, **wrong)


def test_no_criterion_at_all():
    found = severity_totals({})
    assert (found.scripts, found.graders, found.reason) == ({}, {}, Reason.NO_OVERLAP)
