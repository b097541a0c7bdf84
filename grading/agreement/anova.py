"""Mean squares of a complete table of units by graders, and the intraclass correlations that are ratios of them."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtri

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.points import NOTHING

Floats = NDArray[np.float64]
Kind = Literal["1", "A", "C"]
TAIL = 0.025
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Anova:
    """Mean squares of n units (rows) by k graders (columns)."""

    n: int
    k: int
    rows: float
    columns: float
    error: float

    @classmethod
    def of(cls, table: Floats) -> "Anova":
        """Analyse a table whose values span about 1; squares that come from rounding are 0."""
        n, k = table.shape
        centred = table - table.mean()
        row, column = centred.mean(axis=1), centred.mean(axis=0)
        centred -= row[:, None]
        centred -= column
        rows, columns, error = (
            k * float((row * row).sum()),
            n * float((column * column).sum()),
            float((centred * centred).sum()),
        )
        nothing = NOTHING * n * k
        rows, columns, error = (square if square > nothing else 0.0 for square in (rows, columns, error))
        return cls(n, k, rows / (n - 1), columns / (k - 1), error / ((n - 1) * (k - 1)))

    def components(self) -> tuple[tuple[float, float, float], tuple[str, ...]]:
        """Return σ² of unit, grader and residual, none below 0, and which were set to 0.

        A mean square below the residual one is pooled with it, the smaller first: the maximum of the restricted
        likelihood under the order that the expectations have.
        """
        sides = [(self.rows, self.n - 1, "unit"), (self.columns, self.k - 1, "grader")]
        residual, freedom = self.error, (self.n - 1) * (self.k - 1)
        truncated = []
        for square, own, name in sorted(sides):
            if square < residual:
                residual = (residual * freedom + square * own) / (freedom + own)
                freedom += own
                truncated.append(name)
        unit = 0.0 if "unit" in truncated else (self.rows - residual) / self.k
        grader = 0.0 if "grader" in truncated else (self.columns - residual) / self.n
        return (unit, grader, residual), tuple(name for _, _, name in sides if name in truncated)

    def coefficient(self, kind: Kind, *, averaged: bool) -> Coefficient:
        """Return the correlation of the kind, of single ratings or of means over the k graders, with its F interval."""
        n, k = self.n, self.k
        within = (self.columns + (n - 1) * self.error) / n
        # Mean squares, their degrees of freedom, and the denominator as sum of them; the first is that of rows, and the
        # numerator is it less the last.
        if kind == "A":
            squares, freedom = [self.rows, self.columns, self.error], [n - 1, k - 1, (n - 1) * (k - 1)]
            weights = [1, 1 / n, -1 / n] if averaged else [1, k / n, k - 1 - k / n]
        else:
            squares = [self.rows, within if kind == "1" else self.error]
            freedom = [n - 1, n * (k - 1) if kind == "1" else (n - 1) * (k - 1)]
            weights = [1, 0] if averaged else [1, k - 1]
        value = ratio(squares, weights, 1.0)
        if value == -math.inf:
            return Coefficient.undefined(Reason.NO_VARIATION, n)
        if max(squares[1:]) == 0 or self.rows == 0:
            return Coefficient.without_interval(value, Reason.NO_VARIATION, n)
        last = self.agreement_freedom() if kind == "A" else freedom[-1]
        low = ratio(squares, weights, float(fdtri(last, n - 1, TAIL)))
        high = ratio(squares, weights, 1 / float(fdtri(n - 1, last, TAIL)))
        error = standard_error(value, squares, freedom, weights)
        return Coefficient(value, error, min(max(low, -1.0), value), max(high, value), n, "F", None)

    def agreement_freedom(self) -> float:
        """Return Satterthwaite's degrees of freedom of the denominator's mean squares, for agreement.

        v = (a MSC + b MSE)² / ((a MSC)²/(k−1) + (b MSE)²/((n−1)(k−1))) with ρ = ICC(A,1),
        a = kρ/(n(1−ρ)) = (MSR − MSE) / (MSC + (n−1) MSE) and b = 1 + (n−1)a. With ρ ≥ 0 it is at least 1; a negative ρ
        may bring it to 0, which has no F.
        """
        n, k = self.n, self.k
        a = (self.rows - self.error) / (self.columns + (n - 1) * self.error)
        columns, error = a * self.columns, (1 + (n - 1) * a) * self.error
        return max((columns + error) ** 2 / (columns**2 / (k - 1) + error**2 / ((n - 1) * (k - 1))), 1.0)


def ratio(squares: list[float], weights: list[float], stretch: float) -> float:
    """Return (MS_rows − MS_last) / Σ w MS with MS_rows stretched; −∞ where nothing is left to divide by."""
    rows = squares[0] * stretch
    parts = [rows, *(weight * square for weight, square in zip(weights[1:], squares[1:], strict=True))]
    below = sum(parts)
    return (rows - squares[-1]) / below if below > ROUNDING * sum(map(abs, parts)) else -math.inf


def standard_error(value: float, squares: list[float], freedom: list[int], weights: list[float]) -> float:
    """Return the delta-method error, with 2 MS²/df the variance of a mean square."""
    below = sum(weight * square for weight, square in zip(weights, squares, strict=True))
    slopes = [-value * weight for weight in weights]
    slopes[0] += 1
    slopes[-1] -= 1
    terms = zip(slopes, squares, freedom, strict=True)
    return math.sqrt(sum(2 * (slope * square) ** 2 / df for slope, square, df in terms)) / below
