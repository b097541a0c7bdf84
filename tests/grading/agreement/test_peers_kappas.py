"""The kappas, and Gwet's and Brennan and Prediger's coefficients, equal those of other packages."""

import math

import pytest

from grading.agreement import (
    Ratings,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
)
from tests.grading.agreement.peers import LEVELS, counts_of, crossed, differ, nltk_task, peer_irrcac, random_table

WEIGHTS = ["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
WEIGHTED = {"gwet": gwet_ac, "bp": brennan_prediger, "conger": conger_kappa}
SEEDS = range(3)


def ratings_of(table, levels=LEVELS):
    return Ratings.from_table(table, levels=levels)


@pytest.mark.parametrize("design", ["complete", "pair", "sparse", "top"])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", WEIGHTED)
def test_value_equals_irrcac(name, weights, design):
    for seed in SEEDS:
        table = random_table(seed, design)
        ours = WEIGHTED[name](ratings_of(table), weights=weights)
        assert ours.value == pytest.approx(peer_irrcac(table, name, weights)["coefficient_value"], abs=1e-10)


@pytest.mark.parametrize("design", ["complete", "pair", "sparse", "top"])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", WEIGHTED)
def test_linearised_error_equals_irrcac(name, weights, design):
    """Without units of one rating, which irrCAC's error counts wrongly: see test_peers.py."""
    for seed in SEEDS:
        table = [row for row in random_table(seed, design) if sum(mark is not None for mark in row) >= 2]
        ours = WEIGHTED[name](ratings_of(table), weights=weights, interval="linearised")
        assert ours.standard_error == pytest.approx(peer_irrcac(table, name, weights)["se"], rel=1e-6)


@pytest.mark.parametrize("design", ["complete", "pair", "sparse", "top"])
def test_fleiss_equals_irrcac(design):
    for seed in SEEDS:
        table = random_table(seed, design)
        assert fleiss_kappa(ratings_of(table)).value == pytest.approx(
            peer_irrcac(table, "fleiss")["coefficient_value"], abs=1e-10
        )
        table = [row for row in table if sum(mark is not None for mark in row) >= 2]
        ours = fleiss_kappa(ratings_of(table), interval="linearised")
        assert ours.standard_error == pytest.approx(peer_irrcac(table, "fleiss")["se"], rel=1e-6)


@pytest.mark.parametrize("design", ["complete", "pair", "top"])
def test_fleiss_and_brennan_prediger_equal_statsmodels(design):
    from statsmodels.stats import inter_rater

    for seed in SEEDS:
        table = random_table(seed, design)
        counts = counts_of(table)
        assert fleiss_kappa(ratings_of(table)).value == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-12)
        free = inter_rater.fleiss_kappa(counts, method="randolph")
        assert brennan_prediger(ratings_of(table), weights="identity").value == pytest.approx(free, abs=1e-12)


@pytest.mark.parametrize(("weights", "theirs"), [("identity", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_cohen_equals_statsmodels_and_scikit_learn(weights, theirs):
    from sklearn.metrics import cohen_kappa_score
    from statsmodels.stats.inter_rater import cohens_kappa

    for seed in SEEDS:
        table = random_table(seed, "pair")
        ours = cohen_kappa(ratings_of(table), weights=weights, interval="linearised")
        first, second = zip(*table, strict=True)
        scikit_learn = cohen_kappa_score(first, second, labels=LEVELS, weights=theirs)
        assert ours.value == pytest.approx(scikit_learn, abs=1e-12)
        statsmodels = cohens_kappa(crossed(table), wt=theirs)
        assert ours.value == pytest.approx(statsmodels.kappa, abs=1e-12)
        # Their variance divides by n, Gwet's and ours by n − 1.
        assert ours.standard_error == pytest.approx(statsmodels.std_kappa * math.sqrt(40 / 39), rel=1e-6)


def test_conger_fleiss_and_brennan_prediger_equal_nltk():
    """Under other names: multi-kappa of Davies and Fleiss, multi-π of Siegel and Castellan, S of Bennett."""
    for seed in SEEDS:
        table = random_table(seed, "complete")
        ratings, task = ratings_of(table), nltk_task(table, differ)
        assert conger_kappa(ratings, weights="identity").value == pytest.approx(task.multi_kappa(), abs=1e-12)
        assert fleiss_kappa(ratings).value == pytest.approx(task.pi(), abs=1e-12)
        assert brennan_prediger(ratings, weights="identity").value == pytest.approx(task.S(), abs=1e-12)


def test_cohen_equals_nltk():
    for seed in SEEDS:
        table = random_table(seed, "pair")
        ratings = ratings_of(table)
        assert cohen_kappa(ratings, weights="identity").value == pytest.approx(
            nltk_task(table, differ).kappa(), abs=1e-12
        )
        weighted = nltk_task(table, lambda v, w: (v - w) ** 2 / 16).weighted_kappa()
        assert cohen_kappa(ratings, weights="quadratic").value == pytest.approx(weighted, abs=1e-12)
