"""Ratings as sheets of the same kind, and the curves of the Rasch model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.blocks import blocks
from grading.agreement.label_model import compact

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sheets:
    """Scores 0, 1, … of units by graders on criteria, put together as sheets: all that a grader gave a unit.

    Ability enters a unit's likelihood only by the sum of its scores, and by which criteria which grader scored: the
    kind of a sheet is its grader and its set of criteria.
    """

    n_graders: int
    tops: Integers  # highest score of each criterion
    unit: Integers  # of each sheet
    kind: Integers  # of each sheet
    grader_of_kind: Integers
    kinds: csr_array  # kinds × (grader × criteria): which are scored
    parts: list[tuple[csr_array, slice]]  # some units × kinds; and which units
    unit_score: Floats
    grader_score: Floats
    grader_size: Floats
    reached: list[Floats]  # per criterion, how many ratings reach the score 1, 2, …

    @classmethod
    def of(
        cls, unit: Integers, grader: Integers, criterion: Integers, score: Integers, tops: Integers, n_graders: int
    ) -> "Sheets":
        """Put ratings together; units, graders and criteria are numbered without gaps, no rating is repeated."""
        pair, sheet = compact_large(unit * n_graders + grader)
        # Sheets of one grader with the same criteria are of one kind; the criteria are read as digits of a number.
        digits = np.bincount(sheet, weights=np.ldexp(1.0, criterion))
        forms, form = np.unique(digits, return_inverse=True)
        found, kind = compact_large(form * n_graders + pair % n_graders)
        n_units, n_criteria = int(unit.max()) + 1, len(tops)
        on_form = forms[found // n_graders].astype(np.int64)
        row, column = np.nonzero(on_form[:, None] >> np.arange(n_criteria) & 1)
        place = (found % n_graders)[row] * n_criteria + column
        kinds = csr_array((np.ones(len(row)), (row, place)), shape=(len(found), n_graders * n_criteria))
        of_sheet = pair // n_graders
        by_unit = csr_array((np.ones(len(pair)), (of_sheet, kind)), shape=(n_units, len(found)))
        reached = [np.bincount(score[criterion == c], minlength=top + 1) for c, top in enumerate(tops.tolist())]
        return cls(
            n_graders=n_graders,
            tops=tops,
            unit=of_sheet,
            kind=kind,
            grader_of_kind=found % n_graders,
            kinds=kinds,
            parts=[(by_unit[rows], rows) for rows in blocks(n_units)],
            unit_score=np.asarray(np.bincount(unit, weights=score), dtype=np.float64),
            grader_score=np.asarray(np.bincount(grader, weights=score, minlength=n_graders), dtype=np.float64),
            grader_size=np.bincount(grader, minlength=n_graders).astype(np.float64),
            reached=[np.cumsum(often[::-1])[::-1][1:].astype(np.float64) for often in reached],
        )

    @property
    def n_units(self) -> int:
        """Number of units with a sheet."""
        return len(self.unit_score)


@dataclass(frozen=True, eq=False)
class Curves:
    """What each grader gives on a criterion at each node of ability: graders × nodes."""

    log_total: Floats
    reach: Floats  # (top, graders, nodes): probability of the score 1, 2, … or more

    @classmethod
    def of(cls, apart: Floats, steps: Floats) -> "Curves":
        """Compute them from ability less severity, and from the steps of the criterion."""
        ahead = np.zeros((len(steps) + 1, *apart.shape))
        np.multiply(np.arange(1, len(steps) + 1)[:, None, None], apart, out=ahead[1:])
        ahead[1:] -= np.cumsum(steps)[:, None, None]
        top = ahead.max(axis=0)
        ahead -= top
        np.exp(ahead, out=ahead)
        total = ahead.sum(axis=0)
        reach = np.cumsum(ahead[:0:-1], axis=0)[::-1]
        reach /= total
        return cls(np.log(total) + top, reach)

    @property
    def expected(self) -> Floats:
        """Expected score."""
        found: Floats = self.reach.sum(axis=0)
        return found

    @property
    def variance(self) -> Floats:
        """Variance of the score."""
        odd = 2.0 * np.arange(len(self.reach)) + 1
        found: Floats = np.tensordot(odd, self.reach, axes=1) - self.expected**2
        return np.maximum(found, 0.0)


def compact_large(code: Integers) -> tuple[Integers, Integers]:
    """Return the codes that occur, ascending, and each code's position; also where few of very many codes occur."""
    if code.max() < 8 * len(code) + 4096:
        return compact(code, int(code.max()) + 1)
    return np.unique(code, return_inverse=True)
