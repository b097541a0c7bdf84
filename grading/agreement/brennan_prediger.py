"""Brennan and Prediger's coefficient, whose chance is that of marks thrown evenly over all levels."""

from grading.agreement.coefficient import Coefficient
from grading.agreement.histogram import Data
from grading.agreement.intervals import Interval
from grading.agreement.level_shares import Line, by_all_levels
from grading.agreement.patterns import Clusters
from grading.agreement.weights import Weights


def brennan_prediger(
    data: Data, weights: Weights = "identity", *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> Coefficient:
    """Return Brennan and Prediger's coefficient, with any number of graders.

    κ = (p_a − p_e)/(1 − p_e) with p_a as for `gwet_ac` and p_e = Σ_kl w_kl / q², w_kl the weight of two of q levels.
    With two levels and identity weights it is Bennett's S.

    Parameters
    ----------
    data, clusters, interval
        As for `gwet_ac`.
    weights : str or array, shape (n_levels, n_levels), default "identity"
        As for `agreement_weights`.

    Returns
    -------
    Coefficient
        At most 1: 1 is perfect agreement, 0 what marks at random give; full disagreement is −1/(q − 1) with identity
        weights and can lie below −1 with others. Undefined, and without interval, as `gwet_ac`.

    Raises
    ------
    TypeError, ValueError
        As `gwet_ac`.

    References
    ----------
    Brennan, R. L. & Prediger, D. J. (1981), doi 10.1177/001316448104100307. Gwet (2014), as for `gwet_ac`.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 1], [2, 2], [1, 2], [3, 3]], levels=[1, 2, 3])
    >>> round(brennan_prediger(ratings).value, 4)  # (3/4 − 1/3) / (2/3)
    0.625
    """
    return by_all_levels(data, weights, clusters, interval, chance)


def chance(disagreeing: float, n_levels: int) -> Line:
    return disagreeing / n_levels**2, 0.0
