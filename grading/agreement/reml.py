"""Restricted maximum likelihood for units crossed with graders, with a dense matrix of the smaller side only."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dsyrk
from scipy.linalg.lapack import dpotrf, dtrtri
from scipy.sparse import csr_array, vstack

from grading.agreement.points import Points

Floats = NDArray[np.float64]

# Levels of the smaller side, and numbers kept of which levels meet, beyond which the moments have to do.
MOST_LEVELS = 1000
MOST_MEETINGS = 2**24

MOST_STEPS = 60
LARGE = 12.0  # of log(1 + ratio of variances): beyond it the residual may be nothing but rounding
LARGEST = 25.0
LEAST_START = 0.01  # share of the sum of the three, below which a component does not start
SLOPE = 1e-9
STEP = 1e-6  # each step of Newton's doubles the right digits: after so small a one they are right
VANISHED = 1e-22  # squares of points that span 1, after a least-squares fit
ROUNDING = 1e-13  # of the deviance per rating
DIFFERENCE = 1e-5


@dataclass(frozen=True, eq=False)
class Absorbed:
    """What the likelihood needs of the ratings once the larger side is summed over.

    Its levels fall into classes by their number of ratings m, all of a class with the same weight w(m). `meet` has a
    row per class: how often two levels of the smaller side meet there, as a flat matrix. An axis of size 2 in the rest
    stands for a column of ones and for y.
    """

    size: Floats  # of each class
    count: Floats
    meet: csr_array
    degree: Floats  # ratings of each level of the smaller side
    kept: Floats  # (2, levels): sums over the ratings of a level
    shared: Floats  # (2, classes, levels): the same with each rating replaced by its absorbed level's sum
    inner: Floats  # (2, 2): products over all ratings
    inner_shared: Floats  # (classes, 2, 2): products of the sums of the absorbed levels


def reml(points: Points, start: tuple[float, float, float]) -> tuple[float, float, float] | None:
    """Return the components of unit, grader and residual that maximise the restricted likelihood, none below 0.

    Parameters
    ----------
    points : Points
        Ratings in which the three can be told apart.
    start : (float, float, float)
        Components to start from, none negative.

    Returns
    -------
    (float, float, float) or None
        In squares of `points.y`. None where the smaller side has too many levels. Where units and graders add up to
        every rating the residual is 0, and the others are the variances of their effects: the likelihood then grows
        without end.

    Notes
    -----
    The time goes into matrices of the smaller side's size. Where other work keeps the processor busy, the threads of
    their library wait for each other: with OPENBLAS_NUM_THREADS=1 a thousand graders take one second and not ten.
    """
    swap = points.n_graders > points.n_units
    absorbed = absorb(points, swap)
    if absorbed is None:
        return None
    unit, grader, residual = np.maximum(start, LEAST_START * sum(start)).tolist()
    x = minimise(
        absorbed, np.log1p([grader / residual, unit / residual] if swap else [unit / residual, grader / residual])
    )
    exact = additive(points, absorbed, swap) if x.max() > LARGE else None
    if exact is not None:
        first, second, residual = *exact, 0.0
    else:
        residual = deviance(absorbed, x)[2]
        first, second = (residual * np.expm1(x)).tolist()
    return (second, first, residual) if swap else (first, second, residual)


def absorb(points: Points, swap: bool) -> Absorbed | None:
    out, keep, sizes, degree = points.unit, points.grader, points.unit_size, points.grader_size
    if swap:
        out, keep, sizes, degree = keep, out, degree, sizes
    size, of_level = np.unique(sizes, return_inverse=True)
    levels = len(degree)
    if levels > MOST_LEVELS or min(float((sizes**2).sum()), len(size) * levels**2) > MOST_MEETINGS:
        return None
    table = csr_array((np.ones(len(out)), (out, keep)), shape=(len(sizes), levels))
    rows, shared = [], np.zeros((2, len(size), levels))
    sums = np.stack([sizes, np.bincount(out, points.y, len(sizes))])
    for c in range(len(size)):
        inside = np.flatnonzero(of_level == c)
        part = table[inside]
        rows.append((part.T @ part).reshape(1, -1).tocsr())
        shared[:, c] = sums[:, inside] @ part
    return Absorbed(
        size=size,
        count=np.bincount(of_level).astype(np.float64),
        meet=vstack(rows, format="csr"),
        degree=degree,
        kept=np.stack([degree, np.bincount(keep, points.y, levels)]),
        shared=shared,
        inner=np.array([[len(out), points.y.sum()], [points.y.sum(), (points.y**2).sum()]]),
        inner_shared=np.moveaxis(np.array([[np.bincount(of_level, a * b) for b in sums] for a in sums]), 2, 0),
    )


def deviance(absorbed: Absorbed, x: Floats) -> tuple[float, Floats, float]:
    """Return −2 log likelihood per rating, its gradient, and σ²_e, at x = log(1 + σ²/σ²_e) of the two sides.

    H = I + α Z_a Z_a' + β Z_b Z_b' is the covariance over σ²_e. With w = α/(1 + αm) the inverse of I + α Z_a Z_a' is
    I − Z_a w Z_a', so that K = Z_b'(I − Z_a w Z_a')Z_b and V = (I + βK)⁻¹ have the smaller side's size.
    """
    alpha, beta = np.expm1(x).tolist()
    weight = alpha / (1 + alpha * absorbed.size)
    k = np.diag(absorbed.degree) - (weight @ absorbed.meet).reshape(len(absorbed.degree), -1)
    factor, _ = dpotrf(np.eye(len(k)) + beta * k, lower=1)
    log_determinant = 2 * float(np.log(factor.diagonal()).sum())
    # Not dpotri: it wakes a second thread for the smallest matrix, and on a busy machine waits for it. And nothing of
    # numpy's own library of matrices, whose idle threads would keep those of scipy's from the processor.
    inverse, _ = dtrtri(factor, lower=1)
    v = dsyrk(1.0, inverse, trans=1, lower=1)
    v += np.tril(v, -1).T
    t = absorbed.kept - np.einsum("c,xcl->xl", weight, absorbed.shared)
    u = np.einsum("xl,lk->xk", t, v)
    products = (
        absorbed.inner - np.einsum("c,cxy->xy", weight, absorbed.inner_shared) - beta * np.einsum("xl,yl->xy", t, u)
    )
    # Columns of ones and of y become the ones and y less its estimated mean: their products are all that is needed.
    basis = np.array([[1.0, 0.0], [-products[0, 1] / products[0, 0], 1.0]])
    ones, rest = (basis @ products @ basis.T).diagonal().tolist()
    freedom = float(absorbed.inner[0, 0]) - 1
    residual = rest / freedom
    if not residual > 0:
        return math.inf, np.zeros(2), residual
    value = freedom * math.log(rest) + math.log(ones) + log_determinant
    value += float(absorbed.count @ np.log1p(alpha * absorbed.size))

    u = basis @ u
    shared = np.einsum("xy,ycl->xcl", basis, absorbed.shared)
    flat = np.stack([v, *(row[:, None] * row for row in u)]).reshape(3, -1)
    met = absorbed.meet @ flat.T
    own = np.einsum("xi,cij,xj->xc", basis, absorbed.inner_shared, basis)
    # How the two products change with each class's weight, and with β.
    by_weight = -own + 2 * beta * np.einsum("xcl,xl->xc", shared, u) - beta**2 * met[:, 1:].T
    by_beta = -(u * u).sum(axis=1)
    scale = np.array([1 / ones, freedom / rest])
    slope = np.array(
        [
            (scale @ by_weight - beta * met[:, 0]) @ (1 + alpha * absorbed.size) ** -2.0
            + absorbed.count @ (absorbed.size / (1 + alpha * absorbed.size)),
            scale @ by_beta + (v * k).sum(),
        ]
    )
    return value / (freedom + 1), slope * np.exp(x) / (freedom + 1), residual


def additive(points: Points, absorbed: Absorbed, swap: bool) -> tuple[float, float] | None:
    """Return the variances of the effects of the two sides by least squares; None where a residual is left."""
    weight = 1 / absorbed.size
    k = np.diag(absorbed.degree) - (weight @ absorbed.meet).reshape(len(absorbed.degree), -1)
    effect = np.linalg.lstsq(k, absorbed.kept[1] - weight @ absorbed.shared[1])[0]
    out, keep, size = (
        (points.grader, points.unit, points.grader_size) if swap else (points.unit, points.grader, points.unit_size)
    )
    rest = points.y - effect[keep]
    of_out = np.bincount(out, rest, len(size)) / size
    if float(((rest - of_out[out]) ** 2).mean()) > VANISHED:
        return None
    first, second = float(of_out.var(ddof=1)), float(effect.var(ddof=1))
    return first if first > VANISHED else 0.0, second if second > VANISHED else 0.0


def minimise(absorbed: Absorbed, x: Floats) -> Floats:
    """Return where the deviance is least for 0 ≤ x ≤ `LARGEST`, by Newton's method.

    The second derivatives are differences of the gradient: two more of the same small matrices a step.
    """
    value, slope, _ = deviance(absorbed, x)
    for _ in range(MOST_STEPS):
        free = (x > 0) | (slope < 0)
        if np.abs(slope[free]).max(initial=0.0) < SLOPE:
            return x
        step = newton_step(absorbed, x, slope, free)
        ahead = np.clip(x + step, 0.0, LARGEST)
        next_value, next_slope, _ = deviance(absorbed, ahead)
        while next_value > value + ROUNDING and np.abs(step).max() > STEP:
            step /= 2
            ahead = np.clip(x + step, 0.0, LARGEST)
            next_value, next_slope, _ = deviance(absorbed, ahead)
        x, value, slope = ahead, next_value, next_slope
        if np.abs(step).max() <= STEP or x.max() >= LARGEST:
            break
    return x


def newton_step(absorbed: Absorbed, x: Floats, slope: Floats, free: NDArray[np.bool_]) -> Floats:
    curve = np.stack([(deviance(absorbed, x + h)[1] - slope) / DIFFERENCE for h in DIFFERENCE * np.eye(2)])
    curve = (curve + curve.T) / 2
    curve[~free] = curve[:, ~free] = 0.0
    curve[~free, ~free] = 1.0
    # Where the curve bends the wrong way a step down the slope leads to where it does not.
    values, vectors = np.linalg.eigh(curve)
    values = np.maximum(np.abs(values), 1e-6)
    step: Floats = -vectors @ ((vectors.T @ np.where(free, slope, 0.0)) / values)
    return np.clip(step, -1.0, 1.0)
