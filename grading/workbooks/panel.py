"""The coefficients of one criterion, by the keys that `analyse` promises."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from grading.agreement import (
    Coefficient,
    Ratings,
    Reason,
    brennan_prediger,
    cohen_kappa,
    conger_kappa,
    fleiss_kappa,
    gwet_ac,
    icc_all,
    kendall_w,
    krippendorff_alpha,
    lin_concordance,
    percent_all_exact,
    percent_all_within_one,
    percent_exact,
    percent_within_one,
)
from grading.agreement.pairs import pairwise
from grading.workbooks.columns import Criterion

# Of hundreds of graders there are tens of thousands.
MOST_PAIRS = 1000
PERCENT: Mapping[str, Callable[..., Coefficient]] = {
    "percent_exact": percent_exact,
    "percent_within_one": percent_within_one,
    "percent_all_exact": percent_all_exact,
    "percent_all_within_one": percent_all_within_one,
}
# These weigh chance by the levels that there are, so they need levels.
BY_LEVELS: Mapping[str, Callable[..., Coefficient]] = {
    "conger_kappa": conger_kappa,
    "cohen_kappa": cohen_kappa,
    "gwet_ac": gwet_ac,
    "brennan_prediger": brennan_prediger,
}


def coefficients(
    criterion: Criterion, ratings: Ratings, clusters: Mapping[str, str] | None = None
) -> dict[str, Coefficient]:
    """Return every coefficient of a criterion; one that has no value says why."""
    groups = groups_of(ratings, clusters)
    alpha = krippendorff_alpha(ratings, criterion.scale, clusters=groups)
    wrong, no_levels = (Coefficient.undefined(one, alpha.n_units) for one in (Reason.WRONG_SCALE, Reason.NO_LEVELS))
    nominal = criterion.scale == "nominal"
    found = {
        key: wrong if nominal and "within" in key else percent(ratings, clusters=groups)
        for key, percent in PERCENT.items()
    }
    found["krippendorff_alpha"] = alpha
    by_levels = {"fleiss_kappa": fleiss_kappa} | {
        key: partial(kappa, weights=criterion.weights) for key, kappa in BY_LEVELS.items()
    }
    for key, kappa in by_levels.items():
        found[key] = kappa(ratings, clusters=groups) if has_levels(criterion) else no_levels
    for form, reliability in icc_all(ratings).items():
        found[f"icc_{form.lower().replace(',', '_')}"] = wrong if nominal else reliability
    found["kendall_w"] = wrong if nominal else kendall_w(ratings)
    found["lin_concordance"] = wrong if nominal else lin_concordance(ratings)
    return found


def pair_rows(criterion: Criterion, ratings: Ratings) -> dict[str, Any]:
    """Return how many pairs of graders share a unit, and those who share most."""
    pairs = pairwise(ratings, weights="identity" if criterion.scale == "nominal" else "quadratic")
    return {"n_pairs": len(pairs), "pairs": [asdict(pair) for pair in pairs[:MOST_PAIRS]]}


def groups_of(ratings: Ratings, clusters: Mapping[str, str] | None) -> list[str] | None:
    return None if clusters is None else [clusters[str(unit)] for unit in ratings.unit_labels]


def has_levels(criterion: Criterion) -> bool:
    return criterion.levels is not None and criterion.on_levels
