"""How sure a figure is: by the jackknife, by linearisation or by the bootstrap."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import blocks
from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import ROUNDING, Range, interval_around, jackknives

Floats = NDArray[np.float64]

FEW_GROUPS = 1000
# Numbers in one block of rows of sums.
BLOCK = 2**20
# A step small enough for a derivative, large enough for the digits of a double.
STEP = 1e-3
# More undefined replicates than this share, and the bootstrap says nothing.
MOST_UNDEFINED = 0.05


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """The bootstrap over units: percentiles of replicates drawn with replacement.

    Parameters
    ----------
    replicates : int, default 1000
        How many samples are drawn, at least 2.
    seed : int, default 0
        The same seed gives the same interval.
    """

    replicates: int = 1000
    seed: int = 0


Interval = Literal["jackknife", "linearised", "bootstrap"] | Bootstrap


class Statistic(Protocol):
    """Figures, one or several, as functions of groups: single units of a pattern, or clusters."""

    @property
    def weight(self) -> Floats:
        """How many groups of each kind there are, shape (n_groups,)."""

    def value(self) -> Floats:
        """Return the estimates from all groups, shape (n_figures,)."""

    def left_out(self, share: float) -> Floats:
        """Return them without this share of each group, shape (n_groups, n_figures); NaN where undefined."""

    def resampled(self, weights: Floats) -> Floats:
        """Return them at other weights, shape (n_replicates, n_groups) to (n_replicates, n_figures)."""


@dataclass(frozen=True, eq=False)
class OfSums:
    """Figures that are functions of sums over units, with one row of terms per group.

    Parameters
    ----------
    terms : ndarray, shape (n_groups, n_terms)
        What one group adds to each sum.
    weight : ndarray, shape (n_groups,)
        How many groups add this.
    function : callable
        From sums, shape (n, n_terms), to figures, shape (n, n_figures); NaN where undefined.
    """

    terms: Floats
    weight: Floats
    function: Callable[[Floats], Floats]

    @cached_property
    def total(self) -> Floats:
        return np.asarray(self.weight @ self.terms)

    @cached_property
    def first_rows(self) -> Floats:
        """The figures of all groups and, of few, without each: one call of the function instead of two."""
        few = self.terms if len(self.terms) <= FEW_GROUPS else self.terms[:0]
        rows = np.empty((len(few) + 1, self.terms.shape[1]))
        rows[0] = self.total
        np.subtract(self.total, few, out=rows[1:])
        return self.function(rows)

    def value(self) -> Floats:
        return np.asarray(self.first_rows[0])

    def left_out(self, share: float) -> Floats:
        if share == 1 and len(self.terms) <= FEW_GROUPS:
            return self.first_rows[1:]
        rows = max(BLOCK // self.terms.shape[1], 1)
        parts = [self.function(self.total - share * self.terms[block]) for block in blocks(len(self.terms), rows)]
        return np.concatenate(parts)

    def resampled(self, weights: Floats) -> Floats:
        return self.function(weights @ self.terms)


def estimate(
    statistic: Statistic, n_units: int, *, interval: Interval = "jackknife", scale: Range
) -> list[Coefficient]:
    """Return the figures of a statistic with their standard errors and 95 % intervals.

    The jackknife leaves out one group after the other (see `jackknife`). Linearisation takes the derivative of the
    value by the weight of each group, d_g, for a leaving-out of next to nothing: SE² = G/(G−1) Σ_g w_g (d_g − d̄)², and
    the interval as the jackknife's, with t(G − 1). The bootstrap draws G groups with replacement; SE is the standard
    deviation of the replicates and the interval their 2.5 and 97.5 percentiles, widened to hold the value.

    Parameters
    ----------
    statistic : Statistic
        Figures as functions of groups of units, all of them defined for all groups together.
    n_units : int
        Units behind the values.
    interval : {"jackknife", "linearised", "bootstrap"} or Bootstrap, default "jackknife"
        The method.
    scale : {"fisher", "share"}
        As for `jackknife`.

    Returns
    -------
    list of Coefficient
        One per figure; without interval where there is one group (`one_unit`), where too many of the tables looked at
        are undefined (`too_few`), or where all give the same value (`no_variation`).

    Raises
    ------
    ValueError
        An unknown method, fewer than two replicates.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapters 11, 13 and 22.
    """
    values, weight = statistic.value().tolist(), statistic.weight
    if interval == "jackknife":
        return jackknives(values, statistic.left_out(1.0), weight, n_units, scale=scale)
    if interval == "linearised":
        slopes = (statistic.left_out(-STEP) - statistic.left_out(STEP)).T / (2 * STEP)
        return [linearised(value, slope, weight, n_units, scale) for value, slope in zip(values, slopes, strict=True)]
    how = Bootstrap() if interval == "bootstrap" else interval
    if not isinstance(how, Bootstrap):
        raise ValueError(f"The interval is {interval!r}; it is 'jackknife', 'linearised', 'bootstrap' or a Bootstrap.")
    if how.replicates < 2:
        raise ValueError(f"A bootstrap needs at least 2 replicates, not {how.replicates}.")
    groups = round(float(weight.sum()))
    replicates = draw(statistic, groups, how).T
    return [of_replicates(value, drawn, groups, n_units) for value, drawn in zip(values, replicates, strict=True)]


def linearised(value: float, slope: Floats, weight: Floats, n_units: int, scale: Range) -> Coefficient:
    """Return the coefficient from the derivative of its value by the weight of each group."""
    groups = float(weight.sum())
    if groups < 2:
        return Coefficient.without_interval(value, Reason.ONE_UNIT, n_units)
    squares = float(weight @ (slope - float(weight @ slope) / groups) ** 2)
    if math.isnan(squares):
        return Coefficient.without_interval(value, Reason.TOO_FEW, n_units)
    error = math.sqrt(groups / (groups - 1) * squares)
    if error < ROUNDING:
        return Coefficient.without_interval(value, Reason.NO_VARIATION, n_units)
    low, high = interval_around(value, error, groups - 1, scale)
    return Coefficient(value, error, low, high, n_units, "linearised", None)


def draw(statistic: Statistic, groups: int, how: Bootstrap) -> Floats:
    """Return the figures of each replicate."""
    rng, chances = np.random.default_rng(how.seed), statistic.weight / statistic.weight.sum()
    parts = blocks(how.replicates, max(BLOCK // len(chances), 1))
    samples = (rng.multinomial(groups, chances, part.stop - part.start).astype(np.float64) for part in parts)
    return np.concatenate([statistic.resampled(sample) for sample in samples])


def of_replicates(value: float, replicates: Floats, groups: int, n_units: int) -> Coefficient:
    """Return the coefficient with the spread and the percentiles of its replicates."""
    if groups < 2:
        return Coefficient.without_interval(value, Reason.ONE_UNIT, n_units)
    defined = replicates[~np.isnan(replicates)]
    if len(defined) < (1 - MOST_UNDEFINED) * len(replicates):
        return Coefficient.without_interval(value, Reason.TOO_FEW, n_units)
    error = float(defined.std(ddof=1))
    if error < ROUNDING:
        return Coefficient.without_interval(value, Reason.NO_VARIATION, n_units)
    low, high = np.quantile(defined, [0.025, 0.975])
    return Coefficient(value, error, min(float(low), value), max(float(high), value), n_units, "bootstrap", None)
