"""The severity model of one criterion as arrays, and what they are in points."""

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from grading.agreement.additive import Design, Solution, Three, settle
from grading.agreement.points import Points
from grading.agreement.ratings import Ratings
from grading.agreement.uncertainty import Uncertainty
from grading.agreement.values import Labels

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Fit:
    """Estimates in the scale of `points`, where y = (points − `offset`) / `scale`.

    `unit` and `grader` are the positions, among the labels of the ratings, of those who have a rating.
    """

    points: Points
    design: Design
    solution: Solution
    unit: Integers
    grader: Integers
    grader_labels: Labels

    @classmethod
    def of(
        cls, ratings: Ratings, points: Points, variances: Three, staff: dict[int, float], start: Floats | None
    ) -> "Fit":
        unit = np.flatnonzero(np.bincount(ratings.unit, minlength=ratings.n_units))
        grader = np.flatnonzero(np.bincount(ratings.grader, minlength=ratings.n_graders))
        anchored, marks = np.zeros(ratings.n_units), np.zeros(ratings.n_units)
        if staff:
            anchored[list(staff)] = 1.0
            marks[list(staff)] = (np.array(list(staff.values())) / 2 - points.half_mean) / (points.half_span or 0.5)
        rated = anchored[unit]
        design = Design.of(points, rated, marks[unit] * rated)
        return cls(points, design, settle(design, variances, start), unit, grader, ratings.grader_labels)

    @property
    def offset(self) -> float:
        return self.points.mean

    @property
    def scale(self) -> float:
        return self.points.span or 1.0

    @cached_property
    def places(self) -> dict[Hashable, int]:
        """Where the arrays have each grader."""
        return {self.grader_labels[position]: place for place, position in enumerate(self.grader.tolist())}

    @cached_property
    def uncertainty(self) -> Uncertainty:
        return Uncertainty(self.design, self.solution)

    def columns(self) -> list[Floats]:
        """Return mean, adjusted and estimate, then their errors, in points, of the units with a rating."""
        unsure = self.uncertainty
        mean = np.bincount(self.points.unit, self.points.y, self.points.n_units) / self.points.unit_size
        values = [mean, self.solution.adjusted, self.solution.estimate]
        variances = [unsure.mean, unsure.adjusted, unsure.estimate]
        return [self.offset + self.scale * value for value in values] + [
            self.scale * np.sqrt(variance) for variance in variances
        ]

    def severities(self, component: Integers) -> tuple[Floats, Floats]:
        """Return severities and their standard errors, in points, of the graders with a rating."""
        effect = self.solution.effect
        average = np.bincount(component, effect) / np.bincount(component)
        return self.scale * (average[component] - effect), self.scale * np.sqrt(self.uncertainty.severity(component))

    def from_ratings(self) -> Floats:
        """Return the share of a severity's variance that the ratings have taken away."""
        of_grader = self.solution.variances[1] or 1.0
        return np.clip(1 - self.uncertainty.effect / of_grader, 0.0, 1.0)
