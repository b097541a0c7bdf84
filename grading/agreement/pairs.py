"""Agreement of every two graders who share units."""

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.confusion import Rows
from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
PairWeights = Literal["quadratic", "identity"]

# The normal quantile of a 95 % interval.
Z = 1.959963984540054
# 0.3 and 1.3 are one point apart, though not in binary.
ONE_POINT = 1 + 1e-9


@dataclass(frozen=True, slots=True)
class Pair:
    """How two graders agree on the units that both rated.

    Parameters
    ----------
    first, second : hashable
        Their labels.
    n_units : int
        Units in common, at least 1.
    exact : float
        Share of these units to which both gave the same level, in [0, 1].
    low, high : float
        Ends of Wilson's 95 % interval of `exact`.
    within_one : float or None
        Share of the units on which they are at most one level apart; None where levels have no order.
    difference : float or None
        Mean of the first's mark less the second's, in points; None of text and of levels with an infinite one.
    kappa : float or None
        Cohen's κ with the weights asked for, in [-1, 1].
    reason : Reason or None
        Why `kappa` is None: one unit (`one_unit`), one level only (`no_variation`), levels without an order
        (`wrong_scale`), or pairs that were pooled (`not_computed`).
    """

    first: Hashable
    second: Hashable
    n_units: int
    exact: float
    low: float
    high: float
    within_one: float | None
    difference: float | None
    kappa: float | None
    reason: Reason | None

    def turned(self) -> "Pair":
        """Return the same pair as the second grader sees it.

        Returns
        -------
        Pair
            With the graders exchanged and the difference of the other sign.
        """
        difference = None if self.difference is None else 0.0 - self.difference
        return replace(self, first=self.second, second=self.first, difference=difference)


def pairwise(ratings: Ratings, *, weights: PairWeights = "quadratic") -> tuple[Pair, ...]:
    """Return the agreement of every two graders with at least one unit in common.

    Over the n common units with marks x and y: exact = (1/n) Σ [x = y]; within one = (1/n) Σ [x, y at most one level
    apart]; difference = (1/n) Σ (x − y); κ = 1 − (1/n) Σ δ²(x, y) / Σ_ck p_c q_k δ²(c, k), where p_c and q_k are the
    shares of levels in the marks of each. δ² is (c − k)² (quadratic: of the points, or of the places of declared levels
    without points) or [c≠k] (identity). The time goes with the pairs of ratings inside units, whatever the number of
    graders.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    weights : {"quadratic", "identity"}, default "quadratic"
        With "identity" levels are names: no pair has `within_one` or `difference`.

    Returns
    -------
    tuple of Pair
        Most units in common first, then in the order of `ratings.grader_labels`; `first` comes before `second` there.
        Empty where no unit has two ratings.

    Raises
    ------
    ValueError
        Unknown weights.

    References
    ----------
    Cohen, J. (1968), doi 10.1037/h0026256. Wilson, E. B. (1927), doi 10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> pair, = pairwise(Ratings.from_table([[1, 1], [2, 3], [3, 3], [1, 2]], levels=[1, 2, 3]))
    >>> pair.n_units, pair.exact, pair.within_one, pair.difference, round(pair.kappa, 4)
    (4, 0.5, 1.0, -0.5, 0.6923)
    """
    if weights not in ("quadratic", "identity"):
        raise ValueError(f"The weights are {weights!r}; they are 'quadratic' or 'identity'.")
    rows = Rows.of(ratings)
    key, of_row = np.unique(rows.first * max(ratings.n_graders, 1) + rows.second, return_inverse=True)
    n = np.bincount(of_row, minlength=len(key)).astype(np.float64)
    exact = mean_of(of_row, rows.code_a == rows.code_b, n)
    low, high = wilson(exact, n)
    has_order = weights == "quadratic" and (has_points(ratings) or ratings.levels_from == "declared")
    within: list[Any] = [None] * len(key)
    difference, kappa = within, within
    reason: list[Reason | None] = [Reason.WRONG_SCALE] * len(key)
    if has_order:
        within = mean_of(of_row, near(ratings, rows), n).tolist()
        kappa, reason = chance_corrected(of_row, rows, n, *quadratic(of_row, rows, n, places(ratings)))
        if has_points(ratings):
            half = ratings.levels / 2  # the difference of two huge numbers must not overflow
            steps = mean_of(of_row, half[rows.code_a] - half[rows.code_b], n)
            difference = [2 * step for step in steps.tolist()]
    elif weights == "identity":
        by_chance = meetings_by_chance(of_row, rows, len(ratings.levels), n)
        kappa, reason = chance_corrected(of_row, rows, n, 1 - exact, 1 - by_chance)
    first, second = (side.tolist() for side in np.divmod(key, max(ratings.n_graders, 1)))
    labels = ratings.grader_labels
    graders = [labels[a] for a in first], [labels[b] for b in second]
    shares = n.astype(int).tolist(), exact.tolist(), low.tolist(), high.tolist()
    pairs = list(map(Pair, *graders, *shares, within, difference, kappa, reason))
    return tuple(pairs[place] for place in np.argsort(-n, kind="stable").tolist())


