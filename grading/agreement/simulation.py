"""What a simulated round is drawn from, and what it consists of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.ratings import Ratings

Floats = NDArray[np.float64]
Kind = Literal["plain", "random", "constant", "central", "copier", "biased"]

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class CriterionShape:
    """The levels of a criterion, and how often graders give them.

    Parameters
    ----------
    levels : tuple of float
        In points, ascending.
    shares : tuple of float
        Share of each level among the marks of plain graders; they sum to 1.
    """

    levels: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GraderShape:
    """What graders are like. Sizes are in standard deviations of the scripts' worth, shares in [0, 1].

    Parameters
    ----------
    severity : float, default 0.5
        Standard deviation over graders of the severity that all criteria share.
    severity_by_criterion : float, default 0
        The same of what a grader has on one criterion beside it.
    noise : float, default 1
        Standard deviation of a reading around what its grader means.
    noise_spread : float, default 0
        Standard deviation over graders of log noise: some are more erratic than others.
    halo : float, default 0
        Correlation of the noise of two criteria on one sheet.
    drift : float, default 0
        Standard deviation over graders of how much more severe they are at the end of a sitting than at its start.
    random, constant, central, copier, biased : float, default 0
        Shares of graders who mark by chance, who give one level to everybody, who keep to the middle, who copy the
        reading before theirs, and who are severe or lenient by `bias`. They sum to at most 1; the rest is plain.
    bias : float, default 1.2
        Severity of the biased, one way or the other, beside their own.
    outliers : float, default 0
        Share of marks, of whatever grader, that are off by `outlier_size`.
    outlier_size : float, default 4
        In standard deviations of the noise.
    """

    severity: float = 0.5
    severity_by_criterion: float = 0.0
    noise: float = 1.0
    noise_spread: float = 0.0
    halo: float = 0.0
    drift: float = 0.0
    random: float = 0.0
    constant: float = 0.0
    central: float = 0.0
    copier: float = 0.0
    biased: float = 0.0
    bias: float = 1.2
    outliers: float = 0.0
    outlier_size: float = 4.0

    @property
    def variance(self) -> float:
        """Variance of a plain grader's reading around the script's worth."""
        noise = self.noise**2 * math.exp(2 * self.noise_spread**2)
        return self.severity**2 + self.severity_by_criterion**2 + self.drift**2 / 12 + noise


@dataclass(frozen=True, eq=False)
class SimulatedRound:
    """Ratings, and what they were drawn from.

    Parameters
    ----------
    ratings : tuple of Ratings
        One per criterion. Units are the numbers of scripts, graders the numbers of graders.
    truth : ndarray, shape (n_scripts, n_criteria)
        Points that plain graders give on average to a script of such worth.
    worth : ndarray, shape (n_scripts, n_criteria)
        Standard normal.
    severity : ndarray, shape (n_graders, n_criteria)
        In standard deviations of worth, the bias included.
    noise : ndarray, shape (n_graders,)
        Standard deviation of each grader's noise.
    drift : ndarray, shape (n_graders,)
        Severity at the end of the sitting less that at its start.
    kind : tuple of str
        Of each grader.
    outlier : ndarray of bool, shape (n_scripts × readings, n_criteria)
        Which marks are off; script by script, in the order of the readings.
    """

    ratings: tuple[Ratings, ...]
    truth: Floats
    worth: Floats
    severity: Floats
    noise: Floats
    drift: Floats
    kind: tuple[Kind, ...]
    outlier: NDArray[np.bool_]


def check(
    criteria: Sequence[CriterionShape], n_graders: int, readings: int, like: GraderShape, correlation: float
) -> None:
    """Refuse what cannot be drawn."""
    if not 1 <= readings <= n_graders:
        raise ValueError(f"{readings} readings by different graders, of {n_graders}, cannot be had.")
    for shape in criteria:
        if len(shape.levels) != len(shape.shares) or not (np.diff(shape.levels) > 0).all():
            raise ValueError(f"The levels {shape.levels} do not ascend, or do not match {len(shape.shares)} shares.")
        if min(shape.shares) < 0 or abs(sum(shape.shares) - 1) > ROUNDING:
            raise ValueError(f"The shares {shape.shares} of levels are not of one whole.")
    if not 0 <= correlation <= 1 or not 0 <= like.halo <= 1 or not 0 <= like.outliers <= 1:
        raise ValueError("Correlation, halo and the share of outliers lie between 0 and 1.")
    if min(getattr(like, field.name) for field in fields(like)) < 0:
        raise ValueError("No size and no share of graders is below 0.")
    if like.random + like.constant + like.central + like.copier + like.biased > 1 + ROUNDING:
        raise ValueError("The shares of graders are more than a whole.")
