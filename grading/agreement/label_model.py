"""The climb of Dawid and Skene's model: sparse sums over the ratings, everything else over what graders said at all."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.blocks import blocks, runs
from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# With fewer ratings than this a grader has one share of right labels, not a matrix.
FEW = 30
MOST_STEPS = 2000
# Gain of a step, beside the log posterior, below which the climb is at rest.
REST = 1e-10


@dataclass(frozen=True, eq=False)
class Cells:
    """The ratings as a table of rated units × cells, a cell being a grader with a label that they gave at least once.

    Labels that a grader never gave need no place: their probabilities never enter a unit, and their prior is a sum.
    """

    rated: Integers  # positions of the units with a rating
    parts: list[tuple[csr_array, slice]]  # some units × cells, how often; and which units
    grader: Integers  # of each cell, ascending
    level: Integers  # of each cell
    first: Integers  # first cell of each grader
    place: Integers  # of each cell: which of the graders that have one
    coin: NDArray[np.bool_]  # of each such grader: one share of right labels
    coin_cell: NDArray[np.bool_]
    n_levels: int
    pseudo: float  # ratings added to each place of a matrix

    @classmethod
    def of(cls, ratings: Ratings, pseudo: float) -> "Cells":
        """Collect the cells of all ratings, repeated ones too."""
        q = len(ratings.levels)
        key = ratings.grader * q + ratings.code
        given, cell = compact(key, ratings.n_graders * q)
        rated, unit = compact(ratings.unit, ratings.n_units)
        # Half the memory to read in each step, where so many fit.
        narrow = np.int32 if max(len(unit), len(given)) < 2**31 else np.int64
        places = (unit.astype(narrow), cell.astype(narrow))
        by_unit = csr_array((np.ones(len(unit)), places), shape=(len(rated), len(given)))
        grader, level = np.divmod(given, q)
        first = runs(grader)
        place = np.repeat(np.arange(len(first)), np.diff(first, append=len(grader)))
        coin = np.bincount(ratings.grader)[grader[first]] < FEW
        parts = [(by_unit[rows], rows) for rows in blocks(len(rated))]
        return cls(rated, parts, grader, level, first, place, coin, coin[place], q, pseudo)

    def matrix(self, part: slice, given: Floats, mass: Floats) -> Floats:
        """Return true level × label of a grader from the sums of these cells; zeros for a level without any mass."""
        table = np.full((self.n_levels, self.n_levels), self.pseudo)
        table[:, self.level[part]] += given.T
        total = (mass + self.n_levels * self.pseudo)[:, None]
        found: Floats = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
        return found


@dataclass(frozen=True, eq=False)
class Sums:
    """What a step needs of the probabilities of the units."""

    table: Floats  # cells × levels: units of each level, as far as their level is known
    shares: Floats
    log_likelihood: float  # of what the probabilities were computed from

    @classmethod
    def of(cls, cells: "Cells", probability: Floats) -> "Sums":
        table = sum((part.T @ probability[rows] for part, rows in cells.parts), np.zeros((1, 1)))
        return cls(table, np.ones(len(probability)) @ probability / len(probability), -math.inf)


@dataclass(frozen=True, eq=False)
class Fit:
    """Where a climb came to rest."""

    probability: Floats  # units × levels
    shares: Floats
    table: Floats  # cells × levels: units of each level, as far as their level is known
    log_likelihood: float
    log_posterior: float
    iterations: int
    converged: bool


def compact(code: Integers, length: int) -> tuple[Integers, Integers]:
    """Return the codes that occur, ascending, and each code's position among them."""
    occurs = np.bincount(code, minlength=length) > 0
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[code]


def first_shares(cells: Cells, rng: np.random.Generator | None) -> Floats:
    """Return units × levels, the shares of votes; with `rng` each vote has an exponential weight."""
    to_level = np.zeros((len(cells.level), cells.n_levels))
    to_level[np.arange(len(cells.level)), cells.level] = 1
    found = np.empty((len(cells.rated), cells.n_levels))
    for part, rows in cells.parts:
        # A gamma draw of shape m is the sum of m exponential ones.
        often = part.data if rng is None else rng.standard_gamma(part.data)
        found[rows] = csr_array((often, part.indices, part.indptr), shape=part.shape) @ to_level
    found /= found.sum(axis=1, keepdims=True)
    return found


def climb(cells: Cells, probability: Floats) -> Fit:
    """Alternate the two steps until the log posterior gains no more; `probability` is overwritten."""
    found = Sums.of(cells, probability)
    reached, converged, steps, before = -math.inf, False, 0, found
    while steps < MOST_STEPS and not converged:
        before, steps = found, steps + 1
        log_errors, log_prior = errors(cells, before.table)
        found = labels(cells, log_errors, before.shares, probability)
        now = found.log_likelihood + log_prior
        converged = now - reached <= REST * abs(now)
        reached = now
    return Fit(probability, before.shares, before.table, found.log_likelihood, reached, steps, converged)


def shares_right(cells: Cells, table: Floats, mass: Floats) -> Floats:
    """Return per grader the share of right labels, errors being all alike."""
    own = np.add.reduceat(table[np.arange(len(table)), cells.level], cells.first)
    found: Floats = (own + cells.pseudo) / (mass.sum(axis=1) + cells.n_levels * cells.pseudo)
    return np.minimum(found, 1.0)  # a sum may round to more


def errors(cells: Cells, table: Floats) -> tuple[Floats, float]:
    """Return cells × levels, log π, and the logarithm of the prior's density."""
    q, pseudo = cells.n_levels, cells.pseudo
    mass = np.add.reduceat(table, cells.first)
    right = shares_right(cells, table, mass)
    total = mass + q * pseudo
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 is the right answer; 0/0 is set below
        log_total = np.log(total)
        found = np.log(table + pseudo)
        found -= log_total[cells.place]
        found[total[cells.place] == 0] = -np.inf
        log_right, log_wrong = np.log(right), np.log((1 - right) / (q - 1))
    log_prior = 0.0
    if pseudo:
        given = np.bincount(cells.place)
        rest = (q - given)[:, None] * (math.log(pseudo) - log_total)
        by_matrix = (np.add.reduceat(found, cells.first) + rest).sum(axis=1)
        by_coin = log_right + (q - 1) * log_wrong
        log_prior = pseudo * float(np.where(cells.coin, by_coin, by_matrix).sum())
    alike = np.flatnonzero(cells.coin_cell)
    found[alike] = log_wrong[cells.place[alike], None]
    found[alike, cells.level[alike]] = log_right[cells.place[alike]]
    return found, log_prior


def labels(cells: Cells, log_errors: Floats, shares: Floats, probability: Floats) -> Sums:
    """Write the probability of each level of each unit, and return the sums of the next step."""
    with np.errstate(divide="ignore"):
        log_shares = np.log(shares)[:, None]
    table, total, log_likelihood = np.zeros(log_errors.shape), np.zeros(cells.n_levels), 0.0
    for part, rows in cells.parts:
        # Levels × units: along the few levels of a unit every operation would start anew.
        found = np.add((part @ log_errors).T, log_shares, order="C")
        top = found.max(axis=0)
        found -= top
        np.exp(found, out=found)
        over_levels = found.sum(axis=0)
        found /= over_levels
        probability[rows] = found.T
        log_likelihood += float(top.sum() + np.log(over_levels).sum())
        total += found.sum(axis=1)
        table += part.T @ probability[rows]
    return Sums(table, total / len(probability), log_likelihood)
