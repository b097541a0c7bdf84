"""Agreement beyond chance where chance is told by the shares of the levels, whoever gave them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.histogram import Data, patterns_of
from grading.agreement.intervals import Interval, Statistic, estimate
from grading.agreement.jackknife import ROUNDING
from grading.agreement.patterns import Cells, Clusters, Patterns, sums
from grading.agreement.weights import Weights, disagreement, why_no_weights

Floats = NDArray[np.float64]
# Disagreement by chance, a + b (1 − Σ_k π_k²).
Line = tuple[float, float]


class ByShares:
    """κ = 1 − D_o/D_e as a `Statistic`, with D_e = a + b (1 − Σ_k π_k²).

    D_o is the mean disagreement over units with two ratings, π_k the mean share of level k over all rated units. What a
    group adds to either is held sparse, so a scale of many levels needs no table of units by levels.

    Parameters
    ----------
    patterns : Patterns
        Of the units that have a rating.
    apart : ndarray, shape (n_levels, n_levels), or None
        Disagreement of each two levels; None where any two different ones disagree fully.
    by_chance : (float, float)
        a and b.
    """

    def __init__(self, patterns: Patterns, apart: Floats | None, by_chance: Line) -> None:
        self.weight = patterns.weight
        self.by_chance = by_chance
        self.observed, self.paired = observed_terms(patterns, apart)
        self.rated = patterns.by_group(np.ones(len(patterns.units)))
        self.cells = cells = shares_of(patterns)
        self.shares: Floats | csr_array
        if isinstance(patterns.table, np.ndarray):
            self.shares = patterns.table / patterns.size[:, None]
        else:
            shape = (len(self.weight), patterns.table.shape[1])
            self.shares = csr_array((cells.count, (cells.row, cells.level)), shape=shape)

    def value(self) -> Floats:
        figures: Floats = self.resampled(self.weight[None])[0]
        return figures

    def left_out(self, share: float) -> Floats:
        total, cells = np.asarray(self.weight @ self.shares), self.cells
        less = share * cells.count
        fewer = cells.sum_by_row(less * (2 * total[cells.level] - less), len(self.weight))
        return self.figures(
            self.weight @ self.observed - share * self.observed,
            self.weight @ self.paired - share * self.paired,
            self.weight @ self.rated - share * self.rated,
            total @ total - fewer,
        )

    def resampled(self, weights: Floats) -> Floats:
        totals = np.asarray(weights @ self.shares)
        return self.figures(
            weights @ self.observed, weights @ self.paired, weights @ self.rated, np.vecdot(totals, totals)
        )

    def figures(self, observed: Floats, paired: Floats, rated: Floats, squares: Floats) -> Floats:
        apart = 1 - np.divide(squares, rated**2, out=np.ones_like(squares), where=rated > 0)
        fixed, slope = self.by_chance
        return beyond_chance(observed, paired, fixed + slope * apart)[:, None]


def beyond_chance(observed: Floats, paired: Floats, by_chance: Floats) -> Floats:
    """Return 1 − mean observed disagreement / disagreement by chance; NaN with one unit, or where chance has none."""
    kappa = np.full(len(observed), np.nan)
    defined = (paired > 1) & (by_chance > ROUNDING)
    kappa[defined] = 1 - observed[defined] / paired[defined] / by_chance[defined]
    return kappa


def observed_terms(patterns: Patterns, apart: Floats | None) -> tuple[Floats, Floats]:
    """Return per group the number of units with two ratings, after the sum of the mean disagreement of their pairs."""
    cells, size = patterns.cells, patterns.size
    if apart is None:
        both = cells.sum_by_row(cells.count * (size[cells.row] - cells.count), len(size))
    else:
        a, b = cells.pairs()
        both = 2 * sums(
            cells.row[a], cells.count[a] * cells.count[b] * apart[cells.level[a], cells.level[b]], len(size)
        )
    paired = (size > 1).astype(np.float64)
    observed = both / np.maximum(size * (size - 1), 1)
    return patterns.by_group(observed), patterns.by_group(paired)


def shares_of(patterns: Patterns) -> Cells:
    """Return Σ n_ik / m_i over the units of each group, as cells."""
    cells = patterns.cells
    share = cells.count / patterns.size[cells.row]
    if patterns.group is None:
        return Cells(cells.row, cells.level, share)
    n_levels = patterns.table.shape[1]
    key, position = np.unique(patterns.group[cells.row] * n_levels + cells.level, return_inverse=True)
    row, level = np.divmod(key, n_levels)
    return Cells(row, level, sums(position, share, len(key)))


def why_undefined(data: Data, weights: Weights, n_units: int) -> Reason | None:
    """Return why there is nothing to tell chance from."""
    if reason := why_no_weights(data, weights):
        return reason
    if n_units < 2:
        return Reason.ONE_UNIT if n_units else Reason.NO_OVERLAP
    return Reason.NO_VARIATION if len(data.levels) < 2 else None


class AsGwet:
    """A statistic whose derivative by the weight of a unit is the one that Gwet (2014) sums the squares of.

    Gwet's formula holds the number of units with two ratings, N₂, as given: it is the derivative of κ n₂/N₂, not of κ.
    The two are the same where every unit has two ratings. Where units have one, Gwet's error is the larger.
    """

    def __init__(self, statistic: Statistic, paired: Floats) -> None:
        self.statistic, self.paired, self.weight = statistic, paired, statistic.weight
        self.value, self.resampled = statistic.value, statistic.resampled

    def left_out(self, share: float) -> Floats:
        lost = share * self.paired / (self.weight @ self.paired)
        return self.statistic.left_out(share) * (1 - lost)[:, None]


def corrected(statistic: Statistic, paired: Floats, n_units: int, interval: Interval) -> Coefficient:
    """Return the coefficient of several units, `paired` in each group; undefined where chance alone agrees fully."""
    if np.isnan(statistic.value()).any():
        return Coefficient.undefined(Reason.NO_VARIATION, n_units)
    told = AsGwet(statistic, paired) if interval == "linearised" else statistic
    return estimate(told, n_units, interval=interval, scale="fisher")[0]


def by_all_levels(
    data: Data, weights: Weights, clusters: Clusters, interval: Interval, chance: Callable[[float, int], Line]
) -> Coefficient:
    """Return a coefficient that counts the levels nobody used too; `chance` gives D_e from Σ_kl (1 − w_kl) and q."""
    patterns, n_levels = patterns_of(data, clusters), len(data.levels)
    n_units = patterns.paired.n_units
    if reason := why_undefined(data, weights, n_units):
        return Coefficient.undefined(reason, n_units)
    apart = disagreement(weights, data.levels)
    disagreeing = n_levels * (n_levels - 1.0) if apart is None else float(apart.sum())
    statistic = ByShares(patterns, apart, chance(disagreeing, n_levels))
    return corrected(statistic, statistic.paired, n_units, interval)
