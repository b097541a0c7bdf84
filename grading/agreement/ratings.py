"""The one input type of the package: who gave what to which unit."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grading.agreement.blocks import runs
from grading.agreement.patterns import Patterns
from grading.agreement.rows import ascend, only_blind, rise
from grading.agreement.values import Labels, counts_up, encode_labels, encode_values, from_zero

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]
LevelsFrom = Literal["declared", "data"]
Repeats = Literal["last", "keep"]


@dataclass(frozen=True, slots=True)
class Components:
    """Connected components of the graph whose edges are the ratings; severities compare only inside one.

    Parameters
    ----------
    count : int
        Number of components among the units and graders that have a rating.
    of_unit : ndarray of int, shape (n_units,)
        0-based component of each unit, -1 for a unit without a rating.
    of_grader : ndarray of int, shape (n_graders,)
        0-based component of each grader, -1 for a grader without a rating.
    """

    count: int
    of_unit: Integers
    of_grader: Integers


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings of units by graders, coded as integers, with the labels kept.

    Build it with `from_long` or `from_table`; missing ratings are absent from the arrays and never a category.

    Parameters
    ----------
    unit, grader : ndarray of int, shape (n_ratings,)
        Position in `unit_labels` and `grader_labels`.
    code : ndarray of the smallest fitting unsigned int, shape (n_ratings,)
        Position in `levels`.
    levels : ndarray, shape (n_levels,)
        Levels in order: numbers ascending, or text (in the declared order, or sorted).
    levels_from : {"declared", "data"}
        Whether the levels come from the rubric or are just the distinct values seen.
    unit_labels, grader_labels : sequence of hashable
        Labels in order of first appearance, those of an integer array ascending; also of units and graders whose
        ratings are all missing.
    repeated : bool
        Whether some grader rated some unit more than once and all these ratings were kept.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 2, None], [3, 3, 2]], levels=[1, 2, 3])
    >>> ratings.n_units, ratings.n_graders, ratings.n_ratings, ratings.levels_from
    (2, 3, 5, 'declared')
    """

    unit: Integers
    grader: Integers
    code: NDArray[np.integer[Any]]
    levels: NDArray[Any]
    levels_from: LevelsFrom
    unit_labels: Labels
    grader_labels: Labels
    repeated: bool = False

    @classmethod
    def from_long(
        cls,
        units: Iterable[Hashable],
        graders: Iterable[Hashable],
        values: Iterable[Any],
        *,
        levels: Sequence[Any] | None = None,
        value_range: tuple[float, float] | None = None,
        repeats: Repeats = "last",
        blind: Iterable[bool] | None = None,
    ) -> "Ratings":
        """Code three columns of equal length, one row per rating.

        Parameters
        ----------
        units, graders : iterable of hashable, length n_rows
            Who was rated, by whom.
        values : iterable of numbers or of str, length n_rows
            The ratings, in points or as labels; None and NaN are missing.
        levels : sequence of numbers or of str, optional
            The levels of the rubric. Without them the distinct values are the levels and `levels_from` is "data".
        value_range : (float, float), optional
            Least and greatest number allowed, in points.
        repeats : {"last", "keep"}, default "last"
            Whether the last rating that a grader gave a unit counts, or all of them are kept.
        blind : iterable of bool, length n_rows, optional
            Whether a rating was given without sight of the author and of other ratings. One that was not is left out
            as if it were missing, so that an earlier blind one of the same grader counts.

        Returns
        -------
        Ratings

        Raises
        ------
        TypeError
            Values that are neither numbers nor text, or both; labels that cannot be hashed.
        ValueError
            Columns of unequal length, a value outside the levels or the range, a missing label.

        Examples
        --------
        >>> Ratings.from_long(["a", "a", "b"], ["X", "X", "X"], [1, 2, float("nan")]).values.tolist()
        [2.0]
        """
        if repeats not in ("last", "keep"):
            raise ValueError(f"repeats is {repeats!r}; it is 'last' or 'keep'.")
        size = counts_up(units)
        unit, unit_labels = encode_labels(units, "unit") if size is None else from_zero(np.asarray(units))
        grader, grader_labels = encode_labels(graders, "grader")
        present, code, found = encode_values(values, levels, value_range)
        if not len(unit) == len(grader) == (len(code) if present is None else len(present)):
            n_values = len(code) if present is None else len(present)
            lengths = f"{len(unit)} units, {len(grader)} graders and {n_values} values"
            raise ValueError(f"The columns differ in length: {lengths}.")
        if blind is not None:
            present, code = only_blind(blind, present, code)
        if present is not None:
            unit, grader = unit[present], grader[present]
            size = counts_up(unit)
        once = rise(grader, size) if size else ascend(unit, grader, len(grader_labels))
        ratings = cls(
            unit=unit,
            grader=grader,
            code=code,
            levels=found,
            levels_from="data" if levels is None else "declared",
            unit_labels=unit_labels,
            grader_labels=grader_labels,
            repeated=not once,
        )
        vars(ratings)["size"] = size  # known already
        latest = ratings.latest()
        return ratings if repeats == "keep" and latest.n_ratings < ratings.n_ratings else latest

    @classmethod
    def from_table(
        cls,
        table: Iterable[Iterable[Any]],
        *,
        levels: Sequence[Any] | None = None,
        value_range: tuple[float, float] | None = None,
    ) -> "Ratings":
        """Code a table with a row per unit and a column per grader.

        Parameters
        ----------
        table : iterable of rows, shape (n_units, n_graders)
            Ratings in points or as labels; None and NaN are missing.
        levels, value_range
            As in `from_long`.

        Returns
        -------
        Ratings
            Units and graders are labelled by their 0-based position.

        Raises
        ------
        TypeError, ValueError
            As `from_long`; also rows of unequal length.

        Examples
        --------
        >>> Ratings.from_table([["yes", "no"], ["no", None]]).levels.tolist()
        ['no', 'yes']
        """
        if isinstance(table, np.ndarray) and table.ndim == 2 and table.dtype.kind in "iuf":
            n_rows, width = table.shape
            cells: Iterable[Any] = table.ravel()
        else:
            rows = [list(row) for row in table]
            n_rows, width = len(rows), len(rows[0]) if rows else 0
            for position, row in enumerate(rows):
                if len(row) != width:
                    raise ValueError(f"Row {position} has {len(row)} ratings and the first row {width}.")
            cells = [value for row in rows for value in row]
        unit, grader = np.repeat(np.arange(n_rows), width), np.tile(np.arange(width), n_rows)
        return cls.from_long(unit, grader, cells, levels=levels, value_range=value_range)

    @property
    def n_units(self) -> int:
        """Number of unit labels."""
        return len(self.unit_labels)

    @property
    def n_graders(self) -> int:
        """Number of grader labels."""
        return len(self.grader_labels)

    @property
    def n_ratings(self) -> int:
        """Number of ratings that are not missing."""
        return len(self.code)

    @property
    def values(self) -> NDArray[Any]:
        """The ratings themselves, shape (n_ratings,), in points or as text."""
        values: NDArray[Any] = self.levels[self.code]
        return values

    @property
    def is_numeric(self) -> bool:
        """Whether the levels are finite numbers, which have distances."""
        return self.levels.dtype.kind == "f" and bool(np.isfinite(self.levels).all())

    @property
    def is_ordered(self) -> bool:
        """Whether the levels have an order: numbers, or text in the order declared."""
        return self.levels.dtype.kind == "f" or self.levels_from == "declared"

    def latest(self) -> "Ratings":
        """Return the ratings with only the last one a grader gave to each unit.

        Returns
        -------
        Ratings
            Itself where nothing is repeated.
        """
        if not self.repeated:
            return self
        pair = self.unit * max(self.n_graders, 1) + self.grader
        ascending = np.sort(pair)
        if len(runs(ascending)) == len(pair):
            return replace(self, repeated=False)
        _, from_the_end = np.unique(pair[::-1], return_index=True)
        kept = np.sort(len(pair) - 1 - from_the_end)
        return replace(self, unit=self.unit[kept], grader=self.grader[kept], code=self.code[kept], repeated=False)

    @cached_property
    def size(self) -> int | None:
        """How many ratings each unit has, where the rows stand unit by unit and all units have as many; else None."""
        return counts_up(self.unit)

    @cached_property
    def patterns(self) -> Patterns:
        """Which counts of levels the units show, and how many units show each."""
        latest = self.latest()
        return Patterns.of(latest.unit, latest.code, self.n_units, len(self.levels), size=latest.size)

    @cached_property
    def components(self) -> Components:
        """Connected components of the bipartite graph of graders and units."""
        size = self.n_units + self.n_graders
        edges = (np.ones(self.n_ratings, dtype=np.int8), (self.unit, self.n_units + self.grader))
        _, label = connected_components(coo_array(edges, shape=(size, size)), directed=False)
        rated = np.zeros(size, dtype=bool)
        rated[self.unit] = rated[self.n_units + self.grader] = True
        of_node = np.full(size, -1, dtype=np.intp)
        kept, of_node[rated] = np.unique(label[rated], return_inverse=True)
        return Components(len(kept), of_node[: self.n_units], of_node[self.n_units :])
