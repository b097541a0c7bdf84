"""The severity model on every degenerate table: defined answers with reasons, without a warning."""

import math

import pytest

from grading.agreement import Ratings, Reason, variance_components
from grading.agreement.severity import severity_model
from grading.agreement.totals import severity_totals
from tests.grading.agreement.test_degenerate import TABLES

SCRIPT = ("mean", "adjusted", "estimate", "mean_error", "adjusted_error", "standard_error")
GRADER = ("severity", "standard_error", "low", "high", "reliability", "from_ratings")
WAYS = {
    "plain": {},
    "anchors": {"anchors": {0: 2.0, 1: 1.0}},
    "variances": {"variances": (1.0, 0.5, 1.0)},
    "no spread": {"variances": (0.0, 0.0, 1.0)},
    "no noise": {"variances": (1.0, 1.0, 0.0), "anchors": {0: 2.0}},
}


def check(scripts, graders):
    for script in scripts.values():
        numbers = [getattr(script, name) for name in SCRIPT]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert (None in numbers) == (script.reason is not None)
        assert script.adjusted_error is None or min(script.adjusted_error, script.standard_error) >= 0
    for report in graders.values():
        numbers = [getattr(report, name) for name in GRADER]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert (None in numbers) == (report.reason is not None)
        assert (report.component is None) == (report.n == 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("table", TABLES)
def test_degenerate_table_has_its_answer(table, way):
    ratings = TABLES[table]
    found = severity_model(ratings, **WAYS[way])
    assert list(found.scripts) == list(ratings.unit_labels)
    assert list(found.graders) == list(ratings.grader_labels)
    check(found.scripts, found.graders)
    assert (found.fit is None) == (found.unit is None) == (found.mean is None) == (found.reason is not None)
    if "variances" not in WAYS[way]:
        components = variance_components(ratings)
        assert found.reason == components.reason
        assert (found.unit, found.grader, found.residual) == pytest.approx(
            (components.unit, components.grader, components.residual)
        )


@pytest.mark.parametrize("table", TABLES)
def test_degenerate_criterion_beside_a_good_one_has_its_total(table):
    good = Ratings.from_table([[1, 2, 3], [2, 2, 4], [5, 4, 4], [2, 3, 5]])
    for ratings in ({"a": TABLES[table]}, {"a": TABLES[table], "b": good}, {"b": good, "a": TABLES[table], "c": good}):
        found = severity_totals(ratings, weights={"a": 2})
        check(found.scripts, found.graders)
        assert found.reason == next(
            (one.reason for one in found.criteria.values() if one.reason not in (None, Reason.NO_VARIATION)),
            None if found.residual_correlation.size else Reason.NO_VARIATION,
        )


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], Reason.NO_OVERLAP),
        ([[1], [2]], Reason.NO_OVERLAP),
        ([[1, 2]], Reason.ONE_UNIT),
        ([[1, 2, None, None], [None, None, 1, 3]], Reason.DISCONNECTED),
        ([["a", "b"], ["b", "b"]], Reason.WRONG_SCALE),
    ],
)
def test_only_means_are_known(table, reason):
    found = severity_model(Ratings.from_table(table))
    assert found.reason == reason
    for script in found.scripts.values():
        assert (script.mean is None) == (reason == Reason.WRONG_SCALE)
        assert (script.adjusted, script.estimate, script.reason) == (None, None, reason)
    assert all((report.severity, report.reason) == (None, reason) for report in found.graders.values())
    assert all(report.is_mostly_prior for report in found.graders.values())


def test_full_marks_for_all_are_that_value():
    found = severity_model(Ratings.from_table([[3, 3], [3, 3], [3, None]]))
    for script in found.scripts.values():
        assert (script.mean, script.adjusted, script.estimate, script.standard_error) == (3, 3, 3, None)
        assert script.reason == Reason.NO_VARIATION
        assert script.band("estimate") is None


def test_unit_and_grader_without_rating():
    found = severity_model(Ratings.from_table([[1, 2, None], [2, 4, None], [None, None, None]]))
    assert (found.scripts[2].n, found.scripts[2].mean, found.scripts[2].reason) == (0, None, Reason.NO_OVERLAP)
    assert (found.graders[2].n, found.graders[2].component, found.graders[2].reason) == (0, None, Reason.NO_OVERLAP)


def test_first_ratings_with_given_variances():
    """The cold start: one paper, one rating, variances from earlier rounds."""
    found = severity_model(Ratings.from_table([[4.0]]), variances=(2.0, 0.5, 1.5))
    script = found.scripts[0]
    assert (script.mean, script.adjusted, script.estimate) == (4.0, pytest.approx(4.0), pytest.approx(4.0))
    # μ is known from this rating alone, so all its variance is in the estimate: σ²_b + σ²_e.
    assert script.standard_error == pytest.approx(math.sqrt(2.0), rel=0.03)
    assert script.mean_error == pytest.approx(math.sqrt(2.0), rel=0.03)


def test_graders_who_come_out_alike_have_no_interval():
    found = severity_model(Ratings.from_table([[1, 2], [3, 2], [5, 6], [4, 3]]))
    assert found.truncated == ("grader",)
    assert (found.graders[0].severity, found.graders[0].low, found.graders[0].reason) == (0, None, Reason.NO_VARIATION)
    assert found.graders[0].is_mostly_prior
