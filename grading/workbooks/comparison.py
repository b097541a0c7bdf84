"""How far the scores of several policies lie from a reference: the marks of staff, or the truth."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from grading.agreement import Reason, mean, median
from grading.workbooks.columns import Criterion, Mark
from grading.workbooks.marks import most_frequent

# Equal but for the rounding of binary fractions.
EQUAL = 1e-9

Scores = Mapping[str, float]
ByUnit = Mapping[str, Mapping[str, Mark]]


def scores(policy: Callable[[list[float]], float | None], by_unit: ByUnit) -> dict[str, float]:
    """Return one score per unit by a policy."""
    found: dict[str, float] = {}
    for unit, marks in by_unit.items():
        score = policy([float(mark) for mark in marks.values()])
        if score is not None:
            found[unit] = score
    return found


def sum_by_unit(parts: Sequence[Scores]) -> dict[str, float]:
    """Return the sum of the parts, for units that have them all."""
    units = [unit for unit in parts[0] if all(unit in part for part in parts)]
    return {unit: math.fsum(part[unit] for part in parts) for unit in units}


def averaged(reference: Mapping[str, Sequence[Mark]]) -> dict[str, float]:
    return {unit: math.fsum(float(mark) for mark in marks) / len(marks) for unit, marks in reference.items()}


def compare_points(found: Scores, truth: Scores, left_out: Collection[str]) -> dict[str, Any]:
    """Return error, bias (score less reference), correlation and the share of equal scores."""
    units = [unit for unit in found if unit in truth and unit not in left_out]
    if not units:
        return figures(0, reason=Reason.NO_OVERLAP)
    given, true = np.array([found[unit] for unit in units]), np.array([truth[unit] for unit in units])
    error = given - true
    varies = float(np.ptp(given)) > EQUAL and float(np.ptp(true)) > EQUAL
    return figures(
        len(units),
        rmse=math.sqrt(float(np.mean(error**2))),
        bias=float(np.mean(error)),
        r=float(np.corrcoef(given, true)[0, 1]) if varies else None,
        share_right=float(np.mean(np.abs(error) < EQUAL)),
        reason=None if varies else Reason.NO_VARIATION,
    )


def compare_labels(by_unit: ByUnit, truth: Mapping[str, Sequence[Mark]], left_out: Collection[str]) -> dict[str, Any]:
    """Return the share of units whose most frequent label is the true one; of labels that tie, the first counts."""
    right = []
    for unit, marks in by_unit.items():
        true = most_frequent(truth.get(unit, ()))
        if len(true) == 1 and unit not in left_out:
            right.append(most_frequent(marks)[0] == true[0])
    if not right:
        return figures(0, reason=Reason.NO_OVERLAP)
    return figures(len(right), share_right=sum(right) / len(right), reason=Reason.WRONG_SCALE)


def figures(
    n: int,
    *,
    rmse: float | None = None,
    bias: float | None = None,
    r: float | None = None,
    share_right: float | None = None,
    reason: Reason | None = None,
) -> dict[str, Any]:
    return {"n": n, "rmse": rmse, "bias": bias, "r": r, "share_right": share_right, "reason": reason}


def compare_criterion(
    criterion: Criterion, by_unit: ByUnit, truth: Mapping[str, Sequence[Mark]], left_out: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return the figures of every policy that suits the criterion's scale."""
    if not criterion.has_points:
        return {"majority": compare_labels(by_unit, truth, left_out)}
    true = averaged(truth)
    return {
        name: compare_points(scores(policy, by_unit), true, left_out)
        for name, policy in (("mean", mean), ("median", median))
    }
