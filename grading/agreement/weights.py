"""How much two levels agree: weights for the coefficients that give partial credit."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from grading.agreement.blocks import summable, within_one
from grading.agreement.coefficient import Reason
from grading.agreement.histogram import Data

Floats = NDArray[np.float64]
Scheme = Literal["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
Weights = Scheme | Sequence[Sequence[float]] | NDArray[Any]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

# A table of all pairs of more levels than these takes too much memory and time.
MOST_LEVELS = 2048


def agreement_weights(weights: Weights, levels: Sequence[Any] | NDArray[Any]) -> Floats:
    """Return the agreement w_kl of each two levels k and l.

    With d_kl / max d as the disagreement, w_kl = 1 − d_kl / max d, and d_kl is [k≠l] (identity), |v_k − v_l| (linear),
    (v_k − v_l)² (quadratic), √|v_k − v_l| (radical), ((v_k − v_l)/(v_k + v_l))² (ratio),
    sin²(π(v_k − v_l)/(v_q − v_1 + 1)) (circular: the step from the last level to the first is one point),
    (v_k − v_l)² / ((v_k + v_l − 2v_1)(2v_q − v_k − v_l)) (bipolar: differences at the ends weigh more), or
    C(|k − l| + 1, 2), the pairs of levels from k to l (ordinal: Gwet's, which is not Krippendorff's ordinal distance).
    v_k is level k in points, or its rank 1 … q where levels are text; ratio needs levels of at least 0.

    Parameters
    ----------
    weights : {"identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"} or array
        The scheme, or an own symmetric matrix, shape (n_levels, n_levels), at most 1 and 1 on the diagonal. Weights of
        disagreement as Cohen (1968) has them become 1 − d/d.max().
    levels : sequence of numbers, ascending, or of str, shape (n_levels,)
        All levels of the scale, also those that nobody used.

    Returns
    -------
    ndarray, shape (n_levels, n_levels)
        1 for full agreement, 0 for the greatest disagreement of a scheme; own weights may lie below 0.

    Raises
    ------
    ValueError
        An unknown scheme; infinite levels, or negative ones for ratio; a matrix of another shape, not symmetric, not
        finite, above 1, or not 1 on the diagonal.

    References
    ----------
    Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed., chapter 3. Advanced Analytics.
    Cohen, J. (1968), doi 10.1037/h0026256.

    Examples
    --------
    >>> agreement_weights("quadratic", [1, 2, 3]).tolist()
    [[1.0, 0.75, 0.0], [0.75, 1.0, 0.75], [0.0, 0.75, 1.0]]
    >>> agreement_weights("ordinal", ["poor", "fair", "good"])[0].round(2).tolist()
    [1.0, 0.67, 0.0]
    """
    if not isinstance(weights, str):
        return own_weights(weights, len(levels))
    refuse_unknown(weights)
    apart = distances(weights, np.asarray(levels))
    return np.asarray(1 - apart / (apart.max(initial=0) or 1))


def refuse_unknown(weights: Weights) -> None:
    if isinstance(weights, str) and weights not in SCHEMES:
        raise ValueError(f"The weights are {weights!r}; they are one of {', '.join(SCHEMES)}, or a matrix.")


def own_weights(weights: Any, n_levels: int) -> Floats:
    own = np.array(weights, dtype=np.float64)
    if own.shape != (n_levels, n_levels):
        shape = " × ".join(map(str, own.shape))
        raise ValueError(
            f"The weights are {shape} and there are {n_levels} levels; one weight per two levels is needed."
        )
    if not np.isfinite(own).all() or (own > 1).any():
        raise ValueError("A weight is missing, infinite or above 1; full agreement is 1.")
    if not np.array_equal(own, own.T):
        raise ValueError("The weights are not symmetric: two levels agree as much one way round as the other.")
    if not (own.diagonal() == 1).all():
        raise ValueError("The weights are not 1 on the diagonal: a level agrees fully with itself.")
    return own


def distances(scheme: Scheme, levels: NDArray[Any]) -> Floats:
    """Return the disagreement of each two levels, on any unit."""
    rank = np.arange(len(levels), dtype=np.float64)
    if scheme == "identity":
        return np.asarray(rank[:, None] != rank, dtype=np.float64)
    if scheme == "ordinal":
        steps = np.abs(rank[:, None] - rank)
        return np.asarray(steps * (steps + 1))
    points = rank + 1 if levels.dtype.kind not in "iuf" else levels.astype(np.float64)
    if not np.isfinite(points).all() or (scheme == "ratio" and (points < 0).any()):
        raise ValueError(f"The weights are {scheme!r}, and a level is infinite, or negative where ratios are taken.")
    if len(points) < 2:
        return np.zeros((len(points), len(points)))
    scaled = within_one(points)
    share = (scaled - scaled[0]) / (scaled[-1] - scaled[0])
    step = share[:, None] - share
    if scheme == "circular":
        steps = points[-1] / 2 - points[0] / 2  # half of it: the span of huge levels is no number
        return np.asarray(np.sin(np.pi * step * (steps / (steps + 0.5))) ** 2)
    if scheme == "ratio":
        addend = summable(points)
        total = addend[:, None] + addend
        return np.asarray(np.divide(addend[:, None] - addend, total, out=np.zeros_like(step), where=total > 0) ** 2)
    if scheme == "bipolar":
        total = share[:, None] + share
        return np.asarray(np.divide(step**2, total * (2 - total), out=np.zeros_like(step), where=step != 0))
    power = {"linear": 1.0, "quadratic": 2.0, "radical": 0.5}[scheme]
    return np.asarray(np.abs(step) ** power)


def why_no_weights(data: Data, weights: Weights) -> Reason | None:
    """Return why these weights have no meaning for these levels."""
    refuse_unknown(weights)
    levels = data.levels
    if not len(levels):
        return Reason.NO_LEVELS
    if not isinstance(weights, str):
        own_weights(weights, len(levels))
        return None
    if weights == "identity":
        return None
    if not data.is_ordered:
        return Reason.WRONG_SCALE
    if weights != "ordinal" and levels.dtype.kind == "f":
        if not np.isfinite(levels).all():
            return Reason.WRONG_SCALE
        if weights == "ratio" and levels[0] < 0:
            return Reason.NOT_A_RATIO_SCALE
    return Reason.NOT_COMPUTED if len(levels) > MOST_LEVELS else None


def disagreement(weights: Weights, levels: NDArray[Any]) -> Floats | None:
    """Return 1 − w_kl of each two levels; None for identity, where no table is needed."""
    if isinstance(weights, str) and weights == "identity":
        return None
    return 1 - agreement_weights(weights, levels)
