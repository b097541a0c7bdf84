"""The coefficients of one criterion, by the keys that `analyse` promises."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from grading.agreement import (
    Coefficient,
    Ratings,
    Reason,
    krippendorff_alpha,
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
BY_LEVELS = ("fleiss_kappa", "conger_kappa", "cohen_kappa", "gwet_ac", "brennan_prediger")
BY_POINTS = ("icc_1_1", "icc_a_1", "icc_c_1", "icc_1_k", "icc_a_k", "icc_c_k", "kendall_w", "lin_concordance")
OF_TWO_GRADERS = ("cohen_kappa", "lin_concordance")


def coefficients(
    criterion: Criterion, ratings: Ratings, clusters: Mapping[str, str] | None = None
) -> dict[str, Coefficient]:
    """Return every coefficient of a criterion; one that has no value says why."""
    groups = groups_of(ratings, clusters)
    alpha = krippendorff_alpha(ratings, criterion.scale, clusters=groups)
    found = {
        key: Coefficient.undefined(Reason.WRONG_SCALE, alpha.n_units)
        if criterion.scale == "nominal" and "within" in key
        else percent(ratings, clusters=groups)
        for key, percent in PERCENT.items()
    }
    found["krippendorff_alpha"] = alpha
    for key in BY_LEVELS + BY_POINTS:
        found[key] = Coefficient.undefined(why_absent(key, criterion, ratings), alpha.n_units)
    return found


def pair_rows(criterion: Criterion, ratings: Ratings) -> dict[str, Any]:
    """Return how many pairs of graders share a unit, and those who share most."""
    pairs = pairwise(ratings, weights="identity" if criterion.scale == "nominal" else "quadratic")
    return {"n_pairs": len(pairs), "pairs": [asdict(pair) for pair in pairs[:MOST_PAIRS]]}


def groups_of(ratings: Ratings, clusters: Mapping[str, str] | None) -> list[str] | None:
    return None if clusters is None else [clusters[str(unit)] for unit in ratings.unit_labels]


def why_absent(key: str, criterion: Criterion, ratings: Ratings) -> Reason:
    """Return why there is no such coefficient: because of the data, else because it is not computed."""
    if key in BY_LEVELS and not has_levels(criterion):
        return Reason.NO_LEVELS
    if key in BY_POINTS and (criterion.scale == "nominal" or (key != "kendall_w" and not criterion.has_points)):
        return Reason.WRONG_SCALE
    marks = ratings.latest()
    graders = len(set(marks.grader.tolist()))
    if key in OF_TWO_GRADERS and graders != 2:
        return Reason.NEEDS_TWO_GRADERS
    if key == "kendall_w" and marks.n_ratings < graders * len(set(marks.unit.tolist())):
        return Reason.INCOMPLETE
    return Reason.NOT_COMPUTED


def has_levels(criterion: Criterion) -> bool:
    return criterion.levels is not None and criterion.on_levels
