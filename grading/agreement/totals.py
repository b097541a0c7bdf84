"""What a paper is worth over all criteria, with the weights of the rubric."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.ratings import Ratings
from grading.agreement.reports import GraderReport, ScriptEstimate
from grading.agreement.severity import SeverityModel, severity_model
from grading.agreement.sheets import Frame, Sheets
from grading.agreement.total_errors import POLICIES, Parts, together
from grading.agreement.total_reports import total_graders, total_scripts

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SeverityTotals:
    """What `severity_totals` found.

    Parameters
    ----------
    criteria : dict of SeverityModel
        The model of each criterion.
    weights : dict of float
        The weight of each criterion in the total.
    unit_correlation, grader_correlation, residual_correlation : ndarray, shape (n_fitted, n_fitted)
        How papers' worths, graders' severities, and the residuals of one sheet go together across the criteria that
        have a fit, in their order.
    scripts : dict of ScriptEstimate
        The total of every unit label.
    graders : dict of GraderReport
        The overall severity of every grader label: the weighted mean over criteria, in points.
    reason : Reason or None
        Why no total has an estimate, or none an error.
    """

    criteria: dict[Hashable, SeverityModel]
    weights: dict[Hashable, float]
    unit_correlation: Floats
    grader_correlation: Floats
    residual_correlation: Floats
    scripts: dict[Hashable, ScriptEstimate]
    graders: dict[Hashable, GraderReport]
    reason: Reason | None


def severity_totals(
    ratings: Mapping[Hashable, Ratings],
    *,
    weights: Mapping[Hashable, float] | None = None,
    anchors: Mapping[Hashable, Mapping[Hashable, float]] | None = None,
    models: Mapping[Hashable, SeverityModel] | None = None,
) -> SeverityTotals:
    """Return each unit's total over criteria, and each grader's severity over criteria.

    The total is Σ_c ω_c x_c of mean, adjusted mean or estimate x_c of criterion c with weight ω_c. Its variance is
    Σ_c Σ_d ω_c ω_d cov(x_c − θ_c, x_d − θ_d), θ_c what the unit is worth. For c = d that is the square of the standard
    error in `severity_model`. For others it is, of the estimate,
    (1 − k_c)(1 − k_d) cov(a) + k_c k_d (Σ_r h_cr h_dr cov(e_r) + cov(b errors)), h the graders' shares in the adjusted
    means, with covariances of a, b and e from the sheets that have both criteria. The covariance of residuals is what
    matters: the errors of one sheet go together.

    Parameters
    ----------
    ratings : mapping from criterion to Ratings
        Labels of units and graders mean the same in all.
    weights : mapping from criterion to float, optional
        1 where none is given.
    anchors : mapping from criterion to anchors, optional
        As in `severity_model`.
    models : mapping from criterion to SeverityModel, optional
        Models already at hand, used as they are.

    Returns
    -------
    SeverityTotals
        In points. A unit without a rating on some criterion has no total (`incomplete`). A criterion where all marks
        are the same adds that value and no error; if all are so, no error can be told (`no_variation`). If another
        criterion has no estimate, only means have totals, for that criterion's reason.

    Raises
    ------
    TypeError, ValueError
        As `severity_model`; also weights that are not finite, negative or all 0, weights, anchors or models of a
        criterion that has no ratings.

    References
    ----------
    As `severity_model`. Brennan, R. L. (2001). Generalizability theory, ch. 9 and 10, doi 10.1007/978-1-4757-3456-0,
    for composites whose errors go together.

    Examples
    --------
    >>> style = Ratings.from_table([[2, 4, None], [3, 5, 4], [7, None, 8], [5, 7, 7]])
    >>> content = Ratings.from_table([[1, 2, None], [4, 5, 3], [4, None, 5], [2, 4, 5]])
    >>> found = severity_totals({"style": style, "content": content}, weights={"content": 2})
    >>> found.scripts[1].mean
    12.0
    """
    for given in (weights or {}, anchors or {}, models or {}):
        if unknown := [name for name in given if name not in ratings]:
            raise ValueError(f"There are no ratings of the criterion {unknown[0]!r}.")
    weight = {name: float((weights or {}).get(name, 1.0)) for name in ratings}
    if not all(math.isfinite(one) and one >= 0 for one in weight.values()) or (weight and not any(weight.values())):
        raise ValueError(f"The weights are {weight}; they are finite, none negative and not all 0.")
    found = {
        name: (models or {}).get(name) or severity_model(one, anchors=(anchors or {}).get(name))
        for name, one in ratings.items()
    }
    frame = Frame.of(list(ratings.values()))
    fitted = [place for place, model in enumerate(found.values()) if model.fit is not None]
    fits = [model.fit for model in found.values() if model.fit is not None]
    at = [frame.unit[place][fit.unit] for place, fit in zip(fitted, fits, strict=True)]
    by = [frame.grader[place][fit.grader] for place, fit in zip(fitted, fits, strict=True)]
    sheets = Sheets.of(fits, at, by, frame)
    rho = sheets.correlations()
    every, of_each = list(found.values()), list(weight.values())
    of_fitted = [of_each[place] for place in fitted]
    # Marks that are all the same still have a value.
    reason: Reason | None = next((one.reason for one in every if one.reason not in (None, Reason.NO_VARIATION)), None)
    if reason is None and not fits:
        reason = Reason.NO_VARIATION if found else Reason.NO_OVERLAP
    return SeverityTotals(
        criteria=found,
        weights=weight,
        unit_correlation=rho[0],
        grader_correlation=rho[1],
        residual_correlation=rho[2],
        scripts=total_scripts(every, of_each, frame, errors(sheets, at, of_fitted, rho), reason),
        graders=total_graders(every, of_each, frame, rho[1:]),
        reason=reason,
    )


def errors(sheets: Sheets, at: list[Integers], weights: list[float], rho: Floats) -> dict[str, Floats]:
    """Return the standard error of each common unit's total, by policy."""
    parts = [Parts.of(sheets, place, units, weights[place]) for place, units in enumerate(at)]
    total = {policy: np.zeros(sheets.n_units) for policy in POLICIES}
    for part in parts:
        for policy in POLICIES:
            total[policy] += part.variances[policy]
    for c, d in combinations(range(len(parts)), 2):
        for policy, shared in together(parts[c], parts[d], sheets, rho[:, c, d]).items():
            total[policy] += 2 * shared
    return {policy: np.sqrt(np.maximum(variance, 0.0)) for policy, variance in total.items()}
