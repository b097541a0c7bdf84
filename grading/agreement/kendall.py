"""Kendall's coefficient of concordance: do the graders put the papers in one order?"""

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import jackknife
from grading.agreement.points import without_gaps
from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# Ranks of one grader that the table of two graders keeps apart.
MOST_RANKS = 1024


def kendall_w(ratings: Ratings) -> Coefficient:
    """Return Kendall's W, the concordance of the orders in which the graders put the units.

    W = 12 S / (m² (n³ − n) − m Σ_j T_j), S = Σ_i (R_i − R̄)², T_j = Σ (t³ − t), where R_i is the sum of the mid-ranks
    that unit i has from each of the m graders, n the number of units and t the size of each group of ties of grader j.

    Parameters
    ----------
    ratings : Ratings
        Complete: each grader rated each unit. Of repeated ratings the last one counts. Text is ranked in the order of
        its declared levels.

    Returns
    -------
    Coefficient
        In [0, 1]: 0 no order in common, 1 the same order; it does not tell whether the points agree. With two graders
        and no ties it is (1 + Spearman's ρ)/2. The interval is value ± t·SE of the delete-one jackknife over units,
        clipped; exact up to 1,024 levels per grader, beyond it with a relative error of the order 1/n. None where
        leaving out a unit changes nothing (`no_variation`) or leaves one unit or all tied (`too_few`). No value for
        text whose levels are not declared (`wrong_scale`), no unit with two ratings (`no_overlap`), a missing rating
        (`incomplete`), one unit (`one_unit`), and where every grader gave all units the same (`no_variation`).

    References
    ----------
    Kendall, M. G. & Babington Smith, B. (1939), doi 10.1214/aoms/1177732186. Ties: Siegel, S. & Castellan, N. J.
    (1988). Nonparametric statistics for the behavioral sciences, ch. 9.

    Examples
    --------
    >>> round(kendall_w(Ratings.from_table([[1, 1, 2], [2, 3, 1], [3, 2, 3], [4, 4, 4]])).value, 4)
    0.7778
    """
    ratings = ratings.latest()
    unit, per_unit = without_gaps(ratings.unit, ratings.n_units)
    grader, per_grader = without_gaps(ratings.grader, ratings.n_graders)
    n, m = len(per_unit), len(per_grader)
    pairable = int(np.count_nonzero(per_unit >= 2))
    if not ratings.is_numeric and len(ratings.levels) and ratings.levels_from == "data":
        return Coefficient.undefined(Reason.WRONG_SCALE, pairable)
    if pairable == 0:
        return Coefficient.undefined(Reason.NO_OVERLAP)
    if len(unit) < n * m:
        return Coefficient.undefined(Reason.INCOMPLETE, pairable)
    if n == 1:
        return Coefficient.undefined(Reason.ONE_UNIT, 1)
    table = np.empty((m, n), dtype=np.intp)
    table[grader, unit] = ratings.code
    ranked = [Ranked(row) for row in table]
    untied = float(m * m) * (float(n) ** 3 - n)
    below = untied - m * sum(each.ties for each in ranked)
    if below <= 0:
        return Coefficient.undefined(Reason.NO_VARIATION, n)
    rank_sum = sum((each.rank for each in ranked), np.zeros(n))
    value = 12 * float((rank_sum**2).sum()) / below
    return jackknife(value, left_out(ranked, rank_sum), np.ones(n), n, scale="share")


class Ranked:
    """The order in which one grader put the units."""

    def __init__(self, code: Integers) -> None:
        used, self.level, size = np.unique(code, return_inverse=True, return_counts=True)
        self.size = size.astype(np.float64)
        # Mid-ranks less their mean (n + 1)/2.
        self.rank: Floats = (np.cumsum(self.size) - (self.size + len(code)) / 2)[self.level]
        self.ties = float((self.size**3 - self.size).sum())
        self.ties_without: Floats = self.ties - 3 * (self.size * (self.size - 1))[self.level]
        # Neighbouring levels share a place in the tables of two graders where there are too many.
        self.place = self.level * MOST_RANKS // len(used) if len(used) > MOST_RANKS else self.level
        self.places = int(self.place.max()) + 1


def left_out(ranked: list[Ranked], rank_sum: Floats) -> Floats:
    """Return W without each unit; NaN where the rest is tied throughout.

    Without unit i the centred rank of unit l changes by −½ sign(l over i), so that
    S' = Σ_l (R_l − g_l)² − R_i², g_l = ½ Σ_j sign(l over i by grader j).
    """
    n, m = len(rank_sum), len(ranked)
    of_tables = (m + 1) / 2 * max(one.places for one in ranked) ** 2
    squares = one_by_one(ranked, rank_sum) if n * n <= of_tables else by_tables(ranked, rank_sum)
    ties = sum((each.ties_without for each in ranked), np.zeros(n))
    below = float(m * m) * (float(n - 1) ** 3 - (n - 1)) - m * ties
    result = np.full(n, np.nan)
    np.divide(12 * squares, below, out=result, where=below > 0)
    return result


def one_by_one(ranked: list[Ranked], rank_sum: Floats) -> Floats:
    """Return S' without each unit: O(n² m), where graders keep too many ranks apart for tables of two."""
    level = np.stack([each.level for each in ranked])
    squares = np.empty(len(rank_sum))
    for unit, own in enumerate(rank_sum):
        lowered = np.sign(level - level[:, unit, None]).sum(axis=0) / 2
        squares[unit] = ((rank_sum - lowered) ** 2).sum() - own**2
    return squares


def by_tables(ranked: list[Ranked], rank_sum: Floats) -> Floats:
    """Return S' without each unit, from how often each two ranks of each two graders meet."""
    squares = float((rank_sum**2).sum()) - rank_sum**2
    for j, one in enumerate(ranked):
        squares -= 2 * above_less_below(np.bincount(one.level, rank_sum).astype(np.float64))[one.level]
        for other in ranked[j:]:
            table = np.bincount(one.place * other.places + other.place, minlength=one.places * other.places)
            both = table.reshape(one.places, other.places).astype(np.float64)
            met = above_less_below(above_less_below(both).T).T[one.place, other.place]
            squares += met if other is one else 2 * met
    return squares


def above_less_below(weight: Floats) -> Floats:
    """Return for each place along the first axis half the sum of weights at higher places less that at lower ones."""
    running: Floats = np.cumsum(weight, axis=0)
    result: Floats = (running[-1] + weight) / 2 - running
    return result
