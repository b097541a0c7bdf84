from dataclasses import replace

import numpy as np
import pytest

from grading.agreement import Ratings
from grading.agreement.simulate import hand_out, kinds, simulate, sitting
from grading.agreement.simulation import CriterionShape, GraderShape

TOP_HEAVY = CriterionShape((0, 1, 2, 5), (0.1, 0.1, 0.2, 0.6))
EVEN = CriterionShape((1, 2, 3, 4, 5), (0.2,) * 5)


def drawn(*, shapes=(TOP_HEAVY, EVEN), seed=0, n_scripts=4000, n_graders=200, readings=3, correlation=0.5, **graders):
    return simulate(
        shapes, n_scripts=n_scripts, n_graders=n_graders, readings=readings, rng=np.random.default_rng(seed),
        correlation=correlation, graders=GraderShape(**graders),
    )  # fmt: skip


def marks(found, criterion) -> np.ndarray:
    """Return the marks of each sheet, script by script in the order of the readings."""
    return found.ratings[criterion].values


def test_levels_have_the_shares_asked_for():
    found = drawn(severity=0.3, noise=0.8, halo=0.4, drift=0.5)
    for shape, ratings in zip((TOP_HEAVY, EVEN), found.ratings, strict=True):
        shares = np.bincount(ratings.code, minlength=len(shape.levels)) / ratings.n_ratings
        assert shares == pytest.approx(shape.shares, abs=0.03)


def test_truth_is_the_mean_of_many_readings():
    found = drawn(n_scripts=50, n_graders=2000, readings=1500, severity=0.4, drift=0.8, noise_spread=0.0)
    for c in range(2):
        means = marks(found, c).reshape(50, 1500).mean(axis=1)
        assert means == pytest.approx(found.truth[:, c], abs=0.2)
        assert (means - found.truth[:, c]).mean() == pytest.approx(0, abs=0.05)


def test_without_noise_marks_are_the_truth():
    found = drawn(severity=0, noise=0)
    assert marks(found, 0).tolist() == pytest.approx(np.repeat(found.truth[:, 0], 3).tolist())


@pytest.mark.parametrize("correlation", [0, 0.4, 1])
def test_criteria_go_together_as_asked_for(correlation):
    found = drawn(correlation=correlation)
    assert np.corrcoef(found.worth.T)[0, 1] == pytest.approx(correlation, abs=0.05)
    assert found.worth.std(axis=0) == pytest.approx(1, abs=0.05)


def test_severe_graders_give_less():
    found = drawn(n_scripts=20000, n_graders=40, severity=0.8, noise=0.5)
    ratings = found.ratings[1]
    means = np.bincount(ratings.grader, ratings.values) / np.bincount(ratings.grader)
    assert np.corrcoef(means, found.severity[:, 1])[0, 1] < -0.95
    assert found.severity.std() == pytest.approx(0.8, abs=0.2)
    assert (found.severity[:, 0] == found.severity[:, 1]).all()
    apart = drawn(severity=0, severity_by_criterion=0.5).severity
    assert abs(np.corrcoef(apart.T)[0, 1]) < 0.2
    assert apart.std() == pytest.approx(0.5, abs=0.06)


def residuals(found, criterion):
    """Return marks less the truth of their script and the mean of their grader."""
    ratings = found.ratings[criterion]
    rest = ratings.values - found.truth[ratings.unit, criterion]
    return rest - (np.bincount(ratings.grader, rest) / np.bincount(ratings.grader))[ratings.grader]


def test_halo_correlates_what_is_left_of_a_sheet():
    plain, haloed = (
        drawn(shapes=(EVEN, EVEN), halo=halo, correlation=0, n_scripts=8000, n_graders=40) for halo in (0, 0.8)
    )
    of = [np.corrcoef(residuals(found, 0), residuals(found, 1))[0, 1] for found in (plain, haloed)]
    assert of[0] == pytest.approx(0, abs=0.05)
    assert of[1] > 0.5


def test_drift_runs_along_the_sitting():
    found = drawn(n_scripts=20000, n_graders=40, severity=0, noise=0.5, drift=1.0)
    place = sitting(found.ratings[1].grader)
    rest = residuals(found, 1)
    slopes = [np.polyfit(place[mine], rest[mine], 1)[0] for mine in (found.ratings[1].grader == g for g in range(40))]
    assert np.corrcoef(slopes, found.drift)[0, 1] < -0.95


def test_sitting_counts_each_graders_sheets():
    assert sitting(np.array([3, 1, 3, 3, 0, 1])).tolist() == [0, 0, 0.5, 1, 0.5, 1]


