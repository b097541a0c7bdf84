"""Real marks of peers against tutors, and held-out ratings; nothing here is tuned on the reference."""

import os

import numpy as np
import pytest

from benchmarks._marks import immer01a, peer_tutor, ratings3
from benchmarks.accuracy import METHODS, Criteria, compare, held_out, quadratic_kappa, with_drawn_anchors
from grading.agreement import Ratings
from grading.agreement.severity import severity_model
from grading.agreement.totals import severity_totals

needs_data = pytest.mark.skipif(
    not os.environ.get("EDU_CROWD_DATA"),
    reason="EDU_CROWD_DATA is not set: figures of real marks are not checked.",
)


@pytest.fixture(scope="module")
def peers():
    return Criteria(peer_tutor())


@needs_data
def test_peer_totals_have_the_components_of_lme4():
    marks = peer_tutor()
    found = severity_model(Ratings.from_long(marks.unit, marks.grader, np.sum(list(marks.points.values()), axis=0)))
    assert (found.unit, found.grader, found.residual) == pytest.approx((2.7352, 0.5286, 1.8594), abs=5e-5)
    assert (found.method, found.n_components) == ("reml", 1)


@needs_data
def test_estimates_come_nearer_to_tutors_than_means(peers):
    tutors = sum(peers.reference.values(), np.zeros(len(peers.units)))
    found = {name: compare(method(peers), tutors) for name, method in METHODS.items()}
    # Published with the data: mean, median and medians of criteria against the mean of three tutors.
    assert found["mean"]["rmse"] == pytest.approx(1.315, abs=5e-4)
    assert found["median"]["rmse"] == pytest.approx(1.321, abs=5e-4)
    assert found["criterion_medians"]["rmse"] == pytest.approx(1.295, abs=5e-4)
    assert found["estimate"]["rmse"] <= 1.095
    assert found["estimate"]["centred_rmse"] < found["adjusted"]["centred_rmse"] < found["mean"]["centred_rmse"]


@needs_data
def test_twenty_anchors_take_the_common_bias_away(peers):
    found = with_drawn_anchors(peers, 20, draws=60)
    assert found["rmse"] + 2 * found["se"] <= 0.715


@needs_data
def test_tutors_show_how_much_harsher_peers_are(peers):
    """Plain means lie .85 below the tutors' totals; precise graders, who weigh more in the model, less so."""
    tutors = sum(peers.reference.values(), np.zeros(len(peers.units)))
    assert np.mean(METHODS["mean"](peers) - tutors) == pytest.approx(-0.85, abs=0.005)
    bias = 0.0
    for name, ratings in peers.ratings.items():
        found = severity_model(ratings, anchors=dict(zip(peers.units, peers.reference[name].tolist(), strict=True)))
        bias += found.crowd_bias
        assert found.crowd_bias_error < 0.06
    assert bias == pytest.approx(np.mean(METHODS["estimate"](peers) - tutors), abs=0.05)


@needs_data
def test_bands_of_real_totals_hold_the_tutors(peers):
    """But for the bias that only anchors show, 95 % bands hold 93 to 97 of 100 tutors' totals."""
    tutors = sum(peers.reference.values(), np.zeros(len(peers.units)))
    found = severity_totals(peers.ratings, models=peers.models)
    for policy in ("mean", "adjusted", "estimate"):
        scripts = [found.scripts[unit] for unit in peers.units]
        values = np.array([getattr(script, policy) for script in scripts])
        half = [script.band(policy)[1] - getattr(script, policy) for script in scripts]
        apart = values - tutors
        assert 0.93 <= np.mean(np.abs(apart - apart.mean()) <= half) <= 0.97


@needs_data
@pytest.mark.parametrize("load", [immer01a, ratings3])
def test_held_out_ratings_are_foretold_better_than_by_the_mean(load):
    found = held_out(load(), repeats=2)
    assert found["estimate"]["rmse"] <= 0.95 * found["mean"]["rmse"]


def test_quadratic_kappa_of_cohen_1968_scale():
    assert quadratic_kappa(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) == 1
    assert quadratic_kappa(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])) == -1
    # Observed 1/4 × 1, by chance .25 + .25: kappa 1 − .25/.5.
    assert quadratic_kappa(np.array([0.0, 0, 1, 1]), np.array([0.0, 0, 1, 0])) == pytest.approx(1 - 0.25 / 0.5)


def test_comparison_knows_bias_from_spread():
    found = compare(np.array([2.0, 3, 5]), np.array([1.0, 2, 4]))
    assert (found["rmse"], found["centred_rmse"], found["r"]) == (1, 0, pytest.approx(1))
