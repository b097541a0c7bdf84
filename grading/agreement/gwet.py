"""Gwet's AC1 and AC2, which stay high where nearly all marks are at one level."""

from grading.agreement.coefficient import Coefficient
from grading.agreement.histogram import Data
from grading.agreement.intervals import Interval
from grading.agreement.level_shares import Line, by_all_levels
from grading.agreement.patterns import Clusters
from grading.agreement.weights import Weights


def gwet_ac(
    data: Data, weights: Weights = "quadratic", *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> Coefficient:
    """Return Gwet's agreement coefficient: AC1 with identity weights, AC2 with any others.

    AC = (p_a − p_e)/(1 − p_e) with p_a = (1/N₂) Σ_i Σ_kl w_kl n_ik (n_il − [k=l]) / (m_i (m_i − 1)) over the N₂ units
    with m_i ≥ 2 ratings and p_e = T/(q(q − 1)) · Σ_k π_k (1 − π_k), π_k = (1/N) Σ_i n_ik/m_i over the N units with any
    rating. n_ik is how often unit i got level k, w_kl the weight of two levels, T = Σ_kl w_kl, and q the number of
    levels. Units weigh equally, however many ratings they have.

    Parameters
    ----------
    data : Ratings or Histogram
        Of repeated ratings the last one counts. All declared levels count, used or not; where none are declared those
        seen count, which makes the value depend on who happened to be rated.
    weights : str or array, shape (n_levels, n_levels), default "quadratic"
        As for `agreement_weights`.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the interval, in the order of `ratings.unit_labels`; by default the unit. Needs
        Ratings.
    interval : {"jackknife", "linearised", "bootstrap"} or Bootstrap, default "jackknife"
        Where standard error and interval come from; see `estimate`. "linearised" gives Gwet's standard error. It holds
        N₂ as given, so it is larger than the jackknife's where units have one rating.

    Returns
    -------
    Coefficient
        At most 1: 1 is perfect agreement, 0 what chance gives; AC1 is at least −1. All ratings at one of several levels
        give 1. No interval where leaving out changes nothing (`no_variation`) or leaves one unit (`too_few`). None
        for no level at all (`no_levels`), no unit with two ratings (`no_overlap`), one such unit (`one_unit`), a single
        level, or weights by which chance alone agrees fully (`no_variation`), text without declared levels under
        other than identity weights, or an infinite level where points are weighed (`wrong_scale`), negative
        levels with ratio weights (`not_a_ratio_scale`), a scheme other than identity on more than 2,048 levels
        (`not_computed`).

    Raises
    ------
    TypeError
        Clusters of a histogram, which does not know its units.
    ValueError
        Unknown weights or a matrix that is none of agreement; an unknown method; clusters that do not match the units.

    References
    ----------
    Gwet, K. L. (2008), doi 10.1348/000711006X126600. Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.
    Advanced Analytics.

    Examples
    --------
    >>> table = [[1, 1]] * 80 + [[1, 2]] * 10 + [[2, 1]] * 5 + [[2, 2]] * 5  # Feinstein & Cicchetti (1990)
    >>> round(gwet_ac(Ratings.from_table(table, levels=[1, 2]), "identity").value, 4)
    0.808
    """
    return by_all_levels(data, weights, clusters, interval, chance)


def chance(disagreeing: float, n_levels: int) -> Line:
    return 1.0, -(n_levels**2 - disagreeing) / (n_levels * (n_levels - 1))
