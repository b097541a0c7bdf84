"""Marginal maximum likelihood of the many-facet Rasch model, by sums over sheets of the same kind."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from grading.agreement.rasch_sheets import Curves, Sheets

Floats = NDArray[np.float64]

# The nodes of ability, in logits, that TAM takes if not told otherwise: figures are then comparable to the last digit
# shown. They do while their step is at most so many of a typical unit's posterior standard deviations, and their reach
# at least so many standard deviations of ability.
NODES, REACH = 21, 6.0
COARSEST, NARROWEST = 2.5, 3.0
# Else the sum over equal steps shall be as good as the integral: its error falls as exp(−2π² / step²), the step in
# posterior standard deviations of the sharpest unit.
STEP, WIDTH, MOST_NODES = 1.2, 5.0, 601
LARGEST = 25.0  # logits
LEAST_SPREAD, LARGEST_SPREAD = 0.01, 10.0
REST = 1e-4  # slope, in standard errors
MOST_STEPS = 500


@dataclass(frozen=True, eq=False)
class Parameters:
    """What the model is made of, in logits, ability having the mean 0."""

    severity: Floats
    steps: list[Floats]  # per criterion, the difficulty of reaching the score 1, 2, … from the one below
    spread: float  # standard deviation of ability


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a climb ended."""

    given: Parameters
    log_likelihood: float
    converged: bool
    theta: Floats  # the nodes of ability


def curves(given: Parameters, theta: Floats) -> list[Curves]:
    """Return the curves of each criterion at these abilities."""
    return [Curves.of(theta - given.severity[:, None], steps) for steps in given.steps]


def log_weights(theta: Floats, spread: float) -> Floats:
    """Return the logarithms of normal weights, which sum to 1, at these abilities."""
    found = -((theta / spread) ** 2) / 2
    found -= np.log(np.exp(found).sum())
    return found


def posterior(sheets: Sheets, shown: list[Curves], given: Parameters, theta: Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield some units, and their log likelihood at each ability with the prior's weight, less what all share."""
    log_total = np.stack([each.log_total for each in shown], axis=1)
    of_kind = sheets.kinds @ log_total.reshape(-1, len(theta))
    prior = log_weights(theta, given.spread)
    for part, rows in sheets.parts:
        weight = sheets.unit_score[rows, None] * theta
        weight -= part @ of_kind
        weight += prior
        yield rows, weight


def normalise(weight: Floats) -> float:
    """Turn logarithms into weights that sum to 1 in each row, and return the sum of the logarithms of their sums."""
    top = weight.max(axis=1)
    weight -= top[:, None]
    np.exp(weight, out=weight)
    total = weight.sum(axis=1)
    weight /= total[:, None]
    return float(top.sum() + np.log(total).sum())


def likelihood(sheets: Sheets, given: Parameters, theta: Floats) -> tuple[float, Parameters]:
    """Return the log likelihood, and its slope in each parameter."""
    shown = curves(given, theta)
    there, mass = np.zeros((sheets.kinds.shape[0], len(theta))), np.zeros(len(theta))
    total = -float(given.severity @ sheets.grader_score)
    for (part, _), (_, weight) in zip(sheets.parts, posterior(sheets, shown, given, theta), strict=True):
        total += normalise(weight)
        there += part.T @ weight
        mass += weight.sum(axis=0)
    expected = (sheets.kinds.T @ there).reshape(sheets.n_graders, len(sheets.tops), len(theta))
    severity, by_steps = -sheets.grader_score, []
    for c, each in enumerate(shown):
        total -= float(given.steps[c] @ sheets.reached[c])
        by_steps.append(np.einsum("kgt,gt->k", each.reach, expected[:, c]) - sheets.reached[c])
        severity = severity + np.vecdot(expected[:, c], each.expected)
    prior = sheets.n_units * np.exp(log_weights(theta, given.spread))
    return total, Parameters(severity, by_steps, float((mass - prior) @ theta**2) / given.spread**3)


def fit(sheets: Sheets, *, common_steps: bool) -> Fit:
    """Return the parameters that maximise the likelihood.

    With `common_steps` a criterion's steps are its difficulty plus thresholds that all criteria share.
    """
    theta = np.linspace(-REACH, REACH, NODES)
    found = climb(sheets, theta, start(sheets), common_steps=common_steps)
    per_unit = np.concatenate([part @ sheets.kinds.sum(axis=1) for part, _ in sheets.parts])
    sharpest = max(float(each.variance.max()) for each in curves(found.given, theta))
    typical, least = (1 / np.sqrt(m * sharpest + found.given.spread**-2) for m in (per_unit.mean(), per_unit.max()))
    if theta[1] - theta[0] <= COARSEST * typical and NARROWEST * found.given.spread <= REACH:
        return found
    reach = WIDTH * found.given.spread
    count = min(2 * math.ceil(reach / (STEP * least)) + 1, MOST_NODES)
    return climb(sheets, np.linspace(-reach, reach, count), found.given, common_steps=common_steps)


def start(sheets: Sheets) -> Parameters:
    """Return graders, criteria and steps that do not differ."""
    return Parameters(np.zeros(sheets.n_graders), [np.zeros(top) for top in sheets.tops.tolist()], 1.0)


def climb(sheets: Sheets, theta: Floats, given: Parameters, *, common_steps: bool) -> Fit:
    """Go up from the given parameters, ability being summed over these nodes."""
    tops = sheets.tops.tolist()
    ends = np.cumsum(tops)[:-1]
    design = np.eye(sum(tops))
    if common_steps:
        design = np.hstack([np.repeat(np.eye(len(tops)), tops, axis=0), np.tile(np.eye(tops[0]), (len(tops), 1))])
    # In units of what so many ratings would leave open, so that the hill is round.
    often = np.concatenate([sheets.grader_size, design.T @ np.concatenate(sheets.reached), [sheets.n_units]])
    scale = 1 / np.sqrt(often)

    def unpacked(x: Floats) -> Parameters:
        free = x * scale
        steps = design @ free[sheets.n_graders : -1]
        return Parameters(free[: sheets.n_graders], np.split(steps, ends), float(free[-1]))

    def down(x: Floats) -> tuple[float, Floats]:
        value, slope = likelihood(sheets, unpacked(x), theta)
        flat = np.concatenate([slope.severity, np.concatenate(slope.steps) @ design, np.array([slope.spread])])
        return -value, -flat * scale

    steps = np.linalg.lstsq(design, np.concatenate(given.steps))[0]
    x = np.concatenate([given.severity, steps, [given.spread]]) / scale
    limit = np.full((len(scale), 2), [-LARGEST, LARGEST])
    limit[-1] = LEAST_SPREAD, LARGEST_SPREAD
    options = {"maxiter": MOST_STEPS, "maxfun": 2 * MOST_STEPS, "gtol": REST, "ftol": 0.0, "maxcor": 20}
    found = minimize(down, x, jac=True, method="L-BFGS-B", bounds=limit / scale[:, None], options=options)
    return Fit(unpacked(found.x), -float(found.fun), float(np.abs(found.jac).max()) < 10 * REST, theta)
