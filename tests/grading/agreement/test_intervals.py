from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import (
    Bootstrap,
    Histogram,
    Ratings,
    Reason,
    krippendorff_alpha,
    krippendorff_alphas,
    percent_exact,
)
from grading.agreement.intervals import OfSums, estimate
from grading.agreement.jackknife import jackknife
from tests.grading.agreement.tables import KRIPPENDORFF_2011

MEAN = np.array([[0.0, 1.0], [1.0, 1.0], [3.0, 1.0]])


def means(sums):
    units = sums[:, 1:]
    return np.divide(sums[:, :1], 10 * units, out=np.full(units.shape, np.nan), where=units > 0)


def test_mean_has_its_textbook_error_by_every_method():
    # Of a mean the jackknife and the derivative give s/√n exactly, the bootstrap nearly.
    values = np.repeat([0.0, 1.0, 3.0], [4, 5, 3])
    textbook = values.std(ddof=1) / np.sqrt(12) / 10
    statistic = OfSums(MEAN, np.array([4.0, 5.0, 3.0]), means)
    found = {
        name: estimate(statistic, 12, interval=name, scale="share")[0]
        for name in ("jackknife", "linearised", "bootstrap")
    }
    assert found["jackknife"].standard_error == pytest.approx(textbook, abs=1e-15)
    assert found["linearised"].standard_error == pytest.approx(textbook, abs=1e-9)
    assert found["bootstrap"].standard_error == pytest.approx(textbook * np.sqrt(11 / 12), rel=0.05)
    assert all(one.low < one.value < one.high and one.interval == name for name, one in found.items())


def test_sums_in_blocks_and_of_many_groups_are_the_same(monkeypatch):
    rng = np.random.default_rng(2)
    statistic = OfSums(
        np.column_stack([rng.random(1500), np.ones(1500)]), rng.integers(1, 4, 1500).astype(float), means
    )
    whole = statistic.left_out(1.0)
    monkeypatch.setattr("grading.agreement.intervals.BLOCK", 700)
    assert statistic.left_out(1.0).tolist() == whole.tolist()
    (once,) = estimate(statistic, 1500, interval=Bootstrap(50), scale="share")
    monkeypatch.undo()
    (again,) = estimate(statistic, 1500, interval=Bootstrap(50), scale="share")
    assert (once.low, once.high) == pytest.approx((again.low, again.high), abs=1e-12)


@pytest.mark.parametrize("interval", ["jackknife", "linearised", "bootstrap"])
def test_what_says_nothing_has_no_interval(interval):
    def reason(terms, weight, function=means):
        statistic = OfSums(np.array(terms), np.array(weight), function)
        found = estimate(statistic, 9, interval=interval, scale="share")[0]
        assert (found.low, found.high, found.standard_error) == (None, None, None)
        return found.reason

    assert reason([[1.0, 1.0]], [1.0]) == Reason.ONE_UNIT
    assert reason([[1.0, 1.0]], [5.0]) == Reason.NO_VARIATION
    undefined = partial(lambda sums: np.where(sums[:, :1] == 4.0, sums[:, :1] / 10, np.nan))
    assert reason([[1.0, 1.0], [3.0, 1.0]], [1.0, 1.0], undefined) == Reason.TOO_FEW


def test_seed_gives_the_same_bootstrap_and_another_seed_another():
    ratings = Ratings.from_table(KRIPPENDORFF_2011, levels=range(1, 6))
    alpha = partial(krippendorff_alpha, ratings, "interval")
    assert alpha(interval="bootstrap") == alpha(interval=Bootstrap(1000, seed=0))
    assert alpha(interval=Bootstrap(500, seed=1)) != alpha(interval=Bootstrap(500, seed=2))


def test_unknown_method_is_refused():
    ratings = Ratings.from_table(KRIPPENDORFF_2011)
    with pytest.raises(ValueError, match="'jackknife', 'linearised', 'bootstrap' or a Bootstrap"):
        percent_exact(ratings, interval="asymptotic")
    with pytest.raises(ValueError, match="at least 2 replicates, not 1"):
        percent_exact(ratings, interval=Bootstrap(1))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(5, 60), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_linearised_error_is_near_the_jackknife_on_few_and_on_many_levels(seed, units, scale):
    rng = np.random.default_rng(seed)
    table = np.clip(rng.normal(3, 1, (units, 1)) + rng.normal(0, 1, (units, 3)), 1, 5).round()
    few = krippendorff_alpha(Ratings.from_table(table, levels=range(1, 6)), scale, interval="linearised")
    many = krippendorff_alpha(Ratings.from_table(table, levels=range(101)), scale, interval="linearised")
    if few.standard_error is None:
        assert many.reason == few.reason
        return
    assert many.standard_error == pytest.approx(few.standard_error, rel=1e-5)
    if units > 30:
        jack = krippendorff_alpha(Ratings.from_table(table, levels=range(1, 6)), scale)
        assert few.standard_error == pytest.approx(jack.standard_error, rel=0.3)


def test_bootstrap_is_the_same_on_few_and_on_many_levels():
    rng = np.random.default_rng(3)
    table = np.clip(rng.normal(3, 1, (40, 1)) + rng.normal(0, 1, (40, 3)), 1, 5).round()
    few = krippendorff_alphas(Ratings.from_table(table, levels=range(1, 6)), interval=Bootstrap(200))
    many = krippendorff_alphas(Ratings.from_table(table, levels=range(101)), interval=Bootstrap(200))
    for scale, one in few.items():
        assert one.standard_error == pytest.approx(many[scale].standard_error, rel=0.2)
        assert one.low < one.value < one.high


def test_bootstrap_of_clusters_draws_clusters():
    rng = np.random.default_rng(9)
    paper = np.repeat(np.arange(30), 4)
    worth = rng.normal(size=30)[paper] + rng.normal(scale=0.1, size=120)
    table = np.clip((3 + worth[:, None] + rng.normal(scale=0.4, size=(120, 2))), 1, 5).round()
    for levels in (range(1, 6), range(101)):
        ratings = Ratings.from_table(table, levels=levels)
        single, clustered = (
            krippendorff_alpha(ratings, "interval", clusters=clusters, interval=Bootstrap(300)).standard_error
            for clusters in (None, paper)
        )
        assert clustered > 1.2 * single


def test_bootstrap_that_is_mostly_undefined_says_so():
    table = [[1, 1]] * 40 + [[1, 2]]
    assert krippendorff_alpha(Ratings.from_table(table), "nominal", interval="bootstrap").reason == Reason.TOO_FEW
    many = Ratings.from_table(table, levels=range(101))
    assert krippendorff_alpha(many, "nominal", interval=Bootstrap(50)).reason == Reason.TOO_FEW


def test_histogram_of_a_million_units_bootstraps_in_its_patterns():
    counts = {(0, 0, 0): 400_000, (0, 0, 1): 200_000, (0, 1, 1): 100_000, (1, 1, 1): 300_000}
    alpha = krippendorff_alpha(Histogram([1, 2], counts), "nominal", interval="bootstrap")
    assert alpha.high - alpha.low < 0.01


def test_interval_that_hangs_on_one_unit_is_wider_than_its_error():
    left_out = np.array([0.5, 0.1])
    many = jackknife(0.5, left_out, np.array([10.0, 10.0]), 20, scale="fisher")
    one = jackknife(0.5, left_out, np.array([19.0, 1.0]), 20, scale="fisher")
    reach = [(found.high - found.low) / found.standard_error for found in (many, one)]
    assert reach[1] > 1.2 * reach[0] or one.high - one.low == pytest.approx(2, abs=0.2)
