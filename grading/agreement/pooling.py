"""Pairs of graders over several criteria, and the table of those who share most."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from grading.agreement.coefficient import Reason
from grading.agreement.pairs import Pair, wilson


@dataclass(frozen=True, slots=True)
class PairMatrix:
    """Some graders against each other.

    Parameters
    ----------
    graders : tuple of hashable
        Their labels; who shares most units with others comes first.
    rows : tuple of tuple of Pair or None, shape (n_graders, n_graders)
        The pair as the grader of the row sees it; None on the diagonal and where two share no unit.
    """

    graders: tuple[Hashable, ...]
    rows: tuple[tuple[Pair | None, ...], ...]


def busiest(pairs: Iterable[Pair], k: int = 12) -> PairMatrix:
    """Return the table of the k graders who share most units with others.

    Graders are ordered by Σ n_units over their pairs.

    Parameters
    ----------
    pairs : iterable of Pair
        Every two graders once, as `pairwise` and `pooled` return them.
    k : int, default 12
        Most graders to show.

    Returns
    -------
    PairMatrix
        Of at most k graders; without graders where there is no pair. Of graders who share as many units, the one
        named first comes first.

    References
    ----------
    A way to look at them, without a source.

    Examples
    --------
    >>> from grading.agreement import Ratings
    >>> from grading.agreement.pairs import pairwise
    >>> busiest(pairwise(Ratings.from_table([[1, 1, None], [2, 3, 3]])), k=2).graders
    (0, 1)
    """
    pairs = list(pairs)
    shared: dict[Hashable, int] = {}
    for pair in pairs:
        for grader in (pair.first, pair.second):
            shared[grader] = shared.get(grader, 0) + pair.n_units
    graders = tuple(sorted(shared, key=lambda grader: -shared[grader])[:k])
    known = {(pair.first, pair.second): pair for pair in pairs}
    known |= {(pair.second, pair.first): pair.turned() for pair in pairs}
    return PairMatrix(graders, tuple(tuple(known.get((row, column)) for column in graders) for row in graders))


def pooled(parts: Iterable[tuple[Hashable, float, Sequence[Pair]]]) -> tuple[Pair, ...]:
    """Return how every two graders agree over several criteria.

    Over the criteria c with n_c units in common: exact = Σ n_c exact_c / Σ n_c, within one likewise; difference =
    Σ w_c n_c difference_c / n, with w_c the weight of the criterion and n the sheets in common: Σ over kinds of sheet
    of max_c n_c.

    Parameters
    ----------
    parts : iterable of (hashable, float, sequence of Pair)
        Per criterion: which kind of sheet it stands on (criteria of one sheet share their units), its weight, and its
        pairs. A grader has the same label everywhere; who is first in a pair may differ.

    Returns
    -------
    tuple of Pair
        Most sheets in common first. `n_units` counts sheets, and the interval takes the marks of one sheet for a
        single one, so it is rather too wide. `difference` is weighted points per sheet. `within_one` and `difference`
        are None where a criterion of the pair has none; `kappa` always is (`not_computed`): chance differs from
        criterion to criterion.

    References
    ----------
    As `pairwise`.

    Examples
    --------
    >>> from grading.agreement import Ratings
    >>> from grading.agreement.pairs import pairwise
    >>> parts = [("sheet", 1.0, pairwise(Ratings.from_table(table))) for table in ([[1, 1], [2, 2]], [[1, 2], [0, 2]])]
    >>> pair, = pooled(parts)
    >>> pair.n_units, pair.exact, pair.difference
    (2, 0.5, -1.5)
    """
    sums: dict[tuple[Hashable, Hashable], Sums] = {}
    for kind, weight, pairs in parts:
        for pair in pairs:
            turned = (pair.second, pair.first) in sums
            key = (pair.second, pair.first) if turned else (pair.first, pair.second)
            sums.setdefault(key, Sums({})).add(kind, -weight if turned else weight, pair)
    found = [one.pair(*graders) for graders, one in sums.items()]
    return tuple(sorted(found, key=lambda pair: -pair.n_units))


@dataclass(slots=True)
class Sums:
    """What is known so far of one pair."""

    sheets: dict[Hashable, int]
    marks: int = 0
    exact: float = 0.0
    near: float | None = 0.0
    points: float | None = 0.0

    def add(self, kind: Hashable, weight: float, pair: Pair) -> None:
        n = pair.n_units
        self.sheets[kind] = max(self.sheets.get(kind, 0), n)
        self.marks += n
        self.exact += n * pair.exact
        self.near = None if self.near is None or pair.within_one is None else self.near + n * pair.within_one
        unknown = self.points is None or pair.difference is None
        self.points = None if unknown else self.points + weight * n * pair.difference  # type: ignore[operator]

    def pair(self, first: Hashable, second: Hashable) -> Pair:
        sheets = sum(self.sheets.values())
        exact = min(self.exact / self.marks, 1.0)
        low, high = (float(end[0]) for end in wilson(np.array([exact]), np.array([float(sheets)])))
        near = None if self.near is None else min(self.near / self.marks, 1.0)
        difference = None if self.points is None else self.points / sheets
        return Pair(first, second, sheets, exact, low, high, near, difference, None, Reason.NOT_COMPUTED)
