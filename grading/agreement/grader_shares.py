"""Agreement beyond chance where chance is told by what each grader gives, with any units missing for any grader."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.blocks import blocks, runs
from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.counting import EXACT_BITS, unit_table
from grading.agreement.intervals import Interval
from grading.agreement.level_shares import beyond_chance, corrected, observed_terms, why_undefined
from grading.agreement.patterns import Cells, Clusters, Patterns, sums, without_gaps
from grading.agreement.ratings import Ratings
from grading.agreement.values import encode_labels
from grading.agreement.weights import MOST_LEVELS, Weights, agreement_weights

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# Numbers in one block of a table of groups by levels.
BLOCK = 2**20


@dataclass(frozen=True, eq=False)
class Marks:
    """Ratings of which units that the same graders gave the same levels are kept once.

    Parameters
    ----------
    patterns : Patterns
        A row per kept unit, with how often its like occurs.
    row, grader, level : ndarray of int, shape (n_kept_ratings,)
        Row of the patterns, who rated, and the position of the level given.
    """

    patterns: Patterns
    row: Integers
    grader: Integers
    level: Integers


def marks_of(ratings: Ratings, clusters: Clusters) -> Marks:
    """Return ratings, of repeated ones the last, unit by unit; units in clusters are all kept."""
    latest, n_levels = ratings.latest(), len(ratings.levels)
    unit, grader, level = latest.unit, renumbered(latest.grader)[1], latest.code.astype(np.intp)
    kept, group = np.flatnonzero(np.bincount(unit, minlength=ratings.n_units)), None
    often = np.ones(len(kept))
    n_graders = int(grader.max(initial=-1)) + 1
    if clusters is not None:
        if len(clusters) != ratings.n_units:
            raise ValueError(
                f"There are {len(clusters)} cluster labels for {ratings.n_units} units; one per unit is needed."
            )
        group = without_gaps(encode_labels(clusters, "cluster")[0][kept])
    elif n_graders * math.log2(n_levels + 1) < EXACT_BITS:
        # the number whose digits are what each grader gave
        power = ((n_levels + 1) ** np.arange(n_graders)).astype(np.float64)
        key = sums(unit, power[grader] * (level + 1), ratings.n_units)[kept]
        _, first, counts = np.unique(key, return_index=True, return_counts=True)
        kept, often = kept[first], counts.astype(np.float64)
    place = np.full(ratings.n_units, -1)
    place[kept] = np.arange(len(kept))
    row = place[unit]
    known = row >= 0
    row, grader, level = row[known], grader[known], level[known]
    table, _ = unit_table(np.sort(row * n_levels + level), len(kept), n_levels)
    return Marks(Patterns(table, often, group), row, grader, level)


def renumbered(codes: Integers) -> tuple[Integers, Integers]:
    """Return the codes in use, ascending, and each as its place among them."""
    used = np.bincount(codes) > 0
    return np.flatnonzero(used), (np.cumsum(used) - 1)[codes]


class ByGraders:
    """κ = 1 − D_o/D_e as a `Statistic`, with D_e the mean disagreement of the level shares of two different graders.

    With p_g the level shares of grader g, D the disagreement of levels and r the graders,
    D_e = (P'DP − Σ_g p_g'Dp_g) / (r(r − 1)), P = Σ_g p_g. Leaving out a group moves p_g of its graders alone, by
    δ = a (c p_g − x) for x the counts of levels that g gave in the group, c their number and a = 1/(n_g − c), n_g all
    that g gave; a grader with nothing left is gone, δ = −p_g.

    Parameters
    ----------
    marks : Marks
        Of at least two graders.
    apart : ndarray, shape (n_levels, n_levels)
        D, symmetric with 0 on the diagonal.
    """

    def __init__(self, marks: Marks, apart: Floats) -> None:
        patterns = marks.patterns
        self.weight = patterns.weight
        self.observed, self.paired = observed_terms(patterns, apart)
        used, level = renumbered(marks.level)
        self.apart = apart[np.ix_(used, used)]
        self.shape = (int(marks.grader.max()) + 1, len(used))
        group = marks.row if patterns.group is None else patterns.group[marks.row]
        # what one grader gave in one group is an entry, with a cell for each level
        key, count = np.unique((group * self.shape[0] + marks.grader) * self.shape[1] + level, return_counts=True)
        entry, level = np.divmod(key, self.shape[1])
        start = runs(entry)
        row = np.repeat(np.arange(len(start)), np.diff(start, append=len(entry)))
        self.cells = Cells(row, level, count.astype(np.float64))
        self.group, self.grader = np.divmod(entry[start], self.shape[0])

    def value(self) -> Floats:
        figures: Floats = self.resampled(self.weight[None])[0]
        return figures

    def resampled(self, weights: Floats) -> Floats:
        by_chance = np.array([self.by_chance(weight) for weight in weights])
        return beyond_chance(weights @ self.observed, weights @ self.paired, by_chance)[:, None]

    def given(self, weight: Floats) -> Floats:
        """Return how often each grader gave each level at these weights of the groups."""
        row, level, count = self.cells.row, self.cells.level, self.cells.count
        place = self.grader[row] * self.shape[1] + level
        return sums(place, weight[self.group[row]] * count, math.prod(self.shape)).reshape(self.shape)

    def by_chance(self, weight: Floats) -> float:
        given = self.given(weight)
        rated = given.sum(axis=1, keepdims=True)
        shares = (given / np.where(rated > 0, rated, 1))[rated[:, 0] > 0]
        all_shares, own = shares.sum(axis=0), np.vecdot(shares @ self.apart, shares).sum()
        return float(all_shares @ self.apart @ all_shares - own) / max(len(shares) * (len(shares) - 1), 1)

    def left_out(self, share: float) -> Floats:
        groups, cells, group, grader = len(self.weight), self.cells, self.group, self.grader
        given = self.given(self.weight)
        rated = given.sum(axis=1)
        shares = given / rated[:, None]
        apart_of_grader, apart_of_all = shares @ self.apart, shares.sum(axis=0) @ self.apart

        less = share * cells.sum_by_row(cells.count, len(group))
        gone = rated[grader] <= less
        step = np.where(gone, 0.0, share / np.where(gone, 1.0, rated[grader] - less))
        kept = np.where(gone, -1.0, step * less / share)  # δ = kept · p_g − step · x

        to_all = kept * (shares @ apart_of_all)[grader] - step * self.crossed(apart_of_all[cells.level])
        inner, crossed = (
            np.vecdot(apart_of_grader, shares),
            self.crossed(apart_of_grader[grader[cells.row], cells.level]),
        )
        a, b = cells.pairs()
        within = 2 * cells.count[a] * cells.count[b] * self.apart[cells.level[a], cells.level[b]]
        to_own = 2 * (kept * inner[grader] - step * crossed)
        to_own += kept**2 * inner[grader] - 2 * kept * step * crossed + step**2 * sums(cells.row[a], within, len(group))

        whole = sums(group, 2 * to_all - to_own, groups) + self.squares(kept, step, shares)
        whole += float(shares.sum(axis=0) @ apart_of_all) - float(inner.sum())
        graders = self.shape[0] - sums(group, gone.astype(np.float64), groups)
        left = beyond_chance(
            self.weight @ self.observed - share * self.observed,
            self.weight @ self.paired - share * self.paired,
            whole / np.maximum(graders * (graders - 1), 1),
        )
        return left[:, None]

    def crossed(self, values: Floats) -> Floats:
        """Return the sum over the levels of each entry of its counts times the values of the cells."""
        return self.cells.sum_by_row(self.cells.count * values, len(self.group))

    def squares(self, kept: Floats, step: Floats, shares: Floats) -> Floats:
        """Return Δ'DΔ of each group, Δ the sum of its δ."""
        groups, (graders, levels) = len(self.weight), self.shape
        row, level = self.cells.row, self.cells.level
        own = csr_array((kept, (self.group, self.grader)), shape=(groups, graders))
        given = csr_array((step[row] * self.cells.count, (self.group[row], level)), shape=(groups, levels))
        parts = []
        for block in blocks(groups, max(BLOCK // levels, 1)):
            moved = own[block] @ shares - given[block].toarray()
            parts.append(np.vecdot(moved @ self.apart, moved))
        return np.concatenate(parts)


def beyond_own_shares(ratings: Ratings, weights: Weights, clusters: Clusters, interval: Interval) -> Coefficient:
    """Return κ of these ratings with chance by the graders' own shares."""
    n_units = ratings.patterns.paired.n_units
    if reason := why_undefined(ratings, weights, n_units):
        return Coefficient.undefined(reason, n_units)
    if len(ratings.levels) > MOST_LEVELS:
        return Coefficient.undefined(Reason.NOT_COMPUTED, n_units)
    apart = 1 - agreement_weights(weights, ratings.levels)
    statistic = ByGraders(marks_of(ratings, clusters), apart)
    return corrected(statistic, statistic.paired, n_units, interval)


def refuse_histogram(ratings: Ratings) -> None:
    if not isinstance(ratings, Ratings):
        raise TypeError(f"This needs to know who gave what: give Ratings, not a {type(ratings).__name__}.")
