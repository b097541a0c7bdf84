"""Intraclass correlations for complete ratings and for designs where each unit has few of many graders."""

import math
from typing import Any, Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from grading.agreement.anova import Anova, Kind
from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.jackknife import jackknife
from grading.agreement.moments import Sums, sums
from grading.agreement.points import Points, why_undefined
from grading.agreement.ratings import Ratings
from grading.agreement.variance import fitted

Floats = NDArray[np.float64]
Form = Literal["1,1", "A,1", "C,1", "1,k", "A,k", "C,k"]
Components = tuple[Any, Any, Any]
ROUNDING = 1e-12
FORMS: tuple[Form, ...] = get_args(Form)


def icc(ratings: Ratings, form: Form) -> Coefficient:
    """Return an intraclass correlation: the share of variance between units in that of ratings, or of their means.

    With σ²_a of units, σ²_b of graders and σ²_e of the rest the forms estimate

    - A,1: σ²_a / (σ²_a + σ²_b + σ²_e), absolute agreement of single ratings; A,k: σ²_a / (σ²_a + (σ²_b + σ²_e)/k);
    - C,1: σ²_a / (σ²_a + σ²_e), consistency: graders' severities do not matter; C,k: σ²_a / (σ²_a + q σ²_b + σ²_e/k);
    - 1,1: σ²_a / (σ²_a + σ²_w), one-way: nothing is known of who graded; 1,k: σ²_a / (σ²_a + σ²_w/k).

    Complete ratings (each of k graders rated each of n units) use mean squares: MSR of rows (units), MSC of columns
    (graders), MSE of the rest and MSW within rows. Then q = 0 and

    - 1,1 = (MSR − MSW) / (MSR + (k−1) MSW), 1,k = (MSR − MSW) / MSR;
    - A,1 = (MSR − MSE) / (MSR + (k−1) MSE + k (MSC − MSE)/n), A,k = (MSR − MSE) / (MSR + (MSC − MSE)/n);
    - C,1 = (MSR − MSE) / (MSR + (k−1) MSE), C,k = (MSR − MSE) / MSR.

    All others use `variance_components`, with k the harmonic mean of the units' numbers of ratings, and
    q = 1/k − mean over pairs of units of (graders they share) / (m_i m_j): severities cancel only between units that
    have the same graders. The one-way forms use the one-way analysis for unequal numbers m_i of ratings,
    σ²_a = (MSB − MSW)/k₀ with k₀ = (N − Σ m_i²/N) / (n − 1).

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts. Units with a single rating enter the components and k.
    form : {"1,1", "A,1", "C,1", "1,k", "A,k", "C,k"}
        One-way, agreement or consistency; of single ratings or of means.

    Returns
    -------
    Coefficient
        At most 1, where graders agree; about 0 where units cannot be told apart. From mean squares, and in the one-way
        forms always, it can be negative, the k forms even below −1; from components it is at least 0.
        For complete ratings the interval is McGraw and Wong's (`F`; Satterthwaite's degrees of freedom for A) and the
        standard error the delta method's with variance 2 MS²/df of a mean square; both suppose normal marks and
        count both units and graders as samples (for C the units alone). Otherwise the interval is the delete-one
        jackknife over units on Fisher's z (see `jackknife`), of the same ratio of Henderson's moments, not of the REML
        estimates, with k and q as they are. The graders' sample adds ((∂ICC/∂σ²_b) σ²_b)² 2/(G − 1) to its variance, G
        their effective number (Σ g_r)²/Σ g_r² by the numbers g_r of their ratings, which supposes normal severities.
        The one-way forms know no graders: where few of them rated many units they are less sure than they say.
        Without interval where all agree or units do not differ (`no_variation`), or where the ratio does not exist
        without some unit (`too_few`). None for text (`wrong_scale`), no unit with two ratings (`no_overlap`), one such
        unit (`one_unit`), no variation, or none between units for a k form (`no_variation`), and for C where each
        grader rated a single unit (`disconnected`); A is then the one-way form.

    Raises
    ------
    ValueError
        An unknown form.

    References
    ----------
    Shrout, P. E. & Fleiss, J. L. (1979), doi 10.1037/0033-2909.86.2.420. McGraw, K. O. & Wong, S. P. (1996), doi
    10.1037/1082-989X.1.1.30. Incomplete designs: ten Hove, D., Jorgensen, T. D. & van der Ark, L. A. (2022), doi
    10.1037/met0000516; q: Putka, D. J. et al. (2008), doi 10.1037/0021-9010.93.5.959. One-way, unequal: Donner, A.
    (1986), doi 10.2307/1403259.

    Examples
    --------
    >>> table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> agreement = icc(Ratings.from_table(table), "A,1")
    >>> round(agreement.value, 2), round(agreement.low, 2), round(agreement.high, 2)
    (0.29, 0.02, 0.76)
    """
    if form not in FORMS:
        raise ValueError(f"The form is {form!r}; it is one of {'; '.join(FORMS)}.")
    return intraclass(ratings, (form,))[form]


