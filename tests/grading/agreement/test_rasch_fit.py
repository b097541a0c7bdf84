import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from grading.agreement import rasch_fit, rasch_sheets
from grading.agreement.rasch import many_facet_rasch
from grading.agreement.rasch_fit import Parameters, curves, likelihood
from grading.agreement.rasch_report import known
from grading.agreement.rasch_scores import Scores
from grading.agreement.rasch_sheets import Sheets
from grading.agreement.rasch_statistics import criterion_errors, errors, grader_errors, mean_squares, weights
from tests.grading.agreement.rasch_rounds import (
    TOPS,
    obvious_likelihood,
    obvious_mean_squares,
    ratings_of,
    sheets_of,
    simulated,
    small_rounds,
)


@settings(max_examples=60, deadline=None)
@given(small_rounds())
def test_likelihood_and_slopes_equal_the_obvious_ones(drawn):
    rows, parameters = drawn
    theta = np.linspace(-4, 4, 9)
    value, slope = likelihood(sheets_of(rows), parameters, theta)
    assert value == pytest.approx(obvious_likelihood(rows, parameters, theta.tolist()), abs=1e-9)

    def change(difference):
        ahead, back = (obvious_likelihood(rows, difference(h), theta.tolist()) for h in (1e-5, -1e-5))
        return (ahead - back) / 2e-5

    for r in range(3):
        moved = change(lambda h, r=r: replace(parameters, severity=parameters.severity + h * np.eye(3)[r]))
        assert slope.severity[r] == pytest.approx(moved, abs=1e-6)
    for c, top in enumerate(TOPS):
        for k in range(top):
            steps = [s.copy() for s in parameters.steps]

            def difference(h, c=c, k=k, top=top, steps=steps):
                moved = list(steps)
                moved[c] = steps[c] + h * np.eye(top)[k]
                return replace(parameters, steps=moved)

            assert slope.steps[c][k] == pytest.approx(change(difference), abs=1e-6)
    assert slope.spread == pytest.approx(change(lambda h: replace(parameters, spread=parameters.spread + h)), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(small_rounds())
def test_errors_are_the_curvature_and_mean_squares_the_obvious_ones(drawn):
    rows, parameters = drawn
    theta = np.linspace(-4, 4, 9)
    sheets = sheets_of(rows)
    shown = curves(parameters, theta)
    weight = weights(sheets, rasch_fit.Fit(parameters, 0.0, True, theta), shown)

    def curvature(difference):
        back, here, ahead = (obvious_likelihood(rows, difference(h), theta.tolist()) for h in (-1e-3, 0.0, 1e-3))
        return -(back - 2 * here + ahead) / 1e-6

    of_grader, of_criterion = grader_errors(sheets, shown, weight), criterion_errors(sheets, shown, weight)
    for r in range(3):
        bent = curvature(lambda h, r=r: replace(parameters, severity=parameters.severity + h * np.eye(3)[r]))
        assert bent <= 1e-4 or of_grader[r] ** -2.0 == pytest.approx(bent, abs=1e-4)
    for c in range(2):
        bent = curvature(
            lambda h, c=c: replace(parameters, steps=[s + h * (c == d) for d, s in enumerate(parameters.steps)])
        )
        assert bent <= 1e-4 or of_criterion[c] ** -2.0 == pytest.approx(bent, abs=1e-4)
    unit, grader, criterion, score = np.array(rows, dtype=np.intp).T
    sides = mean_squares(shown, weight, unit, grader, criterion, score)
    for side, found in enumerate(sides, start=1):
        for place in range(len(found.n)):
            if found.n[place]:
                expected = obvious_mean_squares(rows, parameters, theta.tolist(), side, place)
                assert (found.infit[place], found.outfit[place]) == pytest.approx(expected, rel=1e-6)


def test_nothing_known_is_no_error():
    assert [known(error) for error in errors(np.array([4.0, 0.0, -1e-20]))] == [0.5, None, None]


def test_fit_is_the_top():
    _, tables = simulated(np.random.default_rng(4), n_units=40)
    whole = Scores.of(ratings_of(tables), "rating_scale")
    score, _ = whole.ranked("rating_scale")
    sheets = Sheets.of(whole.unit, whole.grader, whole.criterion, score, np.full(3, 3), 5)
    found = rasch_fit.fit(sheets, common_steps=False)
    rng = np.random.default_rng(0)
    for _ in range(20):
        moved = Parameters(
            found.given.severity + 0.02 * rng.normal(size=5),
            [steps + 0.02 * rng.normal(size=3) for steps in found.given.steps],
            found.given.spread + 0.02 * rng.normal(),
        )
        assert likelihood(sheets, moved, found.theta)[0] < found.log_likelihood


def test_units_read_often_have_finer_nodes():
    rng = np.random.default_rng(1)
    severities = tuple(np.linspace(-1, 1, 40).tolist())
    _, tables = simulated(rng, n_units=30, severities=severities, per_unit=40)
    found = many_facet_rasch(ratings_of(tables))
    assert found.ability_error.max() < 0.4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasch_fit, "STEP", 0.3)
        finer = many_facet_rasch(ratings_of(tables))
        patch.setattr(rasch_fit, "COARSEST", math.inf)
        coarse = many_facet_rasch(ratings_of(tables))
    assert found.ability == pytest.approx(finer.ability, abs=1e-3)
    assert [g.severity for g in found.graders] == pytest.approx([g.severity for g in finer.graders], abs=1e-3)
    assert coarse.ability != pytest.approx(finer.ability, abs=1e-2)


def test_wide_abilities_have_wider_nodes():
    _, tables = simulated(np.random.default_rng(1), spread=4.0)
    found = many_facet_rasch(ratings_of(tables))
    assert found.spread == pytest.approx(4, abs=0.8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasch_fit, "STEP", 0.3)
        patch.setattr(rasch_fit, "WIDTH", 7.0)
        wider = many_facet_rasch(ratings_of(tables))
        patch.setattr(rasch_fit, "NARROWEST", 0.0)
        narrow = many_facet_rasch(ratings_of(tables))
    assert found.spread == pytest.approx(wider.spread, abs=1e-3)
    assert narrow.spread != pytest.approx(wider.spread, abs=1e-2)


def test_few_of_many_codes_are_numbered():
    found, place = rasch_sheets.compact_large(np.array([10**9, 5, 10**9, 7]))
    assert (found.tolist(), place.tolist()) == ([5, 7, 10**9], [2, 0, 2, 1])
