"""Totals of scripts and graders over criteria, in points."""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.reports import GraderReport, ScriptEstimate
from grading.agreement.severity import SeverityModel
from grading.agreement.sheets import Frame
from grading.agreement.total_errors import POLICIES, effects_together

Floats = NDArray[np.float64]


def total_scripts(
    models: Sequence[SeverityModel],
    weights: Sequence[float],
    frame: Frame,
    errors: dict[str, Floats],
    reason: Reason | None,
) -> dict[Hashable, ScriptEstimate]:
    """Return the total of every unit label; `errors` are those of the common units."""
    rows = zip(*(errors[policy].tolist() for policy in POLICIES), strict=True)
    found: dict[Hashable, ScriptEstimate] = {}
    for label, own in zip(frame.unit_labels, rows, strict=True):
        parts = [model.scripts.get(label) for model in models]
        given = [part for part in parts if part is not None and part.n]
        if len(given) < len(parts):
            found[label] = ScriptEstimate(0, None, None, None, None, None, None, Reason.INCOMPLETE)
            continue
        mean, adjusted, estimate = (total([getattr(part, policy) for part in given], weights) for policy in POLICIES)
        of_mean, of_adjusted, of_estimate = (None, None, None) if reason else own
        n = min(part.n for part in given)
        found[label] = ScriptEstimate(n, mean, adjusted, estimate, of_mean, of_adjusted, of_estimate, reason)
    return found


def total(values: list[float | None], weights: Sequence[float]) -> float | None:
    """Return the weighted sum, None where a value is missing."""
    present = [value for value in values if value is not None]
    if len(present) < len(values):
        return None
    return sum(weight * value for weight, value in zip(weights, present, strict=True))


def total_graders(
    models: Sequence[SeverityModel], weights: Sequence[float], frame: Frame, rho: Floats
) -> dict[Hashable, GraderReport]:
    """Return the report of every grader label over the criteria in which they have a severity.

    `rho` are the correlations of graders and of residuals across the criteria that have a fit.
    """
    component = frame.components([model.ratings for model in models])
    of_fit = np.cumsum([model.fit is not None for model in models]) - 1
    found: dict[Hashable, GraderReport] = {}
    for label, part_of in zip(frame.grader_labels, component.tolist(), strict=True):
        reports = [model.graders.get(label) for model in models]
        n = max(report.n if report is not None else 0 for report in reports)
        known = [c for c, report in enumerate(reports) if report is not None and report.severity is not None]
        within = part_of if part_of >= 0 else None
        share = np.array([weights[c] for c in known])
        if not share.sum() > 0:
            reasons = [report.reason for report in reports if report is not None and report.reason is not None]
            found[label] = GraderReport.undefined(n, within, next(iter(reasons), Reason.INCOMPLETE))
            continue
        share = share / share.sum()
        given = [report for report in reports if report is not None and report.severity is not None]
        severity = float(share @ [report.severity or 0.0 for report in given])
        error = np.array([report.standard_error or 0.0 for report in given]) * share
        told = np.array([report.from_ratings or 0.0 for report in given])
        reliability = 1 / float(share @ [1 / (report.reliability or 1.0) for report in given])
        if not error.any():
            found[label] = GraderReport(n, within, severity, None, None, None, reliability, None, Reason.NO_VARIATION)
            continue
        place = of_fit[known]
        of_grader, of_residual = (matrix[np.ix_(place, place)] for matrix in rho)
        shared = effects_together(told[:, None], told, of_grader, of_residual)
        np.fill_diagonal(shared, 1.0)
        variance = float(error @ shared @ error)
        rest = reliability, float(share @ told)
        found[label] = GraderReport.of(n, within or 0, severity, max(variance, 0.0) ** 0.5, rest)
    return found
