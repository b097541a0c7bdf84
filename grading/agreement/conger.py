"""Conger's κ: as Cohen's for any number of graders, each with shares of the levels of their own."""

from grading.agreement.coefficient import Coefficient
from grading.agreement.grader_shares import beyond_own_shares, refuse_histogram
from grading.agreement.intervals import Interval
from grading.agreement.patterns import Clusters
from grading.agreement.ratings import Ratings
from grading.agreement.weights import Weights


def conger_kappa(
    ratings: Ratings, weights: Weights = "identity", *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> Coefficient:
    """Return Conger's κ, with any units missing for any grader.

    κ = (p_a − p_e)/(1 − p_e) with p_a as for `gwet_ac` and p_e = Σ_kl w_kl (a_k a_l − s_kl/r), where p_gk is the share
    of level k among all ratings of grader g, a_k its mean over the r graders, and
    s_kl = Σ_g (p_gk − a_k)(p_gl − a_l)/(r − 1). So p_e is the mean of Σ_kl w_kl p_gk p_hl over any two different
    graders g and h. Graders weigh equally in p_e, units in p_a. With two graders who rated all units it is Cohen's κ.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts; a grader without any does not.
    weights : str or array, shape (n_levels, n_levels), default "identity"
        As for `agreement_weights`.
    clusters, interval
        As for `gwet_ac`. A grader of whom nothing is left when a unit is left out is then none of the r.

    Returns
    -------
    Coefficient
        At most 1: 1 is perfect agreement, 0 what chance gives. None for no level (`no_levels`), no unit with two
        ratings (`no_overlap`), one such unit (`one_unit`), chance alone agreeing fully, as with one level in use
        (`no_variation`), more than 2,048 levels (`not_computed`), and weights without a meaning as for `gwet_ac`. No
        interval as there.

    Raises
    ------
    TypeError
        A histogram, which does not know who gave what.
    ValueError
        As `gwet_ac`.

    References
    ----------
    Conger, A. J. (1980), doi 10.1037/0033-2909.88.2.322. Gwet (2014), as for `gwet_ac`, for missing ratings.

    Examples
    --------
    >>> ratings = Ratings.from_table([[1, 1, 2], [2, 2, None], [3, 3, 3]], levels=[1, 2, 3])
    >>> round(conger_kappa(ratings).value, 4)  # (7/9 − 5/18) / (13/18)
    0.6923
    """
    refuse_histogram(ratings)
    return beyond_own_shares(ratings, weights, clusters, interval)