def test_each_kind_has_its_fault():
    shares = dict.fromkeys(("random", "constant", "central", "copier", "biased"), 0.1)
    found = drawn(n_scripts=4000, n_graders=40, severity=0, noise=0.3, **shares)
    assert {kind: found.kind.count(kind) for kind in found.kind} == {
        "plain": 20, "random": 4, "constant": 4, "central": 4, "copier": 4, "biased": 4,
    }  # fmt: skip
    ratings = found.ratings[1]
    spread, right, copied = {}, {}, {}
    table = ratings.values.reshape(-1, 3)
    handed = ratings.grader.reshape(-1, 3)
    for grader, kind in enumerate(found.kind):
        mine = ratings.grader == grader
        own = ratings.values[mine]
        spread.setdefault(kind, []).append(own.std())
        if kind != "constant":
            right.setdefault(kind, []).append(np.corrcoef(own, found.truth[ratings.unit[mine], 1])[0, 1])
        later = handed[:, 1:] == grader
        copied.setdefault(kind, []).append((table[:, 1:] == table[:, :-1])[later].mean())
    assert max(spread["constant"]) == 0
    assert max(spread["central"]) < 0.6 * min(spread["plain"])
    assert max(right["random"]) < 0.2 < 0.9 < min(right["plain"])
    assert min(copied["copier"]) == 1 > max(copied["plain"])
    biased = np.array([kind == "biased" for kind in found.kind])
    assert np.abs(found.severity[biased]) == pytest.approx(1.2)
    assert found.severity[~biased] == pytest.approx(0)


def test_outliers_are_off_and_named():
    found = drawn(shapes=(EVEN,), severity=0, noise=0.3, outliers=0.05, outlier_size=8)
    assert found.outlier.mean() == pytest.approx(0.05, abs=0.01)
    off = np.abs(marks(found, 0) - np.repeat(found.truth[:, 0], 3))
    assert off[found.outlier[:, 0]].mean() > 4 * off[~found.outlier[:, 0]].mean()


def test_noise_differs_between_graders_as_asked_for():
    assert np.log(drawn(noise_spread=0.4).noise).std() == pytest.approx(0.4, abs=0.06)
    assert set(drawn(noise=0.7).noise.tolist()) == {0.7}


@pytest.mark.parametrize(("n_scripts", "n_graders", "readings"), [(100, 7, 3), (5, 5, 5), (1, 4, 2), (1000, 30, 4)])
def test_hand_out_gives_different_graders_and_like_loads(n_scripts, n_graders, readings):
    handed = hand_out(n_scripts, n_graders, readings, np.random.default_rng(3))
    assert handed.shape == (n_scripts, readings)
    assert all(len(set(row)) == readings for row in handed.tolist())
    load = np.bincount(handed.ravel(), minlength=n_graders)
    assert load.sum() == n_scripts * readings
    mean = load.mean()
    assert np.abs(load - mean).max() <= max(2, 5 * np.sqrt(mean))


def test_hand_out_connects_everybody():
    assert drawn(n_scripts=300, n_graders=30).ratings[0].components.count == 1


def test_same_seed_gives_the_same_round():
    first, again, other = drawn(seed=4), drawn(seed=4), drawn(seed=5)
    assert (marks(first, 0) == marks(again, 0)).all()
    assert (marks(first, 0) != marks(other, 0)).any()
    assert isinstance(first.ratings[0], Ratings)


def test_levels_that_nobody_gives_stay_levels():
    found = drawn(shapes=(CriterionShape((0, 1, 2), (0, 0.5, 0.5)), CriterionShape((0, 1, 2), (0.5, 0.5, 0))))
    assert [sorted(set(marks(found, c).tolist())) for c in (0, 1)] == [[1, 2], [0, 1]]
    assert [ratings.levels.tolist() for ratings in found.ratings] == [[0, 1, 2]] * 2
    assert found.truth[:, 0].min() >= 1
    assert found.truth[:, 1].max() <= 1
    only = simulate([CriterionShape((3,), (1,))], n_scripts=2, n_graders=2, readings=2, rng=np.random.default_rng(0))
    assert marks(only, 0).tolist() == [3] * 4


def test_shares_of_kinds_are_rounded_down_on_the_whole():
    like = GraderShape(random=0.15, constant=0.15, biased=0.7)
    found = kinds(like, 10, np.random.default_rng(0))
    assert [found.count(kind) for kind in ("random", "constant", "biased", "plain")] == [1, 2, 7, 0]


GOOD = {"criteria": [EVEN], "n_scripts": 10, "n_graders": 5, "readings": 2}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"readings": 6}, "different graders"),
        ({"readings": 0}, "different graders"),
        ({"criteria": [CriterionShape((1, 1), (0.5, 0.5))]}, "ascend"),
        ({"criteria": [CriterionShape((1, 2), (1,))]}, "ascend"),
        ({"criteria": [CriterionShape((1, 2), (0.5, 0.4))]}, "whole"),
        ({"criteria": [CriterionShape((1, 2), (1.5, -0.5))]}, "whole"),
        ({"correlation": 1.1}, "between 0 and 1"),
        ({"graders": GraderShape(halo=2)}, "between 0 and 1"),
        ({"graders": GraderShape(outliers=-1)}, "between 0 and 1"),
        ({"graders": GraderShape(noise=-1)}, "below 0"),
        ({"graders": replace(GraderShape(), random=0.6, copier=0.6)}, "more than a whole"),
    ],
)
def test_wrong_argument_is_refused(wrong, message):
    arguments = GOOD | wrong
    with pytest.raises(ValueError, match=message):
        simulate(arguments.pop("criteria"), rng=np.random.default_rng(0), **arguments)
