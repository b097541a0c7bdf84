"""How unsure the additive model is of each unit and each grader: exact for a class, to first order for a crowd."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotri
from scipy.sparse import csr_array

from grading.agreement.additive import Design, Solution, diagonal

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

# Graders, and pairs of readings of one unit, beyond which graders' errors count as independent of each other.
MOST_GRADERS = 2000
MOST_PAIRS = 2**24


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Variances of what is still unknown, in squares of the design's scale.

    With T = σ²_b (I + σ²_b K)⁻¹, the covariance of the graders' effects about their predictions where μ and c are
    known, q_s = n'Tn / W² for a unit whose readings have the weights n, x the columns of μ and c, k, m and F as
    `Solution` has them: the estimate has the variance k/W + k²q + (x + km)'F(x + km), and the adjusted mean
    1/W + (2k − 1)q + (x + km)'F(x + km) − (1 − k)² m'Fm, the mean square of its error also over papers.
    """

    design: Design
    solution: Solution

    @cached_property
    def is_exact(self) -> bool:
        """Whether the errors of graders who met are known to go together."""
        sizes = np.diff(self.design.meets.indptr).astype(np.float64)
        return len(self.design.degree) <= MOST_GRADERS and float((sizes**2).sum()) <= MOST_PAIRS

    @cached_property
    def of_effects(self) -> Floats:
        """T, or only its diagonal to first order where it is too large."""
        found, meets = self.solution, self.design.meets
        of_grader, precision, share = found.variances[1], found.precision, found.unit_variance
        if not self.is_exact:
            return of_grader / diagonal(self.design, precision, share, of_grader)
        shared = (meets.T @ csr_array(meets.multiply(share[:, None]))).toarray()
        k = np.diag(precision * self.design.degree) - precision[:, None] * shared * precision
        factor, _ = dpotrf(np.eye(len(k)) + of_grader * k, lower=1)
        inverse, _ = dpotri(factor, lower=1)
        lower = np.tril(inverse)
        full: Floats = of_grader * (lower + np.tril(inverse, -1).T)
        return full

    @cached_property
    def effect(self) -> Floats:
        """Variance of each grader's effect about its prediction where μ and c are known."""
        return self.of_effects.diagonal() if self.is_exact else self.of_effects

    @cached_property
    def from_graders(self) -> Floats:
        """q: what the graders' errors add to the mean of a unit's readings."""
        meets, precision = self.design.meets, self.solution.precision
        if not self.is_exact:
            of_units: Floats = meets @ (precision**2 * self.effect)
            return of_units / self.solution.weight**2
        size = np.diff(meets.indptr)
        # Every reading beside every reading of the same unit.
        repeats = np.repeat(size, size)
        first = np.repeat(meets.indices, repeats)
        offset = np.arange(len(first)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        second = meets.indices[np.repeat(np.repeat(meets.indptr[:-1], size), repeats) + offset]
        of_pair = self.of_effects[first, second] * precision[first] * precision[second]
        unit = np.repeat(np.arange(len(size)), size**2)
        return np.bincount(unit, of_pair, len(size)) / self.solution.weight**2

    @cached_property
    def from_fixed(self) -> Floats:
        """What μ and c add to the estimate: (x + km)'F(x + km)."""
        slope = self.solution.kept[:, None] * self.solution.slope
        slope[:, 0] += 1
        return self.square(slope)

    @cached_property
    def estimate(self) -> Floats:
        kept = self.solution.kept
        return self.solution.unit_variance + kept**2 * self.from_graders + self.from_fixed

    @cached_property
    def adjusted(self) -> Floats:
        found = self.solution
        own = 1 / found.weight + (2 * found.kept - 1) * self.from_graders
        return np.maximum(own + self.from_fixed - (1 - found.kept) ** 2 * self.square(found.slope), 0.0)

    @cached_property
    def mean(self) -> Floats:
        """Mean square error of the plain mean of a unit's ratings, but for a bias that all graders share."""
        size = np.diff(self.design.meets.indptr)
        of_rating = self.solution.variances[1] + 1 / self.solution.precision
        mean: Floats = (self.design.meets @ of_rating) / size**2
        return mean

    @cached_property
    def crowd(self) -> float:
        """Variance of the bias that these graders share, c and the mean of their effects."""
        response = -self.solution.response.mean(axis=0, keepdims=True)
        response[:, 1:] += 1
        return float(self.of_effects.sum()) / len(self.effect) ** 2 + float(self.square(response)[0])

    def severity(self, component: Integers) -> Floats:
        """Return the variance of each grader's distance from the mean effect of their component."""
        size = np.bincount(component)
        members = csr_array((1 / size[component], (np.arange(len(component)), component)))
        response = self.solution.response
        from_fixed = self.square((members.T @ response)[component] - response)
        if self.is_exact:
            with_mean = members.T @ self.of_effects
            of_mean = (with_mean @ members).diagonal()
            crossed = with_mean[component, np.arange(len(component))]
        else:
            of_mean = np.bincount(component, self.effect) / size**2
            crossed = self.effect / size[component]
        apart: Floats = self.effect - 2 * crossed + of_mean[component] + from_fixed
        return np.maximum(apart, 0.0)

    def square(self, rows: Floats) -> Floats:
        form: Floats = np.einsum("si,ij,sj->s", rows, self.solution.fixed_covariance, rows)
        return form
