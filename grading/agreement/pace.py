"""How long the readings that are left will take, from the pace of those that are done."""

from dataclasses import dataclass

from scipy import stats

# Fewer readings tell no pace.
FEWEST = 10


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Hours until the last reading is in, with their interval, or the reason why there is none."""

    hours: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None


def hours_to_finish(*, left: int, done: int, hours: float, level: float = 0.95) -> Outlook:
    """Forecast the hours until the readings left are done, were they to come as those before.

    Readings are taken for a Poisson process of constant, unknown rate. With n of them in T hours, the time t that R
    further ones take satisfies (t / R) / (T / n) ~ F(2R, 2n), which holds whatever the rate is:

        t_q = T · R / n · F⁻¹(q; 2R, 2n),    t = T · R / n

    Parameters
    ----------
    left : int
        Readings still to come, R ≥ 0.
    done : int
        Readings seen, n ≥ 0.
    hours : float
        The time T in which they came, up to now, in hours.
    level : float
        The probability that the interval holds the time, between 0 and 1.

    Returns
    -------
    Outlook
        Hours from now, 0 where nothing is left. None of them below 10 readings, with the reason "too_few", or where no
        time has passed, with "no_time". Readings that come in bursts make the interval too narrow.

    Raises
    ------
    ValueError
        Counts below 0, or a level outside 0 to 1.

    References
    ----------
    Lawless (1971), A prediction problem concerning samples from the exponential distribution, with application in life
    testing, Technometrics 13(4), 725–730.

    Examples
    --------
    >>> found = hours_to_finish(left=100, done=50, hours=10.0)
    >>> found.hours, round(found.low, 1), round(found.high, 1)
    (20.0, 14.4, 28.4)
    """
    if left < 0 or done < 0 or not 0 < level < 1:
        raise ValueError("readings are counted from 0, and a level lies between 0 and 1")
    if left == 0:
        return Outlook(hours=0.0, low=0.0, high=0.0, n=done, reason=None)
    if done < FEWEST:
        return Outlook(hours=None, low=None, high=None, n=done, reason="too_few")
    if hours <= 0:
        return Outlook(hours=None, low=None, high=None, n=done, reason="no_time")
    even = hours * left / done
    ratio = stats.f(2 * left, 2 * done)
    low, high = (even * float(ratio.ppf(share)) for share in ((1 - level) / 2, (1 + level) / 2))
    return Outlook(hours=even, low=low, high=high, n=done, reason=None)
