"""Variances of weighted sums over criteria, whose errors go together where they come from one sheet or one paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.agreement.fit import Fit
from grading.agreement.sheets import Sheets

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
POLICIES = ("mean", "adjusted", "estimate")


@dataclass(frozen=True, eq=False)
class Parts:
    """Of one criterion, where the errors of a unit come from; each array on the common units, in points and weighted.

    `kept` is k; `unit`, `grader` and `residual` are the standard deviations of the model. On the common rows, `sheet`
    is by how much a sheet's residual of one standard deviation moves the adjusted mean, `plain` by how much the mean,
    and `alone` the sheet's share in the mean. `graders` is the root of q, `told` how far q is below its prior; `fixed`
    and `fixed_adjusted` are the roots of what μ and c add; `variances` are those of the three policies.
    """

    kept: Floats
    unit: float
    grader: float
    residual: float
    sheet: Floats
    plain: Floats
    alone: Floats
    graders: Floats
    told: Floats
    fixed: Floats
    fixed_adjusted: Floats
    variances: dict[str, Floats]

    @classmethod
    def of(cls, sheets: Sheets, criterion: int, at: Integers, weight: float) -> "Parts":
        fit: Fit = sheets.fits[criterion]
        found, unsure, meets = fit.solution, fit.uncertainty, fit.design.meets
        points = weight * fit.scale

        def common(values: Floats) -> Floats:
            spread = np.zeros(sheets.n_units)
            spread[at] = values
            return spread

        size = np.diff(meets.indptr)
        root = np.sqrt(found.precision)[meets.indices]
        prior = found.variances[1] * (meets @ found.precision**2) / found.weight**2
        told = 1 - np.divide(unsure.from_graders, prior, out=np.zeros_like(prior), where=prior > 0)
        of_fixed = unsure.adjusted - 1 / found.weight - (2 * found.kept - 1) * unsure.from_graders
        return cls(
            kept=common(found.kept),
            unit=points * np.sqrt(found.variances[0]),
            grader=points * np.sqrt(found.variances[1]),
            residual=points * np.sqrt(found.variances[2]),
            sheet=sheets.spread(criterion, points * root / np.repeat(found.weight, size)),
            plain=sheets.spread(criterion, points / root / np.repeat(size, size)),
            alone=sheets.spread(criterion, 1 / np.repeat(size, size)),
            graders=common(points * np.sqrt(unsure.from_graders)),
            told=common(told.clip(0.0, 1.0)),
            fixed=common(points * np.sqrt(unsure.from_fixed)),
            fixed_adjusted=common(points * np.sqrt(np.maximum(of_fixed, 0.0))),
            variances={name: common(points**2 * getattr(unsure, name)) for name in POLICIES},
        )


def together(ours: Parts, theirs: Parts, sheets: Sheets, rho: Floats) -> dict[str, Floats]:
    """Return the covariance of two criteria's errors per unit, by policy; `rho` of units, graders and residuals."""
    of_unit, of_grader, of_residual = rho.tolist()

    def over_sheets(one: Floats, other: Floats) -> Floats:
        return np.bincount(sheets.unit, one * other, sheets.n_units).astype(np.float64, copy=False)

    residual = of_residual * over_sheets(ours.sheet, theirs.sheet)
    graders = ours.graders * theirs.graders * effects_together(ours.told, theirs.told, of_grader, of_residual)
    # μ and c are means over ratings, each with the error of its grader and its own.
    size = np.hypot(ours.grader, ours.residual) * np.hypot(theirs.grader, theirs.residual)
    of_fixed = (of_grader * ours.grader * theirs.grader + of_residual * ours.residual * theirs.residual) / size
    paper = (1 - ours.kept) * (1 - theirs.kept) * ours.unit * theirs.unit * of_unit
    return {
        "mean": of_residual * over_sheets(ours.plain, theirs.plain)
        + of_grader * (ours.grader * theirs.grader) * over_sheets(ours.alone, theirs.alone),
        "adjusted": residual
        + (ours.kept + theirs.kept - 1) * graders
        + of_fixed * ours.fixed_adjusted * theirs.fixed_adjusted,
        "estimate": paper + ours.kept * theirs.kept * (residual + graders) + of_fixed * ours.fixed * theirs.fixed,
    }


def effects_together(told: Floats, other: Floats, of_grader: float, of_residual: float) -> Floats:
    """Return the correlation of the errors of a grader's effects on two criteria.

    What the ratings have not told goes together as severities do; what they told wrongly as residuals do.
    """
    mixed: Floats = np.sqrt((1 - told) * (1 - other)) * of_grader + np.sqrt(told * other) * of_residual
    return mixed
