"""From the variance components of the marks at hand to the number of graders that the next round needs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from grading.agreement.coefficient import Reason
from grading.agreement.variance import VarianceComponents

# ρ/(1−ρ) of a rounded ρ may exceed a whole number of graders by rounding alone.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Decision:
    """What means over some number of graders would be worth.

    Parameters
    ----------
    graders : int
        Graders per paper, m.
    relative, absolute : float or None
        Reliability of ranks, and of the points themselves, in [0, 1]; None where undefined.
    relative_error, absolute_error : float or None
        Standard error of measurement of a paper's mean, in points: √(σ²_e/m) and √((σ²_b + σ²_e)/m).
    reason : Reason or None
        Why there is no reliability.

    Examples
    --------
    >>> Decision(2, 0.8, 0.75, 0.5, 0.6, None).absolute
    0.75
    """

    graders: int
    relative: float | None
    absolute: float | None
    relative_error: float | None
    absolute_error: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class GradersNeeded:
    """How many graders a paper needs for a reliability.

    Parameters
    ----------
    graders : int or None
        At least 1; None where no number is enough.
    reason : Reason or None
        Why there is none.

    Examples
    --------
    >>> GradersNeeded(None, Reason.NO_VARIATION).reason.value
    'no_variation'
    """

    graders: int | None
    reason: Reason | None


def decision_study(components: VarianceComponents, graders: Iterable[int] = range(1, 11)) -> tuple[Decision, ...]:
    """Return reliability and standard error of measurement of means over each number of graders.

    relative = σ²_a / (σ²_a + σ²_e/m) for decisions by rank, where the same m graders read every paper, so that their
    severities cancel; absolute = σ²_a / (σ²_a + (σ²_b + σ²_e)/m) for decisions by points, and for ranks where each
    paper has its own graders. σ²_a is the variance of papers, σ²_b of graders, σ²_e of the rest.

    Parameters
    ----------
    components : VarianceComponents
        As `variance_components` returns them.
    graders : iterable of int, default 1 to 10
        Numbers of graders per paper, each at least 1.

    Returns
    -------
    tuple of Decision
        In the order of `graders`; 0 means that papers cannot be told apart, 1 that means have no error. All None with
        the reason of components that are None; without reliability, yet with errors of 0, where every component is 0
        (`no_variation`).

    Raises
    ------
    ValueError
        A number of graders below 1.

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory, ch. 2, doi 10.1007/978-1-4757-3456-0.

    Examples
    --------
    >>> from grading.agreement.ratings import Ratings
    >>> from grading.agreement.variance import variance_components
    >>> components = variance_components(Ratings.from_table([[1, 2], [3, 4], [5, 7]]))
    >>> [(row.graders, round(row.absolute, 2)) for row in decision_study(components, [1, 2, 4])]
    [(1, 0.83), (2, 0.91), (4, 0.95)]
    """
    return tuple(decision(components, number) for number in graders)


def graders_needed(components: VarianceComponents, reliability: float) -> GradersNeeded:
    """Return the least number of graders per paper whose mean has the absolute reliability.

    m = ρ/(1−ρ) · (σ²_b + σ²_e)/σ²_a, rounded up, with ρ the reliability and the variances as in `decision_study`.

    Parameters
    ----------
    components : VarianceComponents
        As `variance_components` returns them.
    reliability : float
        ρ, above 0 and below 1.

    Returns
    -------
    GradersNeeded
        None with the reason of components that are None, and where papers do not differ, σ²_a = 0 (`no_variation`).

    Raises
    ------
    ValueError
        A reliability outside (0, 1).

    References
    ----------
    As `decision_study`.

    Examples
    --------
    >>> from grading.agreement.ratings import Ratings
    >>> from grading.agreement.variance import variance_components
    >>> graders_needed(variance_components(Ratings.from_table([[1, 2], [3, 4], [5, 7]])), 0.95).graders
    4
    """
    if not 0 < reliability < 1:
        raise ValueError(f"The reliability is {reliability}; it lies between 0 and 1.")
    if components.unit is None or components.grader is None or components.residual is None:
        return GradersNeeded(None, components.reason)
    if components.unit == 0:
        return GradersNeeded(None, Reason.NO_VARIATION)
    exact = reliability / (1 - reliability) * ((components.grader + components.residual) / components.unit)
    if not math.isfinite(exact):
        return GradersNeeded(None, Reason.NO_VARIATION)
    return GradersNeeded(max(math.ceil(exact * (1 - ROUNDING)), 1), None)


def decision(components: VarianceComponents, number: int) -> Decision:
    if number < 1:
        raise ValueError(f"{number} graders are too few; a paper needs at least one.")
    if components.unit is None or components.grader is None or components.residual is None:
        return Decision(number, None, None, None, None, components.reason)
    unit, relative = components.unit, components.residual / number
    absolute = (components.grader + components.residual) / number
    errors = math.sqrt(relative), math.sqrt(absolute)
    if unit + absolute == 0:
        return Decision(number, None, None, *errors, Reason.NO_VARIATION)
    if unit + relative == 0:
        return Decision(number, None, 0.0, *errors, Reason.NO_VARIATION)
    return Decision(number, unit / (unit + relative), unit / (unit + absolute), *errors, None)
