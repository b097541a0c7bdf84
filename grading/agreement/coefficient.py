"""What every coefficient returns: a number with its uncertainty, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a figure, or its interval, does not exist."""

    NO_OVERLAP = "no_overlap"  # no unit has two ratings
    NO_VARIATION = "no_variation"  # one level only; or left-out values that do not differ
    ONE_UNIT = "one_unit"
    TOO_FEW = "too_few"  # what is left when one unit is left out defines nothing
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
