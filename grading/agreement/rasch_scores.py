"""Ratings of several criteria as scores 0, 1, …, without what no finite severity or difficulty could explain."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.label_model import compact
from grading.agreement.ratings import Components, Ratings

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
Model = Literal["rating_scale", "partial_credit"]


@dataclass(frozen=True, eq=False)
class Scores:
    """All ratings of all criteria, one row each; units, graders and criteria by their positions in the whole."""

    unit_labels: list[Hashable]
    grader_labels: list[Hashable]
    levels: list[NDArray[Any]]  # of each criterion, in order
    unit: Integers
    grader: Integers
    criterion: Integers
    code: Integers  # position in the criterion's levels

    @classmethod
    def of(cls, criteria: Sequence[Ratings], model: Model) -> "Scores | None":
        """Join the criteria by the labels of units and graders; None if their levels do not fit the model."""
        levels = joint_levels(criteria, model)
        if levels is None:
            return None
        units, graders = (
            {label: place for place, label in enumerate(dict.fromkeys(label for labels in sides for label in labels))}
            for sides in ([one.unit_labels for one in criteria], [one.grader_labels for one in criteria])
        )
        latest = [one.latest() for one in criteria]
        return cls(
            unit_labels=list(units),
            grader_labels=list(graders),
            levels=levels,
            unit=joined([placed(units, one.unit_labels)[one.unit] for one in latest]),
            grader=joined([placed(graders, one.grader_labels)[one.grader] for one in latest]),
            criterion=joined([np.full(one.n_ratings, c, dtype=np.intp) for c, one in enumerate(latest)]),
            code=joined(
                [np.searchsorted(own, one.levels)[one.code] if model == "rating_scale" and is_points(one) else one.code
                 for own, one in zip(levels, latest, strict=True)]
            ),
        )  # fmt: skip

    def only(self, kept: NDArray[np.bool_]) -> "Scores":
        """Return some of the rows."""
        return replace(
            self, unit=self.unit[kept], grader=self.grader[kept], criterion=self.criterion[kept], code=self.code[kept]
        )

    @property
    def components(self) -> Components:
        """Connected components of graders and units, over all criteria."""
        size = len(self.unit)
        whole = Ratings(
            self.unit, self.grader, np.zeros(size, np.uint8), np.array([0.0]), "data", self.unit_labels,
            self.grader_labels,
        )  # fmt: skip
        return whole.components

    def ranked(self, model: Model) -> tuple[Integers, list[Integers]]:
        """Return each row's score among the levels in use, and these levels of each criterion.

        In the rating scale model a level is in use if it is on any criterion.
        """
        used = [np.unique(self.code[self.criterion == c]) for c in range(len(self.levels))]
        if model == "rating_scale":
            used = [np.unique(np.concatenate(used)) if len(own) else own for own in used]
        score = np.empty(len(self.code), dtype=np.intp)
        for c, own in enumerate(used):
            rows = self.criterion == c
            score[rows] = np.searchsorted(own, self.code[rows])
        return score, used

    def finite(self, model: Model) -> "Scores":
        """Return the rows without graders and criteria with the least or greatest scores only, as often as it takes."""
        found = self
        while True:
            score, used = found.ranked(model)
            top = np.array([len(own) - 1 for own in used], dtype=np.intp)[found.criterion]
            kept = np.ones(len(score), dtype=bool)
            for side in (found.grader, found.criterion):
                low, high = (np.bincount(side, weights=weights) for weights in (score, top - score))
                kept &= ((low > 0) & (high > 0))[side]
            if kept.all():
                return found
            found = found.only(kept)


def joint_levels(criteria: Sequence[Ratings], model: Model) -> list[NDArray[Any]] | None:
    """Return the levels of each criterion, the same for all in the rating scale model; None where they cannot be."""
    if not all(one.is_ordered or not len(one.levels) for one in criteria):
        return None
    own = [one.levels for one in criteria]
    if model == "partial_credit" or all(np.array_equal(each, own[0]) for each in own):
        return own
    if all(is_points(one) and one.levels_from == "data" for one in criteria):
        return [np.unique(np.concatenate(own))] * len(own)
    return None


def is_points(ratings: Ratings) -> bool:
    """Whether the levels are numbers."""
    return bool(ratings.levels.dtype.kind == "f")


def placed(places: dict[Hashable, int], labels: Sequence[Hashable]) -> Integers:
    """Return where each label stands in the whole."""
    return np.array([places[label] for label in labels], dtype=np.intp)


def joined(columns: list[Any]) -> Integers:
    """Return the columns of all criteria one after the other."""
    return np.concatenate([np.empty(0, dtype=np.intp), *columns]).astype(np.intp)


def without_gaps(code: Integers) -> tuple[Integers, Integers]:
    """Return the codes that occur, and each code's position among them."""
    return compact(code, int(code.max(initial=0)) + 1)
