"""Which levels stand against each other where graders read the same unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


def confusion(ratings: Ratings) -> Floats:
    """Return how often each level stands against each other one in the pairs of graders inside units.

    o_ck = Σ_i n_ic (n_ik − [c=k]) / (m_i − 1) over units with m_i ≥ 2 ratings, where n_ik is how often unit i got
    level k: Krippendorff's coincidences.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.

    Returns
    -------
    ndarray, shape (n_levels, n_levels)
        Symmetric, in the order of `ratings.levels`; row k sums to the ratings at level k in units with at least two.
        All 0 where there is no such unit.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. https://repository.upenn.edu/asc_papers/43.

    Examples
    --------
    >>> confusion(Ratings.from_table([[0, 1], [1, 1], [1, 0]], levels=[0, 1])).tolist()
    [[0.0, 2.0], [2.0, 2.0]]
    """
    rows, levels = Rows.of(ratings), len(ratings.levels)
    counts = np.bincount(rows.code_a * levels + rows.code_b, weights=1 / (rows.size - 1), minlength=levels**2)
    one_way: Floats = counts.astype(np.float64).reshape(levels, levels)
    return one_way + one_way.T


@dataclass(frozen=True, eq=False)
class Rows:
    """A row for every two ratings of one unit, the grader that comes first in the labels first."""

    first: Integers
    second: Integers
    code_a: Integers
    code_b: Integers
    size: Floats

    @classmethod
    def of(cls, ratings: Ratings) -> "Rows":
        """List them, by the distance of the two in the unit."""
        ratings = ratings.latest()
        order = np.lexsort((ratings.grader, ratings.unit))
        unit, grader, code = (column[order].astype(np.intp) for column in (ratings.unit, ratings.grader, ratings.code))
        none = np.empty(0, dtype=np.intp)
        a, b = [none], [none]
        left = np.arange(len(unit))
        lag = 1
        while len(left):
            left = left[left + lag < len(unit)]
            left = left[unit[left] == unit[left + lag]]
            a.append(left)
            b.append(left + lag)
            lag += 1
        i, j = np.concatenate(a), np.concatenate(b)
        size = np.bincount(unit, minlength=1).astype(np.float64)[unit[i]]
        return cls(grader[i], grader[j], code[i], code[j], size)
