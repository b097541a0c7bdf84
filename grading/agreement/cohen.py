"""Cohen's κ of two graders, plain and weighted."""

from dataclasses import replace

import numpy as np

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.grader_shares import beyond_own_shares, refuse_histogram
from grading.agreement.intervals import Interval
from grading.agreement.patterns import Clusters
from grading.agreement.ratings import Ratings
from grading.agreement.weights import Weights


def cohen_kappa(
    ratings: Ratings, weights: Weights = "identity", *, clusters: Clusters = None, interval: Interval = "jackknife"
) -> Coefficient:
    """Return Cohen's κ of two graders over the units that both rated.

    κ = (p_a − p_e)/(1 − p_e) with p_a = Σ_kl w_kl p_kl and p_e = Σ_kl w_kl p_k. p_.l, where p_kl is the share of units
    to which the first grader gave level k and the second level l, p_k. and p_.l are its sums, and w_kl the weights.

    Parameters
    ----------
    ratings : Ratings
        Of exactly two graders who rated anything; of repeated ratings the last one counts.
    weights : str or array, shape (n_levels, n_levels), default "identity"
        As for `agreement_weights`. "linear" and "quadratic" are the usual weighted κ.
    clusters, interval
        As for `gwet_ac`. "linearised" is the variance of Fleiss, Cohen & Everitt (1969) times N/(N − 1).

    Returns
    -------
    Coefficient
        At most 1: 1 is perfect agreement, 0 what chance gives. None for other than two graders (`needs_two_graders`),
        and as `conger_kappa`; no interval as there.

    Raises
    ------
    TypeError, ValueError
        As `conger_kappa`.

    References
    ----------
    Cohen, J. (1960), doi 10.1177/001316446002000104. Cohen, J. (1968), doi 10.1037/h0026256.
    Fleiss, J. L., Cohen, J. & Everitt, B. S. (1969), doi 10.1037/h0028106.

    Examples
    --------
    >>> table = [[1, 1]] * 40 + [[1, 2]] * 9 + [[2, 1]] * 6 + [[2, 2]] * 45  # Feinstein & Cicchetti (1990)
    >>> round(cohen_kappa(Ratings.from_table(table)).value, 4)
    0.6995
    """
    refuse_histogram(ratings)
    latest = ratings.latest()
    if len(np.unique(latest.grader)) != 2:
        return Coefficient.undefined(Reason.NEEDS_TWO_GRADERS, ratings.patterns.paired.n_units)
    both = (np.bincount(latest.unit, minlength=ratings.n_units) == 2)[latest.unit]
    shared = replace(latest, unit=latest.unit[both], grader=latest.grader[both], code=latest.code[both])
    return beyond_own_shares(shared, weights, clusters, interval)
