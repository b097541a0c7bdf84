"""What every coefficient returns: a number with its uncertainty, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a figure, or its interval, does not exist.

    Attributes
    ----------
    NO_OVERLAP
        No unit has two ratings; of two graders, none that both rated.
    NO_VARIATION
        All marks are the same, or chance alone would agree fully. Beside a value: leaving out units changes nothing, as
        with perfect agreement.
    ONE_UNIT
        A single unit has two ratings.
    TOO_FEW
        Beside a value: without some unit, or some grader, nothing is left that defines the figure. Of a whole rubric:
        fewer than two criteria.
    DISCONNECTED
        Each grader rated a single unit, so that severity and error are one.
    NEEDS_TWO_GRADERS
        The figure compares two graders, and there are fewer or more.
    INCOMPLETE
        The figure needs ratings that are missing.
    NOT_A_RATIO_SCALE
        A negative mark where proportions count.
    NO_SCALE
        The scale of the levels is not known. No figure of this package has it.
    WRONG_SCALE
        Names where an order or points are needed; infinite marks where points are subtracted.
    NO_LEVELS
        There is no level at all.
    REPEATED
        A grader rated a unit twice. No figure of this package has it: the last rating counts.
    NOT_COMPUTED
        The figure or its interval is not offered: a test has no interval, a scheme of weights has at most 2,048 levels.
    """

    NO_OVERLAP = "no_overlap"
    NO_VARIATION = "no_variation"
    ONE_UNIT = "one_unit"
    TOO_FEW = "too_few"
    DISCONNECTED = "disconnected"
    NEEDS_TWO_GRADERS = "needs_two_graders"
    INCOMPLETE = "incomplete"
    NOT_A_RATIO_SCALE = "not_a_ratio_scale"
    NO_SCALE = "no_scale"
    WRONG_SCALE = "wrong_scale"
    NO_LEVELS = "no_levels"
    REPEATED = "repeated"
    NOT_COMPUTED = "not_computed"


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An agreement figure with its uncertainty.

    Parameters
    ----------
    value : float or None
        The estimate; None where it is undefined.
    standard_error : float or None
        Standard error of `value`, on the same scale.
    low, high : float or None
        Ends of the 95 % interval.
    n_units : int
        Units the value rests on: those with at least two ratings.
    interval : str or None
        Name of the method behind `low` and `high`, such as ``"jackknife"``.
    reason : Reason or None
        Why `value` is None; or, beside a value, why it has no interval.

    Examples
    --------
    >>> Coefficient.undefined(Reason.NO_OVERLAP).value is None
    True
    """

    value: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    n_units: int
    interval: str | None
    reason: Reason | None

    @classmethod
    def undefined(cls, reason: Reason, n_units: int = 0) -> "Coefficient":
        """Return the coefficient that has no value, and why.

        Parameters
        ----------
        reason : Reason
            Why there is no value.
        n_units : int
            Units with at least two ratings.

        Returns
        -------
        Coefficient
            With None for all numbers.
        """
        return cls(None, None, None, None, n_units, None, reason)

    @classmethod
    def without_interval(cls, value: float, reason: Reason, n_units: int) -> "Coefficient":
        """Return a coefficient whose uncertainty cannot be estimated, and why.

        Parameters
        ----------
        value : float
            The estimate.
        reason : Reason
            Why there is no interval.
        n_units : int
            Units with at least two ratings.

        Returns
        -------
        Coefficient
            With None for the standard error and the interval.
        """
        return cls(value, None, None, None, n_units, None, reason)
