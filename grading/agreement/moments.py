"""Henderson's method I for units crossed with graders, for all ratings and without each unit, in one pass."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.points import NOTHING, Points

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of squares and the sizes that their expectations need: numbers, or arrays with one entry per unit left out.

    `within_unit` and `within_grader` are squares about the mean of the unit and of the grader, `total` those about the
    grand mean; `unit_squares` and `grader_squares` are Σ m_i² and Σ g_r² of the numbers of ratings.
    """

    n_ratings: Any
    n_units: Any
    n_graders: Any
    unit_squares: Any
    grader_squares: Any
    within_unit: Any
    within_grader: Any
    total: Any

    def components(self) -> tuple[Any, Any, Any]:
        """Return σ²_a of units, σ²_b of graders and σ²_e, as the equations give them, also below 0.

        E within_unit = (N − n)(σ²_b + σ²_e), E within_grader = (N − G)(σ²_a + σ²_e),
        E total = (N − Σ m_i²/N) σ²_a + (N − Σ g_r²/N) σ²_b + (N − 1) σ²_e.
        """
        by_grader = self.within_unit / (self.n_ratings - self.n_units)
        by_unit = self.within_grader / (self.n_ratings - self.n_graders)
        a = self.n_ratings - self.unit_squares / self.n_ratings
        b = self.n_ratings - self.grader_squares / self.n_ratings
        # N − 1 − a − b, from whole numbers so that it is 0 and not nearly so where the equations have no solution.
        left = (self.unit_squares + self.grader_squares - self.n_ratings * (self.n_ratings + 1)) / self.n_ratings
        residual = (self.total - a * by_unit - b * by_grader) / left
        return by_unit - residual, by_grader - residual, residual

    def one_way(self) -> tuple[Any, Any]:
        """Return σ² between units and σ² within units of the one-way analysis, k₀ = (N − Σ m_i²/N) / (n − 1)."""
        within = self.within_unit / (self.n_ratings - self.n_units)
        between = (self.total - self.within_unit) / (self.n_units - 1)
        k0 = (self.n_ratings - self.unit_squares / self.n_ratings) / (self.n_units - 1)
        return (between - within) / k0, within


def sums(points: Points) -> tuple[Sums, Sums]:
    """Return the sums of all ratings, and those without each unit."""
    unit, grader, y, m, g = points.unit, points.grader, points.y, points.unit_size, points.grader_size

    def by_unit(values: Floats) -> Floats:
        return np.bincount(unit, values, points.n_units).astype(np.float64, copy=False)

    unit_sum, squares = by_unit(y), by_unit(y * y)
    own = by_unit((y - (unit_sum / m)[unit]) ** 2)
    own[own <= NOTHING * m] = 0.0
    from_grader = (y - (np.bincount(grader, y, points.n_graders) / g)[grader]) ** 2
    size = g[grader]
    # Without one of g ratings the squares about the mean lose g/(g−1) times its own; the last of them has none to lose.
    lost = by_unit(from_grader * size / np.maximum(size - 1, 1))
    n = points.n_ratings
    whole = Sums(
        n_ratings=n,
        n_units=points.n_units,
        n_graders=points.n_graders,
        unit_squares=float((m * m).sum()),
        grader_squares=float((g * g).sum()),
        within_unit=float(own.sum()),
        within_grader=float(from_grader.sum()),
        total=float(squares.sum()),
    )
    left = n - m
    rest = Sums(
        n_ratings=left,
        n_units=points.n_units - 1,
        n_graders=points.n_graders - by_unit((size == 1).astype(np.float64)),
        unit_squares=whole.unit_squares - m * m,
        grader_squares=whole.grader_squares - by_unit(2 * size - 1),
        within_unit=np.where(own < whole.within_unit, whole.within_unit - own, 0.0),
        within_grader=whole.within_grader - lost,
        total=whole.total - squares - unit_sum**2 / np.maximum(left, 1),
    )
    return whole, rest


def not_negative(unit: float, grader: float, residual: float) -> tuple[float, float, float]:
    """Return components of which none is below 0; the sum of the grader's and the residual one stays what it is.

    That sum is the mean square within units, which the equations give without the others' errors.
    """
    within = grader + residual
    grader = min(max(grader, 0.0), within)
    return max(unit, 0.0), grader, within - grader
