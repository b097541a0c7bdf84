"""The report of a fitted many-facet Rasch model."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.rasch_fit import Fit, Parameters, curves, fit
from grading.agreement.rasch_measures import CriterionMeasure, GraderMeasure, ManyFacetRasch
from grading.agreement.rasch_scores import Model, Scores, without_gaps
from grading.agreement.rasch_sheets import Curves, Sheets
from grading.agreement.rasch_statistics import (
    MeanSquares,
    criterion_errors,
    grader_errors,
    mean_squares,
    weights,
)

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """The model with what it was fitted to; severities have the mean 0 over all graders."""

    fit: Fit
    sheets: Sheets
    shown: list[Curves]
    weight: Floats  # units × nodes
    component: Integers  # of each grader
    by_grader: MeanSquares
    by_criterion: MeanSquares
    points: list[Floats] | None  # of the levels in use, per criterion


def report(whole: Scores, kept: Scores, model: Model) -> ManyFacetRasch:
    """Return the report on the scores kept, and of those left out that they were."""
    unit_ids, unit = without_gaps(kept.unit)
    grader_ids, grader = without_gaps(kept.grader)
    criterion_ids, criterion = without_gaps(kept.criterion)
    score, used = kept.ranked(model)
    tops = np.array([len(used[c]) - 1 for c in criterion_ids.tolist()], dtype=np.intp)
    sheets = Sheets.of(unit, grader, criterion, score, tops, len(grader_ids))
    found = centred(fit(sheets, common_steps=model == "rating_scale"))
    shown = curves(found.given, found.theta)
    weight = weights(sheets, found, shown)
    components = kept.components
    numbers = [whole.levels[c][used[c]] for c in criterion_ids.tolist()]
    fitted = Fitted(
        found, sheets, shown, weight, components.of_grader[grader_ids],
        *mean_squares(shown, weight, unit, grader, criterion, score),
        points=numbers if all(each.dtype.kind == "f" and np.isfinite(each).all() for each in numbers) else None,
    )  # fmt: skip
    ability = weight @ found.theta
    return ManyFacetRasch(
        graders=tuple(graders(fitted, grader_ids, whole)),
        criteria=tuple(criteria(fitted, criterion_ids, whole)),
        grader_labels=tuple(whole.grader_labels),
        unit_labels=tuple(whole.unit_labels),
        unit=unit_ids,
        ability=ability,
        ability_error=np.sqrt(np.maximum(weight @ found.theta**2 - ability**2, 0.0)),
        fair=fair_of_units(fitted, criterion_ids, whole),
        spread=found.given.spread,
        log_likelihood=found.log_likelihood,
        n_components=components.count,
        converged=found.converged,
        reason=None,
    )


def centred(found: Fit) -> Fit:
    """Return the fit with severities of mean 0; what this takes from them, the steps take on."""
    shift = float(found.given.severity.mean())
    steps = [steps + shift for steps in found.given.steps]
    return replace(found, given=Parameters(found.given.severity - shift, steps, found.given.spread))


def known(error: float) -> float | None:
    """Return a standard error, or None where the ratings tell nothing."""
    return float(error) if np.isfinite(error) else None


def graders(fitted: Fitted, ids: Integers, whole: Scores) -> list[GraderMeasure]:
    """Return the measures of all graders."""
    n = np.bincount(whole.grader, minlength=len(whole.grader_labels)).tolist()
    found = [
        GraderMeasure(often, None, None, None, None, None, None, Reason.NO_VARIATION if often else Reason.NO_OVERLAP)
        for often in n
    ]
    size = np.bincount(fitted.component)
    own = fitted.fit.given.severity
    severity = own - (np.bincount(fitted.component, weights=own) / size)[fitted.component]
    error = grader_errors(fitted.sheets, fitted.shown, fitted.weight)
    fair = None
    if fitted.points is not None:
        fair = fair_scores(fitted.fit.given, severity, np.zeros(1), fitted.points)[..., 0].mean(axis=0)
    for place, grader in enumerate(ids.tolist()):
        component = int(fitted.component[place])
        fits = float(fitted.by_grader.infit[place]), float(fitted.by_grader.outfit[place])
        if size[component] == 1:
            found[grader] = GraderMeasure(n[grader], component, None, None, None, *fits, Reason.DISCONNECTED)
            continue
        average = None if fair is None else float(fair[place])
        found[grader] = GraderMeasure(
            n[grader], component, float(severity[place]), known(error[place]), average, *fits, None
        )
    return found


def criteria(fitted: Fitted, ids: Integers, whole: Scores) -> list[CriterionMeasure]:
    """Return the measures of all criteria."""
    error = criterion_errors(fitted.sheets, fitted.shown, fitted.weight)
    places = {criterion: place for place, criterion in enumerate(ids.tolist())}
    found = []
    for c, levels in enumerate(whole.levels):
        often = np.bincount(whole.code[whole.criterion == c], minlength=len(levels))
        n, unused = int(often.sum()), tuple(levels[often == 0].tolist())
        place = places.get(c)
        if place is None:
            reason = Reason.NO_VARIATION if n else Reason.NO_OVERLAP
            found.append(CriterionMeasure(n, None, None, (), (), unused, None, None, reason))
            continue
        steps = fitted.fit.given.steps[place]
        fits = float(fitted.by_criterion.infit[place]), float(fitted.by_criterion.outfit[place])
        thresholds = steps - steps.mean()
        disordered = tuple((np.flatnonzero(np.diff(steps) <= 0) + 1).tolist())
        measures = float(steps.mean()), known(error[place]), tuple(thresholds.tolist()), disordered
        found.append(CriterionMeasure(n, *measures, unused, *fits, None))
    return found


def fair_of_units(fitted: Fitted, ids: Integers, whole: Scores) -> tuple[Floats | None, ...]:
    """Return per criterion the points that each unit would have of a grader of average severity."""
    found: list[Floats | None] = [None] * len(whole.levels)
    for c, levels in enumerate(whole.levels):
        given = np.unique(whole.code[whole.criterion == c])
        if len(given) and levels.dtype.kind == "f":
            # Of a criterion left out; nothing tells units apart there.
            found[c] = np.full(len(fitted.weight), levels[given].mean())
    if fitted.points is not None:
        fair = fair_scores(fitted.fit.given, np.zeros(1), fitted.fit.theta, fitted.points)[:, 0]
        for place, c in enumerate(ids.tolist()):
            found[c] = fitted.weight @ fair[place]
    return tuple(found)


def fair_scores(given: Parameters, severity: Floats, theta: Floats, points: list[Any]) -> Floats:
    """Return the expected points (criteria, graders, nodes) of graders of such severity for units of such ability."""
    shown = curves(Parameters(severity, given.steps, given.spread), theta)
    return np.stack(
        [own[0] + np.tensordot(np.diff(own), each.reach, axes=1) for own, each in zip(points, shown, strict=True)]
    )
