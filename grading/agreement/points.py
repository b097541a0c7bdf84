"""Ratings as points: centred, scaled, and coded without gaps, for everything that adds squares."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# A mean square of points scaled to a span of 1 that is smaller than this comes from rounding.
NOTHING = 1e-28


@dataclass(frozen=True, eq=False)
class Points:
    """The last rating of each grader for each unit; only units and graders that have one.

    `y` has mean 0 and a span of 1 from the least to the greatest rating (or is 0 throughout): no square overflows and a
    large offset costs no digits. In points a rating is 2 (`half_mean` + `half_span` y).
    """

    unit: Integers
    grader: Integers
    y: Floats
    unit_size: Floats
    grader_size: Floats
    half_mean: float
    half_span: float

    @classmethod
    def of(cls, ratings: Ratings) -> "Points":
        ratings = ratings.latest()
        unit, unit_size = without_gaps(ratings.unit, ratings.n_units)
        grader, grader_size = without_gaps(ratings.grader, ratings.n_graders)
        if not len(unit) or not ratings.is_numeric:
            return cls(unit, grader, np.zeros(len(unit)), unit_size, grader_size, 0.0, 0.0)
        # Halving first: the difference of two huge numbers must not overflow.
        half = (ratings.levels / 2)[ratings.code]
        least, span = float(half.min()), float(np.ptp(half))
        y = (half - least) / (span or 1.0)
        mean = float(y.mean())
        return cls(unit, grader, y - mean, unit_size, grader_size, least + span * mean, span)

    @property
    def n_units(self) -> int:
        """Number of units with a rating."""
        return len(self.unit_size)

    @property
    def n_graders(self) -> int:
        """Number of graders with a rating."""
        return len(self.grader_size)

    @property
    def n_ratings(self) -> int:
        """Number of ratings."""
        return len(self.y)

    @cached_property
    def n_pairable(self) -> int:
        """Number of units with at least two ratings."""
        return int(np.count_nonzero(self.unit_size >= 2))

    @property
    def is_complete(self) -> bool:
        """Whether every grader rated every unit."""
        return self.n_ratings == self.n_units * self.n_graders

    @property
    def mean(self) -> float:
        """Mean of all ratings, in points."""
        return 2 * self.half_mean

    @property
    def span(self) -> float:
        """Greatest less least rating, in points; infinite where no float holds it."""
        return 2 * self.half_span

    def table(self) -> Floats:
        """Return y as units × graders; only for complete ratings."""
        table = np.empty(self.n_ratings)
        table[self.unit * self.n_graders + self.grader] = self.y
        return table.reshape(self.n_units, self.n_graders)


def without_gaps(code: NDArray[np.integer], length: int) -> tuple[Integers, Floats]:
    """Return codes that leave out what never occurs, and how often each occurs."""
    kept: Integers = code.astype(np.intp, copy=False)
    count = np.bincount(kept, minlength=length)
    if not count.all():
        kept = (np.cumsum(count > 0) - 1)[kept]
        count = count[count > 0]
    return kept, count.astype(np.float64)


def why_undefined(ratings: Ratings, points: Points) -> Reason | None:
    """Return why nothing can be said of agreement in points, if so."""
    if not ratings.is_numeric and len(ratings.levels):
        return Reason.WRONG_SCALE
    if points.n_pairable == 0:
        return Reason.NO_OVERLAP
    if points.n_pairable == 1:
        return Reason.ONE_UNIT
    return Reason.NO_VARIATION if points.half_span == 0 else None
