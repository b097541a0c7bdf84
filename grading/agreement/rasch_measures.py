"""What the report of the many-facet Rasch model consists of."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GraderMeasure:
    """One grader; numbers are None with a reason.

    Parameters
    ----------
    n : int
        Ratings, over all criteria.
    component : int or None
        Which connected component of graders and units; severities compare only inside one. None without a rating.
    severity, standard_error : float or None
        In logits, above 0 is severe; they sum to 0 over the graders of a component. The error takes the other graders
        and the criteria as known; it is None where the ratings tell nothing.
    fair_average : float or None
        Mean over criteria of the points expected for a unit of average ability; None for levels that are no numbers.
    infit, outfit : float or None
        Mean squares of residuals, weighted by their variance or not. 1 is expected, more is erratic, less is too
        regular; .5 to 1.5 is usual.
    reason : Reason or None
        `no_overlap` without a rating, `no_variation` with the least or the greatest level only, `disconnected` for the
        only grader of a component, whose fit is still told.
    """

    n: int
    component: int | None
    severity: float | None
    standard_error: float | None
    fair_average: float | None
    infit: float | None
    outfit: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class CriterionMeasure:
    """One criterion; numbers are None with a reason.

    Parameters
    ----------
    n : int
        Ratings.
    difficulty, standard_error : float or None
        In logits, for a grader of average severity; the average ability is 0.
    thresholds : tuple of float
        Ability, less difficulty, at which each level in use but the first becomes as probable as the one below it;
        they sum to 0.
    disordered : tuple of int
        Places in `thresholds` of those not above the one before: the level below is nowhere the most probable.
    unused : tuple
        Levels that no rating has. They are left out of the scale.
    infit, outfit : float or None
        As for graders.
    reason : Reason or None
        `no_overlap` without a rating, `no_variation` with one level only.
    """

    n: int
    difficulty: float | None
    standard_error: float | None
    thresholds: tuple[float, ...]
    disordered: tuple[int, ...]
    unused: tuple[Any, ...]
    infit: float | None
    outfit: float | None
    reason: Reason | None


@dataclass(frozen=True, eq=False)
class ManyFacetRasch:
    """The report.

    Parameters
    ----------
    graders, criteria : tuple of GraderMeasure, tuple of CriterionMeasure
        In the order of `grader_labels`, and of the criteria given.
    grader_labels, unit_labels : tuple of hashable
        Of all criteria, in order of first appearance.
    unit : ndarray of int, shape (n_rated,)
        Units with an ability, as positions in `unit_labels`, ascending.
    ability, ability_error : ndarray, shape (n_rated,)
        Mean and standard deviation of ability given the ratings, in logits.
    fair : tuple of (ndarray, shape (n_rated,), or None)
        Fair average, per criterion: the points expected of a grader of average severity, within the levels in use.
        None for levels that are no numbers and for a criterion without ratings.
    spread : float or None
        Standard deviation of ability over units, in logits.
    log_likelihood : float or None
        Natural logarithm, ability integrated out.
    n_components : int
        Connected components of graders and units.
    converged : bool
        Whether the climb came to rest.
    reason : Reason or None
        Why there is no report.
    """

    graders: tuple[GraderMeasure, ...]
    criteria: tuple[CriterionMeasure, ...]
    grader_labels: tuple[Hashable, ...]
    unit_labels: tuple[Hashable, ...]
    unit: Integers
    ability: Floats
    ability_error: Floats
    fair: tuple[Floats | None, ...]
    spread: float | None
    log_likelihood: float | None
    n_components: int
    converged: bool
    reason: Reason | None