def icc_all(ratings: Ratings) -> dict[Form, Coefficient]:
    """Return all six forms of `icc` from one pass over the ratings.

    Parameters
    ----------
    ratings : Ratings
        As for `icc`.

    Returns
    -------
    dict of str to Coefficient
        By form.

    References
    ----------
    As `icc`.

    Examples
    --------
    >>> found = icc_all(Ratings.from_table([[1, 2], [3, 3], [5, 4]]))
    >>> round(found["C,1"].value, 2), round(found["C,k"].value, 2)
    (0.8, 0.89)
    """
    return intraclass(ratings, FORMS)


def intraclass(ratings: Ratings, forms: tuple[Form, ...]) -> dict[Form, Coefficient]:
    points = Points.of(ratings)
    reason = why_undefined(ratings, points)
    if reason is not None:
        return {form: Coefficient.undefined(reason, points.n_pairable) for form in forms}
    if points.is_complete:
        anova = Anova.of(points.table())
        return {form: anova.coefficient(cast(Kind, form[0]), averaged=form[2] == "k") for form in forms}
    return sparse(points, forms)


def sparse(points: Points, forms: tuple[Form, ...]) -> dict[Form, Coefficient]:
    whole, rest = sums(points)
    n = points.n_pairable
    if whole.within_unit == 0:
        return {form: Coefficient.without_interval(1.0, Reason.NO_VARIATION, n) for form in forms}
    nested = points.n_ratings == points.n_graders
    enough = n - (points.unit_size >= 2) >= 2
    k = points.n_units / float((1 / points.unit_size).sum())
    q = apart(points, k)
    found, estimates = {}, {}
    for form in forms:
        if nested and form[0] == "C":
            found[form] = Coefficient.undefined(Reason.DISCONNECTED, n)
            continue
        one_way = nested or form[0] == "1"
        if one_way not in estimates:
            estimates[one_way] = one_way_or_crossed(points, whole, rest, one_way)
        value, left_out = (share(one, form, k, q) for one in estimates[one_way])
        left_out[rest.within_unit == 0] = 1.0
        left_out[~enough] = np.nan
        if np.isnan(value):
            found[form] = Coefficient.undefined(Reason.NO_VARIATION, n)
        elif value == 1:
            found[form] = Coefficient.without_interval(1.0, Reason.NO_VARIATION, n)
        else:
            error = of_graders(estimates[one_way][0], form, k, q, points)
            found[form] = interval(float(value), left_out, error, n)
    return found


def one_way_or_crossed(points: Points, whole: Sums, rest: Sums, one_way: bool) -> tuple[Components, Components]:
    """Return the components of unit, grader and residual, and those without each unit, not finite where none are."""
    # Too little may be left to divide by.
    with np.errstate(divide="ignore", invalid="ignore"):
        if not one_way:
            return fitted(points, whole)[0], rest.components()
        (between, within), (between_left, within_left) = whole.one_way(), rest.one_way()
        return (between, 0.0, within), (between_left, 0.0, within_left)


def share(components: Components, form: Form, k: float, q: float) -> Floats:
    """Return the part of the unit in the sum that the form names; NaN where the sum is not positive."""
    unit, grader, residual = (np.asarray(part, dtype=np.float64) for part in components)
    weight, per_mean = weights(form, k, q)
    with np.errstate(invalid="ignore"):
        below = unit + weight * grader + per_mean * residual
        rounding = ROUNDING * (np.abs(unit) + np.abs(grader) + np.abs(residual))
        positive = np.isfinite(below) & (below > rounding)
    result = np.full(below.shape, np.nan)
    np.divide(unit, below, out=result, where=positive)
    return result


def weights(form: Form, k: float, q: float) -> tuple[float, float]:
    """Return how much of the grader's and of the residual variance the form's sum has."""
    per_mean = 1 / k if form[2] == "k" else 1.0
    return per_mean if form[0] != "C" else q if form[2] == "k" else 0.0, per_mean


def of_graders(components: Components, form: Form, k: float, q: float, points: Points) -> float:
    """Return the standard error that comes from the choice of graders, by the delta method."""
    unit, grader, residual = components
    weight, per_mean = weights(form, k, q)
    slope = unit * weight / (unit + weight * grader + per_mean * residual) ** 2
    # As many equally busy graders would give the mean severity the same variance.
    graders = points.n_ratings**2 / float((points.grader_size**2).sum())
    return float(abs(slope) * grader * math.sqrt(2 / (graders - 1)))


def interval(value: float, left_out: Floats, of_graders: float, n: int) -> Coefficient:
    """Return the coefficient with its jackknife over units, widened by the error that graders add."""
    weight = np.ones(len(left_out))
    found = jackknife(value, left_out, weight, n, scale="fisher")
    if found.standard_error is None or of_graders == 0:
        return found
    wider = math.hypot(found.standard_error, of_graders) / found.standard_error
    mean = left_out.mean()
    return jackknife(value, mean + wider * (left_out - mean), weight, n, scale="fisher")


def apart(points: Points, k: float) -> float:
    """Return q, the weight of the graders' variance in a comparison of two units' means; 0 if all share all graders."""
    per_rating = (1 / points.unit_size)[points.unit]
    by_grader = np.bincount(points.grader, per_rating, points.n_graders)
    shared = float((by_grader**2).sum() - (per_rating**2).sum())
    return 1 / k - shared / (points.n_units * (points.n_units - 1))
