"""The additive model of marks, solved on the sparse table of who rated what, without a dense matrix."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from grading.agreement.points import Points

Floats = NDArray[np.float64]
# Variances of unit, grader and residual.
Three = tuple[float, float, float]

# Variance of a staff mark, as a share of a rating's: small, and not so small that no digits are left.
ANCHOR = 0.05
# A residual below this share of the sum of the variances counts as this share.
LEAST_RESIDUAL = 1e-6
# Ratings that the inverse-gamma prior of a grader's residual variance counts for, and the bounds of its ratio.
PSEUDO_RATINGS = 6
LEAST_RATIO, GREATEST_RATIO = 0.25, 4.0
# Rounds of estimating the ratios. Each costs a solution; beyond so many ratings one must do.
MOST_ROUNDS, MANY_RATINGS = 12, 300_000
SETTLED = 1e-4
# Of conjugate gradients, on the way and for what is returned; and of many ratings.
ROUGH, FINE, ROUGH_OF_MANY, FINE_OF_MANY = 1e-10, 1e-13, 1e-4, 1e-8
MOST_STEPS = 1000


@dataclass(frozen=True, eq=False)
class Design:
    """Who rated what, and what the staff gave.

    `meets` has units in rows, graders in columns and ones where there is a rating; `back` is its transpose, and `marks`
    holds y in its places.
    `sums` and `squares` are those of a grader's y. `staff` is what the staff gave a unit, 0 where `anchored` is 0.
    """

    meets: csr_array
    back: csc_array
    marks: csr_array
    degree: Floats
    sums: Floats
    squares: Floats
    anchored: Floats
    staff: Floats

    @classmethod
    def of(cls, points: Points, anchored: Floats, staff: Floats) -> "Design":
        unit, grader, y = points.unit, points.grader, points.y
        if (unit[1:] < unit[:-1]).any():
            order = np.argsort(unit, kind="stable")
            grader, y = grader[order], y[order]
        starts = np.concatenate([[0], np.cumsum(points.unit_size)]).astype(np.int32)
        places = (grader.astype(np.int32), starts)
        shape = (points.n_units, points.n_graders)
        meets = csr_array((np.ones(len(y)), *places), shape=shape)
        return cls(
            meets=meets,
            back=meets.T,
            marks=csr_array((y, *places), shape=shape),
            degree=points.grader_size,
            sums=np.bincount(grader, y, points.n_graders).astype(np.float64, copy=False),
            squares=np.bincount(grader, y * y, points.n_graders).astype(np.float64, copy=False),
            anchored=anchored,
            staff=staff,
        )

    @property
    def has_anchors(self) -> bool:
        return bool(self.anchored.any())


@dataclass(frozen=True, eq=False)
class Solution:
    """Estimates of one set of variances, in the scale of the design.

    `precision` is 1/(σ²_e v_r) per grader, `weight` its sum W over the readings of a unit, the staff's included, and
    `kept` the share k = σ²_a W/(1 + σ²_a W) of a unit's own evidence in its estimate. `fixed` holds μ and, with
    anchors, the crowd's bias c; `fixed_covariance` is F; `response` B is how the graders' effects fall as these rise,
    `slope` m how the evidence of a unit does. `solved` is where a later solution can start.
    """

    variances: Three
    ratio: Floats
    precision: Floats
    weight: Floats
    kept: Floats
    fixed: Floats
    fixed_covariance: Floats
    response: Floats
    slope: Floats
    effect: Floats
    adjusted: Floats
    estimate: Floats
    solved: Floats

    @property
    def unit_variance(self) -> Floats:
        """Variance of a unit's worth where all else is known: σ²_a/(1 + σ²_a W)."""
        of_unit = self.variances[0]
        return of_unit / (1 + of_unit * self.weight)


def solve(design: Design, variances: Three, ratio: Floats, start: Floats | None, tolerance: float) -> Solution:
    """Return generalised least squares of μ and c, and the best linear predictions of units and graders.

    With g = σ²_a/(1 + σ²_a W) the units are eliminated: K = diag(n_r w_r) − w M'gM w is left of the graders, and
    (I + σ²_b K) U = T(y, 1, c) is solved for the columns y, ones and crowd, where T(x) = M'-sums of w x less the
    share that the units take. Nothing is divided by σ²_a or σ²_b, so that each may be 0.
    """
    of_unit, of_grader, residual = variances
    precision = 1 / (residual * ratio)
    of_staff = design.anchored / (ANCHOR * residual)
    crowd = design.meets @ precision
    weight = crowd + of_staff
    share = of_unit / (1 + of_unit * weight)
    columns = 3 if design.has_anchors else 2
    unit_sums = np.column_stack([design.marks @ precision + of_staff * design.staff, weight, crowd][:columns])
    grader_sums = precision[:, None] * np.column_stack([design.sums, design.degree, design.degree][:columns])
    of_column_one = np.array([of_staff @ design.staff, of_staff.sum(), 0.0][:columns])
    shared = share[:, None] * unit_sums
    right = grader_sums - precision[:, None] * (design.back @ shared)
    solved = conjugate_gradients(design, precision, share, of_grader, right, start, tolerance)

    # Products X'V⁻¹[y X]: a row for ones and one for the crowd, which differ by what the staff gave.
    products = np.stack([grader_sums.sum(axis=0)] * (right.shape[1] - 1))
    products[0] += of_column_one
    products -= unit_sums[:, 1:].T @ shared + of_grader * right[:, 1:].T @ solved
    covariance = np.linalg.inv((products[:, 1:] + products[:, 1:].T) / 2)
    fixed = covariance @ products[:, 0]
    response = of_grader * solved[:, 1:]
    effect = of_grader * solved[:, 0] - response @ fixed
    seen = design.meets @ np.column_stack([precision * effect, precision[:, None] * response])
    # What the readings say once severity is taken away, and how that depends on μ and c.
    bias = fixed[1] * crowd if design.has_anchors else 0.0
    adjusted = (unit_sums[:, 0] - bias - seen[:, 0]) / weight
    slope = (seen[:, 1:] - unit_sums[:, 1:]) / weight[:, None]
    kept = share * weight
    return Solution(
        variances=variances,
        ratio=ratio,
        precision=precision,
        weight=weight,
        kept=kept,
        fixed=fixed,
        fixed_covariance=covariance,
        response=response,
        slope=slope,
        effect=effect,
        adjusted=adjusted,
        estimate=fixed[0] + kept * (adjusted - fixed[0]),
        solved=solved,
    )


