"""How the criteria of the same sheets go together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.pairs import Z, has_points
from grading.agreement.ratings import Ratings

Floats = NDArray[np.float64]

# Means closer than this, beside the largest, differ by rounding only.
ROUNDING = 1e-12
# Variance of Spearman's ρ on Fisher's scale beside that of Pearson's r.
FIELLER = 1.06


@dataclass(frozen=True, slots=True)
class CriterionPair:
    """How two criteria go together over the units.

    Parameters
    ----------
    first, second : int
        Places of the criteria in what was given.
    pearson, spearman : Coefficient
        Correlation of the mean marks, and of their ranks, in [-1, 1].
    """

    first: int
    second: int
    pearson: Coefficient
    spearman: Coefficient


def criterion_matrix(criteria: Sequence[Ratings]) -> tuple[CriterionPair, ...]:
    """Return the correlation of every two criteria over the units' mean marks.

    r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²) over the n units that have a mark on both criteria, with x and y the
    unit's mean over graders; Spearman's ρ is r of the mid-ranks. A value near 1 says that the criteria measure the
    same, or that graders let one colour the other (halo); which of the two it does not tell.

    Parameters
    ----------
    criteria : sequence of Ratings
        With the same unit labels, which may stand in any order; of repeated ratings the last one counts.

    Returns
    -------
    tuple of CriterionPair
        Every two criteria once, in order. The interval is tanh(artanh r ± 1.96 s), s² = 1/(n − 3), for ρ 1.06/(n − 3),
        the standard error (1 − r²) s; there is none for fewer than four units (`too_few`) and at ±1 (`no_variation`).
        None for text and infinite levels (`wrong_scale`), no unit in common (`no_overlap`), one (`one_unit`), a
        criterion with equal means only (`no_variation`).

    References
    ----------
    Fisher, R. A. (1921), Metron 1, 3–32. Fieller, E. C., Hartley, H. O. & Pearson, E. S. (1957), doi
    10.1093/biomet/44.3-4.470, for ρ. Thorndike, E. L. (1920), doi 10.1037/h0071663, for halo.

    Examples
    --------
    >>> content = Ratings.from_table([[1, 1], [2, 2], [3, 3], [4, 4], [5, 5]])
    >>> style = Ratings.from_table([[1, 3], [1, 1], [4, 4], [3, 3], [5, 5]])
    >>> pair, = criterion_matrix([content, style])
    >>> round(pair.pearson.value, 4), round(pair.spearman.value, 4), pair.pearson.n_units
    (0.8, 0.8, 5)
    """
    labels = {label: place for place, label in enumerate(dict.fromkeys(u for one in criteria for u in one.unit_labels))}
    means = [unit_means(one, [labels[unit] for unit in one.unit_labels], len(labels)) for one in criteria]
    return tuple(
        CriterionPair(a, b, *correlations(means[a], means[b])) for a, b in combinations(range(len(criteria)), 2)
    )


def unit_means(ratings: Ratings, places: Sequence[int], length: int) -> tuple[NDArray[np.bool_], Floats] | None:
    """Return which units have a mark, and the means, scaled to [0, 1]; None without points."""
    ratings = ratings.latest()
    if not has_points(ratings):
        return None
    half = ratings.levels / 2  # the difference of two huge numbers must not overflow
    points = half - half.min(initial=math.inf)
    points = points / (points.max(initial=0.0) or 1.0)
    unit = np.array(places, dtype=np.intp)[ratings.unit]
    n = np.bincount(unit, minlength=length)
    total = np.bincount(unit, weights=points[ratings.code], minlength=length)
    return n > 0, np.divide(total, n, out=np.zeros(length), where=n > 0)


def correlations(
    first: tuple[NDArray[np.bool_], Floats] | None, second: tuple[NDArray[np.bool_], Floats] | None
) -> tuple[Coefficient, Coefficient]:
    """Return Pearson's r and Spearman's ρ of two columns of means."""
    if first is None or second is None:
        undefined = Coefficient.undefined(Reason.WRONG_SCALE)
        return undefined, undefined
    both = first[0] & second[0]
    x, y = first[1][both], second[1][both]
    if len(x) < 2:
        undefined = Coefficient.undefined(Reason.ONE_UNIT if len(x) else Reason.NO_OVERLAP, len(x))
        return undefined, undefined
    x, y = np.round(x / ROUNDING), np.round(y / ROUNDING)  # equal means are equal, and tie
    return correlation(x, y, 1.0), correlation(rankdata(x), rankdata(y), FIELLER)


def correlation(x: Floats, y: Floats, factor: float) -> Coefficient:
    """Return r with Fisher's interval, whose variance is `factor` / (n − 3)."""
    n = len(x)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Coefficient.undefined(Reason.NO_VARIATION, n)
    a, b = x - x.mean(), y - y.mean()
    r = float(np.clip(a @ b / math.sqrt(float(a @ a) * float(b @ b)), -1, 1))
    if n < 4:
        return Coefficient.without_interval(r, Reason.TOO_FEW, n)
    if 1 - abs(r) < ROUNDING:
        return Coefficient.without_interval(r, Reason.NO_VARIATION, n)
    error, centre = math.sqrt(factor / (n - 3)), math.atanh(r)
    low, high = math.tanh(centre - Z * error), math.tanh(centre + Z * error)
    return Coefficient(r, (1 - r**2) * error, low, high, n, "fisher", None)
