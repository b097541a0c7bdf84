"""How many units show each pattern of levels: all that most coefficients need, kept up to date score by score."""

import json
from bisect import insort
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grading.agreement.patterns import Clusters, Patterns
from grading.agreement.ratings import LevelsFrom, Ratings
from grading.agreement.values import encode_values

# The levels that one unit was given, as positions, ascending: (0, 2, 2).
Pattern = tuple[int, ...]


class Histogram:
    """Counts of patterns, the levels that one unit was given: what `Ratings` are but for who gave them.

    α, percent agreement, Fleiss' κ, Gwet's AC and Brennan and Prediger's coefficient take it in place of `Ratings`,
    with the same result. One score changes two counts: `insert`, `edit` and `delete` take constant time, and undo each
    other exactly. Histograms of different units are merged by `+`.

    Parameters
    ----------
    levels : sequence of numbers or of str
        The levels of the rubric, in order; numbers are sorted.
    counts : mapping of tuple of int to int, optional
        Units by pattern: the positions of their levels, ascending.

    Raises
    ------
    ValueError
        A missing or repeated level, a pattern beyond the levels or out of order, a negative count.

    Examples
    --------
    >>> histogram = Histogram([0, 1, 2])
    >>> once = histogram.insert((), 2)
    >>> twice = histogram.insert(once, 0)
    >>> twice, histogram.edit(twice, 0, 1), dict(histogram.counts)
    ((0, 2), (1, 2), {(1, 2): 1})
    """

    def __init__(self, levels: Sequence[Any], counts: Mapping[Pattern, int] | None = None) -> None:
        self.levels: NDArray[Any] = encode_values([], levels, None)[2]
        self.levels_from: LevelsFrom = "declared"
        self.counts: Counter[Pattern] = Counter()
        for pattern, units in (counts or {}).items():
            if list(pattern) != sorted(pattern) or not all(0 <= level < len(self.levels) for level in pattern):
                raise ValueError(f"{pattern} is no pattern of {len(self.levels)} levels: positions, ascending.")
            if units < 0:
                raise ValueError(f"The pattern {pattern} has {units} units.")
            if units and pattern:
                self.counts[pattern] = units

    @classmethod
    def of(cls, ratings: Ratings) -> "Histogram":
        """Count the patterns of ratings, of repeated ones the last.

        Parameters
        ----------
        ratings : Ratings
            Of any number of units and graders.

        Returns
        -------
        Histogram
            With the levels of the ratings.

        Examples
        --------
        >>> dict(Histogram.of(Ratings.from_table([[1, 3], [3, 1], [2, None]], levels=[1, 2, 3])).counts)
        {(1,): 1, (0, 2): 2}
        """
        histogram = cls(ratings.levels.tolist())
        histogram.levels_from = ratings.levels_from
        patterns = ratings.patterns
        cells, end = patterns.cells, np.cumsum(patterns.size).astype(int).tolist()
        level = np.repeat(cells.level, cells.count.astype(int)).tolist()
        for row, units in enumerate(patterns.units.astype(int).tolist()):
            histogram.counts[tuple(level[end[row - 1] if row else 0 : end[row]])] += units
        return histogram

    def insert(self, pattern: Pattern, level: int) -> Pattern:
        """Give a unit one more rating.

        Parameters
        ----------
        pattern : tuple of int
            What the unit shows so far, () where it has no rating.
        level : int
            Position of the new rating among the levels.

        Returns
        -------
        tuple of int
            What the unit shows now.

        Raises
        ------
        ValueError
            No unit shows the pattern, or there is no such level; nothing has changed then.
        """
        if not 0 <= level < len(self.levels):
            raise ValueError(f"There is no level {level}; there are {len(self.levels)}, counted from 0.")
        after = [*pattern]
        insort(after, level)
        return self.move(pattern, tuple(after))

    def delete(self, pattern: Pattern, level: int) -> Pattern:
        """Take a rating from a unit; the exact inverse of `insert`.

        Parameters
        ----------
        pattern : tuple of int
            What the unit shows so far.
        level : int
            Position of the rating to be taken.

        Returns
        -------
        tuple of int
            What the unit shows now.

        Raises
        ------
        ValueError
            No unit shows the pattern, or it does not hold the level; nothing has changed then.
        """
        after = [*pattern]
        if level not in after:
            raise ValueError(f"{pattern} does not hold the level {level}.")
        after.remove(level)
        return self.move(pattern, tuple(after))

    def edit(self, pattern: Pattern, old: int, new: int) -> Pattern:
        """Change a rating of a unit from one level to another.

        Parameters
        ----------
        pattern : tuple of int
            What the unit shows so far.
        old, new : int
            Positions of the levels.

        Returns
        -------
        tuple of int
            What the unit shows now.

        Raises
        ------
        ValueError
            As for `delete` and `insert`; nothing has changed then.
        """
        if not 0 <= new < len(self.levels):
            raise ValueError(f"There is no level {new}; there are {len(self.levels)}, counted from 0.")
        return self.insert(self.delete(pattern, old), new)

    def move(self, before: Pattern, after: Pattern) -> Pattern:
        counts = self.counts
        if before:
            units = counts.get(before, 0)
            if not units:
                raise ValueError(f"No unit shows {before}.")
            if units == 1:
                del counts[before]
            else:
                counts[before] = units - 1
        if after:
            counts[after] = counts.get(after, 0) + 1
        return after

    def to_bytes(self) -> bytes:
        """Return the histogram as compact JSON: about ten bytes per pattern, 35 patterns for 3 ratings on 5 levels.

        Returns
        -------
        bytes
            For `from_bytes`.
        """
        rows = [[*pattern, units] for pattern, units in sorted(self.counts.items())]
        body = {"levels": self.levels.tolist(), "levels_from": self.levels_from, "counts": rows}
        return json.dumps(body, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Histogram":
        """Read what `to_bytes` wrote.

        Parameters
        ----------
        stored : bytes
            As `to_bytes` returned it.

        Returns
        -------
        Histogram
            Equal to the one that was written.

        Raises
        ------
        ValueError
            Bytes that are no histogram.

        Examples
        --------
        >>> histogram = Histogram([1, 2], {(0, 1): 3})
        >>> Histogram.from_bytes(histogram.to_bytes()) == histogram
        True
        """
        try:
            body = json.loads(stored)
            counts, levels_from = body["counts"], body["levels_from"]
            if levels_from not in ("declared", "data") or not all(type(n) is int for row in counts for n in row):
                raise ValueError("A count is no whole number, or nobody named the levels.")
            histogram = cls(body["levels"], {tuple(pattern): units for *pattern, units in counts})
            histogram.levels_from = levels_from
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError("These bytes are no histogram.") from error
        return histogram

    @property
    def patterns(self) -> Patterns:
        """The counts as a table, for the coefficients."""
        table = np.zeros((len(self.counts), len(self.levels)))
        row = np.repeat(np.arange(len(self.counts)), [len(pattern) for pattern in self.counts])
        level = np.array([level for pattern in self.counts for level in pattern], dtype=np.intp)
        np.add.at(table, (row, level), 1.0)
        return Patterns(table, np.array(list(self.counts.values()), dtype=np.float64))

    @property
    def is_ordered(self) -> bool:
        """Whether the levels have an order."""
        return self.levels.dtype.kind == "f" or self.levels_from == "declared"

    def __add__(self, other: "Histogram") -> "Histogram":
        """Merge the histograms of different units of one scale."""
        if not isinstance(other, Histogram):
            return NotImplemented
        if self.levels.tolist() != other.levels.tolist():
            raise ValueError("The histograms have different levels.")
        merged = Histogram(self.levels.tolist(), self.counts + other.counts)
        merged.levels_from = self.levels_from
        return merged

    def __eq__(self, other: object) -> bool:
        """Return whether levels and counts are the same."""
        if not isinstance(other, Histogram):
            return NotImplemented
        return self.levels.tolist() == other.levels.tolist() and self.counts == other.counts

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Histogram(levels={self.levels.tolist()}, counts={dict(sorted(self.counts.items()))})"


Data = Ratings | Histogram


def patterns_of(data: Data, clusters: Clusters) -> Patterns:
    """Return the patterns of ratings or of a histogram, with clusters of units where they are given."""
    if clusters is None:
        return data.patterns
    if isinstance(data, Histogram):
        raise TypeError("A histogram does not know its units, so it cannot cluster them; give Ratings.")
    latest = data.latest()
    return Patterns.in_clusters(latest.unit, latest.code, data.n_units, len(data.levels), clusters)
