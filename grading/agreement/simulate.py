"""Rounds drawn by chance: scripts of known worth, graders with known faults."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from grading.agreement.ratings import Ratings
from grading.agreement.simulation import (
    ROUNDING,
    CriterionShape,
    GraderShape,
    Kind,
    SimulatedRound,
    check,
)

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

CENTRAL = 0.4  # of what a central grader sees, how much reaches the mark


def simulate(
    criteria: Sequence[CriterionShape],
    *,
    n_scripts: int,
    n_graders: int,
    readings: int,
    rng: np.random.Generator,
    graders: GraderShape | None = None,
    correlation: float = 0.5,
) -> SimulatedRound:
    """Return a round in which each script was read by some graders, drawn by chance.

    A plain grader r sees y_src = w_sc − b_rc − d_r (t − ½) + e_src on criterion c of script s, with worth w ~ N(0, 1),
    severity b, drift d over the sitting from t = 0 to 1, and noise e; the mark is the highest level whose threshold y
    exceeds. Thresholds are set so that plain graders give the levels in the shares asked for.

    Parameters
    ----------
    criteria : sequence of CriterionShape
        The rubric.
    n_scripts, n_graders, readings : int
        Scripts, graders, and different graders for each script. Graders get about the same number of scripts.
    rng : numpy.random.Generator
        The same state gives the same round.
    graders : GraderShape, optional
        What graders are like; by default plain ones.
    correlation : float, default 0.5
        Of the worth of a script on two criteria, in [0, 1].

    Returns
    -------
    SimulatedRound
        The ratings of each criterion, and the truth.

    Raises
    ------
    ValueError
        More readings than graders, or none; levels that do not ascend; shares below 0 or that do not sum to 1; a
        correlation outside [0, 1]; a size or share of graders that cannot be.

    Examples
    --------
    >>> from grading.agreement.simulation import CriterionShape
    >>> shape = CriterionShape((0, 1, 2), (0.2, 0.3, 0.5))
    >>> drawn = simulate([shape], n_scripts=400, n_graders=20, readings=3, rng=np.random.default_rng(1))
    >>> drawn.ratings[0].n_ratings, drawn.truth.shape
    (1200, (400, 1))
    """
    like = GraderShape() if graders is None else graders
    check(criteria, n_graders, readings, like, correlation)
    common, own = rng.normal(size=(n_scripts, 1)), rng.normal(size=(n_scripts, len(criteria)))
    worth = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * own
    kind = kinds(like, n_graders, rng)
    severity = severities(like, kind, len(criteria), rng)
    noise = like.noise * np.exp(like.noise_spread * rng.normal(size=n_graders))
    drift = like.drift * rng.normal(size=n_graders)
    handed = hand_out(n_scripts, n_graders, readings, rng)
    script, grader = np.repeat(np.arange(n_scripts), readings), handed.ravel()
    error, outlier = errors(like, len(script), len(criteria), rng)
    seen = worth[script] - severity[grader] - (drift[grader] * (sitting(grader) - 0.5))[:, None]
    seen += noise[grader, None] * error
    seen[is_kind(kind, "central")[grader]] *= CENTRAL
    ratings, truth = [], np.empty_like(worth)
    for c, shape in enumerate(criteria):
        threshold = ndtri(np.minimum(np.cumsum(shape.shares)[:-1], 1.0)) * math.sqrt(1 + like.variance)
        level = np.searchsorted(threshold, seen[:, c]).reshape(handed.shape)
        points = np.array(shape.levels, dtype=np.float64)
        marks = points[faulty(level, handed, kind, shape, rng)].ravel()
        ratings.append(Ratings.from_long(script, grader, marks, levels=shape.levels))
        above = ndtr((worth[:, c, None] - threshold) / max(math.sqrt(like.variance), ROUNDING))
        truth[:, c] = points[0] + above @ np.diff(points)
    return SimulatedRound(tuple(ratings), truth, worth, severity, noise, drift, kind, outlier)


def severities(like: GraderShape, kind: tuple[Kind, ...], n_criteria: int, rng: np.random.Generator) -> Floats:
    """Return graders × criteria, the severity of each with their bias."""
    found: Floats = like.severity_by_criterion * rng.normal(size=(len(kind), n_criteria))
    found += like.severity * rng.normal(size=(len(kind), 1))
    found += (like.bias * is_kind(kind, "biased") * rng.choice([-1.0, 1.0], len(kind)))[:, None]
    return found


def errors(
    like: GraderShape, n_sheets: int, n_criteria: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return sheets × criteria, the noise in its standard deviations, and where a mark is off."""
    common, own = rng.normal(size=(n_sheets, 1)), rng.normal(size=(n_sheets, n_criteria))
    error = math.sqrt(like.halo) * common + math.sqrt(1 - like.halo) * own
    outlier = rng.random(error.shape) < like.outliers
    return error + outlier * rng.choice([-1.0, 1.0], error.shape) * like.outlier_size, outlier


def faulty(
    level: Integers, handed: Integers, kind: tuple[Kind, ...], shape: CriterionShape, rng: np.random.Generator
) -> Integers:
    """Return scripts × readings, the levels given, from those that plain graders would give."""
    chance = rng.choice(len(shape.levels), size=handed.shape, p=shape.shares)
    fixed = rng.choice(len(shape.levels), size=len(kind), p=shape.shares)
    found = np.where(is_kind(kind, "random")[handed], chance, level)
    found = np.where(is_kind(kind, "constant")[handed], fixed[handed], found)
    copies = is_kind(kind, "copier")[handed]
    for j in range(1, handed.shape[1]):
        found[:, j] = np.where(copies[:, j], found[:, j - 1], found[:, j])
    return found


def is_kind(kind: tuple[Kind, ...], name: Kind) -> NDArray[np.bool_]:
    """Return which graders are of this kind."""
    return np.array([each == name for each in kind])


def kinds(like: GraderShape, n_graders: int, rng: np.random.Generator) -> tuple[Kind, ...]:
    """Return the kind of each grader; of each as many as its share says, rounded down on the whole."""
    names: tuple[Kind, ...] = ("random", "constant", "central", "copier", "biased")
    ends = np.cumsum([getattr(like, name) for name in names]) * n_graders
    found: list[Kind] = ["plain"] * n_graders
    order = rng.permutation(n_graders).tolist()
    start = 0
    for name, end in zip(names, np.floor(ends + ROUNDING).astype(int).tolist(), strict=True):
        for grader in order[start:end]:
            found[grader] = name
        start = end
    return tuple(found)


def hand_out(n_scripts: int, n_graders: int, readings: int, rng: np.random.Generator) -> Integers:
    """Return scripts × readings, who reads: as many scripts as go share out one shuffle of the graders, and again."""
    at_once = n_graders // readings
    shuffles = -(-n_scripts // at_once)
    order = rng.permuted(np.tile(np.arange(n_graders), (shuffles, 1)), axis=1)[:, : at_once * readings]
    return order.reshape(-1, readings)[:n_scripts]


def sitting(grader: Integers) -> Floats:
    """Return where in their grader's sitting the sheets stand, from 0 to 1; ½ for a single sheet."""
    order = np.argsort(grader, kind="stable")
    size = np.bincount(grader)
    first = np.cumsum(size) - size
    place = np.empty(len(grader))
    place[order] = np.arange(len(grader)) - first[grader[order]]
    last = (size - 1)[grader]
    found = np.full(len(grader), 0.5)
    np.divide(place, last, out=found, where=last > 0)
    return found