def diagonal(design: Design, precision: Floats, share: Floats, of_grader: float) -> Floats:
    """Return the diagonal of I + σ²_b K."""
    alone: Floats = precision * design.degree - precision**2 * (design.back @ share)
    return 1 + of_grader * alone


def conjugate_gradients(
    design: Design,
    precision: Floats,
    share: Floats,
    of_grader: float,
    right: Floats,
    start: Floats | None,
    tolerance: float,
) -> Floats:
    """Return U with (I + σ²_b K) U = `right`, each column by its own conjugate gradients, scaled by the diagonal."""

    def times(x: Floats) -> Floats:
        met = design.meets @ (precision[:, None] * x)
        back = design.back @ (share[:, None] * met)
        product: Floats = x + of_grader * precision[:, None] * (design.degree[:, None] * x - back)
        return product

    scale = diagonal(design, precision, share, of_grader)[:, None]
    x = right / scale if start is None else start
    left = right - times(x)
    ahead = left / scale
    direction = ahead
    length = (left * ahead).sum(axis=0)
    enough = tolerance**2 * (right * right / scale).sum(axis=0)
    for _ in range(MOST_STEPS):
        if (length <= enough).all():
            break
        image = times(direction)
        bent = (direction * image).sum(axis=0)
        # A column that is solved stays where it is.
        step = np.divide(length, bent, out=np.zeros_like(length), where=length > enough)
        x = x + step * direction
        left = left - step * image
        ahead = left / scale
        was, length = length, (left * ahead).sum(axis=0)
        direction = ahead + np.divide(length, was, out=np.zeros_like(length), where=was > enough) * direction
    return x


def settle(design: Design, variances: Three, start: Floats | None) -> Solution:
    """Return the solution with each grader's ratio v_r of residual variance as the ratings and the prior say.

    The rounds begin at v = 1 and from nothing; only the last solution begins at the start, which so saves time and
    changes nothing.
    """
    many = design.marks.nnz > MANY_RATINGS
    variances = variances[0], variances[1], max(variances[2], LEAST_RESIDUAL * sum(variances))
    ratio, solved = np.ones(len(design.degree)), None
    for _ in range(1 if many else MOST_ROUNDS):
        rough = solve(design, variances, ratio, solved, ROUGH_OF_MANY if many else ROUGH)
        was, ratio, solved = ratio, ratios(design, rough), rough.solved
        if np.abs(ratio - was).max() < SETTLED:
            break
    fits = start is not None and solved is not None and start.shape == solved.shape
    return solve(design, variances, ratio, start if fits else solved, FINE_OF_MANY if many else FINE)


def ratios(design: Design, found: Solution) -> Floats:
    """Return v_r = (6 + Σ ê²/σ²_e) / (6 + n_r − h_r), bounded: the residual variance of each grader over the usual.

    h_r = Σ var(a_s + b_r)/(σ²_e v_r) are the ratings spent on the two effects, here to first order. Where v_r no longer
    changes it is the mean of its inverse-gamma posterior, as expectation and maximisation find it, in fewer rounds.
    """
    _, of_grader, residual = found.variances
    precision, share, n = found.precision, found.unit_variance, design.degree
    worth = found.estimate - found.fixed[0]
    expected = found.effect + found.fixed.sum()
    squares = design.squares - 2 * expected * design.sums + n * expected**2
    squares += -2 * (design.marks.T @ worth) + 2 * expected * (design.back @ worth) + design.back @ worth**2
    own = of_grader / diagonal(design, precision, share, of_grader)
    others = share**2 * (design.meets @ (precision**2 * own))
    unsure = n * own + (1 - 2 * precision * own) * (design.back @ share) + design.back @ others
    left = np.maximum(n - precision * unsure, 0.0)
    ratio: Floats = (PSEUDO_RATINGS + np.maximum(squares, 0.0) / residual) / (PSEUDO_RATINGS + left)
    return ratio.clip(LEAST_RATIO, GREATEST_RATIO)
