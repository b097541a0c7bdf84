"""Marks that one grader gives one unit on several criteria: how what is behind them goes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

from grading.agreement.fit import Fit
from grading.agreement.moments import sums
from grading.agreement.points import Points, without_gaps
from grading.agreement.ratings import Ratings
from grading.agreement.values import Labels, encode_labels

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Frame:
    """Labels and positions that all criteria share.

    `unit` and `grader` give, per criterion, the common position of each of its labels.
    """

    unit_labels: Labels
    grader_labels: Labels
    unit: list[Integers]
    grader: list[Integers]

    @classmethod
    def of(cls, ratings: Sequence[Ratings]) -> "Frame":
        unit, unit_labels = encode_labels(chain.from_iterable(one.unit_labels for one in ratings), "unit")
        grader, grader_labels = encode_labels(chain.from_iterable(one.grader_labels for one in ratings), "grader")
        unit_ends = np.cumsum([one.n_units for one in ratings])
        grader_ends = np.cumsum([one.n_graders for one in ratings])
        return cls(unit_labels, grader_labels, np.split(unit, unit_ends)[:-1], np.split(grader, grader_ends)[:-1])

    def components(self, ratings: Sequence[Ratings]) -> Integers:
        """Return the component of each grader, -1 without a rating, where a link on any criterion counts."""
        none = np.empty(0, dtype=np.intp)
        unit = np.concatenate([none, *(at[one.unit] for at, one in zip(self.unit, ratings, strict=True))])
        grader = np.concatenate([none, *(at[one.grader] for at, one in zip(self.grader, ratings, strict=True))])
        whole = Ratings(
            unit=unit,
            grader=grader,
            code=np.zeros(len(unit), dtype=np.uint8),
            levels=np.zeros(1),
            levels_from="data",
            unit_labels=self.unit_labels,
            grader_labels=self.grader_labels,
        )
        return whole.components.of_grader


@dataclass(frozen=True, eq=False)
class Sheets:
    """The ratings of all fitted criteria on common rows, one per unit and grader.

    `row` gives, per criterion, where its ratings stand, in the order of its design; `unit` and `grader` are the common
    positions of each row.
    """

    fits: list[Fit]
    row: list[Integers]
    unit: Integers
    grader: Integers
    n_units: int

    @classmethod
    def of(cls, fits: list[Fit], unit: list[Integers], grader: list[Integers], frame: Frame) -> "Sheets":
        """`unit` and `grader` are, per criterion, the common positions of those of its fit."""
        n_graders = len(frame.grader_labels)
        keys = []
        for fit, of_unit, of_grader in zip(fits, unit, grader, strict=True):
            meets = fit.design.meets
            keys.append(np.repeat(of_unit, np.diff(meets.indptr)) * n_graders + of_grader[meets.indices])
        distinct, rows = np.unique(np.concatenate([*keys, np.empty(0, dtype=np.intp)]), return_inverse=True)
        ends = np.cumsum([len(key) for key in keys])
        return cls(fits, np.split(rows, ends)[:-1], *np.divmod(distinct, max(n_graders, 1)), len(frame.unit_labels))

    def spread(self, criterion: int, values: Floats) -> Floats:
        """Return values of a criterion's ratings on the common rows, 0 where it has none."""
        spread = np.zeros(len(self.unit))
        spread[self.row[criterion]] = values
        return spread

    def correlations(self) -> Floats:
        """Return the correlations across criteria of units, graders and residuals, shape (3, criteria, criteria).

        cov = (components of y_c + y_d − components of y_c − y_d)/4 by Henderson's method I on the sheets that have
        both, over the roots of the criteria's variances. Where these sheets cannot tell the three apart, all three
        are the correlation of the marks.
        """
        n = len(self.fits)
        found = np.tile(np.eye(n), (3, 1, 1))
        for c, d in combinations(range(n), 2):
            found[:, c, d] = found[:, d, c] = self.correlation(c, d)
        return np.stack([nearest_correlation(matrix) for matrix in found]) if n else found

    def correlation(self, c: int, d: int) -> Floats:
        both = np.flatnonzero(self.spread(c, np.ones(len(self.row[c]))) * self.spread(d, np.ones(len(self.row[d]))))
        if len(both) < 2:
            return np.zeros(3)
        y, z = (self.spread(one, self.fits[one].design.marks.data)[both] for one in (c, d))
        y, z = y - y.mean(), z - z.mean()
        unit, unit_size = without_gaps(self.unit[both], self.n_units)
        grader, grader_size = without_gaps(self.grader[both], int(self.grader.max()) + 1)

        def components(values: Floats) -> Floats:
            points = Points(unit, grader, values, unit_size, grader_size, 0.0, 1.0)
            return np.array(sums(points)[0].components())

        ours, theirs = (np.array(self.fits[one].solution.variances) for one in (c, d))
        if not can_be_told(unit_size, grader_size):
            whole = float(y @ z) / float(np.sqrt((y @ y) * (z @ z)) or 1.0)
            return np.full(3, whole)
        # ½ before the squares: the marks of each criterion span 1.
        shared = components((y + z) / 2) - components((y - z) / 2)
        size = np.sqrt(ours * theirs)
        rho: Floats = np.divide(shared, size, out=np.zeros(3), where=size > 0)
        return rho.clip(-1.0, 1.0)


def can_be_told(unit_size: Floats, grader_size: Floats) -> bool:
    """Return whether the equations of Henderson's method I have a solution."""
    n = unit_size.sum()
    left = (unit_size**2).sum() + (grader_size**2).sum() - n * (n + 1)
    return bool(n > len(unit_size) and n > len(grader_size) and left)


def nearest_correlation(matrix: Floats) -> Floats:
    """Return the matrix without negative eigenvalues, with ones in its diagonal."""
    values, vectors = np.linalg.eigh(matrix)
    clipped = (vectors * np.maximum(values, 0.0)) @ vectors.T
    root = np.sqrt(clipped.diagonal())
    nearest: Floats = clipped / root[:, None] / root
    return nearest