def mean_of(of_row: Integers, values: NDArray[Any], n: Floats) -> Floats:
    """Return the mean over the rows of each pair."""
    return np.bincount(of_row, weights=values, minlength=len(n)) / n


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return the ends of Wilson's interval; they enclose the share even where rounding would not."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return np.clip(centre - reach, 0, share), np.clip(centre + reach, share, 1)


def has_points(ratings: Ratings) -> bool:
    """Return whether the distances between levels are numbers; those of an infinite mark are not."""
    return ratings.is_numeric and bool(np.isfinite(ratings.levels).all())


def near(ratings: Ratings, rows: Rows) -> NDArray[np.bool_]:
    """Return which marks are at most one level apart; where levels come from the data, one point."""
    if ratings.levels_from == "declared":
        place, step = np.arange(len(ratings.levels), dtype=np.float64), 1.0
    else:
        place, step = ratings.levels / 2, ONE_POINT / 2
    close: NDArray[np.bool_] = np.abs(place[rows.code_a] - place[rows.code_b]) <= step
    return close


def places(ratings: Ratings) -> Floats:
    """Return the places of the levels in [0, 1], in proportion to their points; without points, in order."""
    points: Floats = ratings.levels / 2 if has_points(ratings) else np.arange(len(ratings.levels), dtype=np.float64)
    above: Floats = points - points.min(initial=math.inf)
    top = float(above.max(initial=0.0))
    return above / top if top > 0 else above


def quadratic(of_row: Integers, rows: Rows, n: Floats, place: Floats) -> tuple[Floats, Floats]:
    """Return the mean squared distance of each pair, and the one by chance."""
    a, b = place[rows.code_a], place[rows.code_b]
    mean_a, mean_b = mean_of(of_row, a, n), mean_of(of_row, b, n)
    spread = mean_of(of_row, (a - mean_a[of_row]) ** 2 + (b - mean_b[of_row]) ** 2, n)
    return mean_of(of_row, (a - b) ** 2, n), spread + (mean_a - mean_b) ** 2


def meetings_by_chance(of_row: Integers, rows: Rows, levels: int, n: Floats) -> Floats:
    """Return Σ_k p_k q_k of each pair."""
    key_a, count_a = np.unique(of_row * levels + rows.code_a, return_counts=True)
    key_b, count_b = np.unique(of_row * levels + rows.code_b, return_counts=True)
    both, at_a, at_b = np.intersect1d(key_a, key_b, assume_unique=True, return_indices=True)
    products = np.bincount(both // max(levels, 1), weights=count_a[at_a] * count_b[at_b], minlength=len(n))
    return products / n**2


def chance_corrected(
    of_row: Integers, rows: Rows, n: Floats, observed: Floats, expected: Floats
) -> tuple[list[float | None], list[Reason | None]]:
    """Return κ of each pair, or why it has none."""
    # By codes: what differs by rounding only would otherwise vary.
    least, most = np.full(len(n), np.iinfo(np.intp).max), np.full(len(n), -1)
    np.minimum.at(least, of_row, np.minimum(rows.code_a, rows.code_b))
    np.maximum.at(most, of_row, np.maximum(rows.code_a, rows.code_b))
    defined = (n > 1) & (least < most) & (expected > 0)
    ratio = np.divide(observed, expected, out=np.ones(len(n)), where=defined)
    kappa = [
        value if is_defined else None
        for value, is_defined in zip(np.clip(1 - ratio, -1, 1).tolist(), defined, strict=True)
    ]
    reason = [
        None if is_defined else Reason.ONE_UNIT if units == 1 else Reason.NO_VARIATION
        for units, is_defined in zip(n, defined, strict=True)
    ]
    return kappa, reason
