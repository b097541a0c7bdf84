"""Policies that make one score of several, for one criterion of one unit."""

import statistics
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Points = TypeVar("Points", float, Decimal, Fraction)


def mean(points: Iterable[Points]) -> Points | None:
    """Return the mean of the points that graders gave.

    x̄ = (1/m) Σ_r x_r over the m graders r.

    Parameters
    ----------
    points : iterable of float, Decimal or Fraction
        Points, all of one type.

    Returns
    -------
    float, Decimal or Fraction, or None
        Between the lowest and the highest; of the type of the points. None of no points.

    Raises
    ------
    TypeError
        Points of types that do not add up.

    References
    ----------
    The simplest policy; for its error beside others see Piech et al. (2013), arXiv 1307.2579.

    Examples
    --------
    >>> mean([Decimal("2"), Decimal("3.5")])
    Decimal('2.75')
    """
    given = list(points)
    return statistics.mean(given) if given else None


def median(points: Iterable[Points]) -> Points | None:
    """Return the median of the points that graders gave.

    The middle of the sorted points; of an even number, the mean of the two in the middle.

    Parameters
    ----------
    points : iterable of float, Decimal or Fraction
        Points, all of one type.

    Returns
    -------
    float, Decimal or Fraction, or None
        Between the lowest and the highest; of the type of the points. None of no points.

    Raises
    ------
    TypeError
        Points of types that cannot be compared.

    References
    ----------
    The policy of peer assessment in edX; see Piech et al. (2013), arXiv 1307.2579.

    Examples
    --------
    >>> median([3.0, 1.0, 2.0, 2.5])
    2.25
    """
    given = list(points)
    return statistics.median(given) if given else None
