"""Labels from graders who err each in their own way, by the model of Dawid and Skene."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.label_model import FEW, Cells, Fit, Floats, Integers, climb, first_shares, shares_right
from grading.agreement.ratings import Ratings

Rows = tuple[tuple[float, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class GraderConfusion:
    """How one grader labels units of each true level.

    Parameters
    ----------
    n : int
        Ratings of the grader, repeated ones too.
    one_coin : bool
        Whether the grader has too few ratings for a matrix, and is described by one share of right labels.
    rows : tuple of (tuple of float or None)
        Per true level the probability of each label, which sum to 1. None for a level that, with a prior of 0, none
        of the grader's units has.
    right : float or None
        Probability of the right label, over the shares of the levels; None where a row that counts there is None.
    """

    n: int
    one_coin: bool
    rows: Rows
    right: float | None


@dataclass(frozen=True, eq=False)
class DawidSkene:
    """Labels of units and errors of graders.

    Parameters
    ----------
    unit : ndarray of int, shape (n_rated,)
        The units with a rating, as positions in `ratings.unit_labels`, ascending.
    probability : ndarray, shape (n_rated, n_levels)
        Of each level; rows sum to 1.
    label : ndarray of int, shape (n_rated,)
        The most probable level, as its position in `ratings.levels`; of equal ones the first.
    shares : tuple of float
        Share of the units at each level (class marginals).
    graders : tuple of (GraderConfusion or None)
        In the order of `ratings.grader_labels`; None for a grader without a rating.
    log_likelihood : float or None
        Of the ratings, natural logarithm, without the prior.
    log_posterior : float or None
        The same plus the logarithm of the prior's density, up to a constant: what the best start has the highest of.
    iterations : int
        Of the best start.
    converged : bool
        Whether that start came to rest.
    start : int or None
        The best start: 0 began from the shares of votes, a higher one at random.
    reason : Reason or None
        Why there are no labels; all arrays and tuples are then empty.
    """

    unit: Integers
    probability: Floats
    label: Integers
    shares: tuple[float, ...]
    graders: tuple[GraderConfusion | None, ...]
    log_likelihood: float | None
    log_posterior: float | None
    iterations: int
    converged: bool
    start: int | None
    reason: Reason | None


def dawid_skene(
    ratings: Ratings, *, prior: float = 0.25, starts: int = 10, rng: np.random.Generator | None = None
) -> DawidSkene:
    """Return the most probable level of each unit and the errors of each grader, where levels are mere labels.

    A unit has level k with probability p_k, and grader r then labels it l with probability π_rkl, independently of the
    others: P(labels of unit i) = Σ_k p_k Π_(r,l) π_rkl, over its labels l by graders r. Expectation-maximisation climbs
    from the shares of votes, and from such shares with each vote weighted at random: T_ik ∝ p_k Π π_rkl, then p_k the
    mean of T_ik over units and π_rkl ∝ prior + Σ T_ik over the units that r labelled l. The start that ends with the
    highest posterior density is kept. A grader with fewer than 30 ratings has one share c_r of right labels instead:
    π_rkk = c_r, all errors alike.

    Parameters
    ----------
    ratings : Ratings
        Levels need no order. Repeated ratings all count, if they were kept.
    prior : float, default 0.25
        Pseudo-ratings added to each place of a grader's matrix: a Dirichlet prior with 1 + prior each. With 0 the
        likelihood alone is maximised; the default is light, and yet leaves no probability at 0.
    starts : int, default 10
        Climbs, the first from the shares of votes. The likelihood has several tops.
    rng : numpy.random.Generator, optional
        Draws the other starts; they depend on the order of the ratings too. By default always the same draws.

    Returns
    -------
    DawidSkene
        Probabilities in [0, 1]: 1 is certain under the model. Only for units with a rating. Labels are named by what
        most graders call them. Nothing for no rated unit or none with two ratings (`no_overlap`), one such unit
        (`one_unit`), one grader (`needs_two_graders`), one level in use (`no_variation`). A graph in several parts is
        no hindrance: they share the p_k alone.

    Raises
    ------
    ValueError
        A prior below 0 or not finite; no start.

    References
    ----------
    Dawid, A. P. & Skene, A. M. (1979), doi 10.2307/2346806. Random weights: Rubin, D. B. (1981), doi
    10.1214/aos/1176345338.

    Examples
    --------
    >>> votes = [["a", "a", "b"], ["b", "b", "a"], ["a", "a", "a"], ["b", "b", "b"], ["b", "b", "a"]]
    >>> found = dawid_skene(Ratings.from_table(votes))
    >>> found.label.tolist(), [round(share, 2) for share in found.shares]
    ([0, 1, 0, 1, 1], [0.4, 0.6])
    """
    if not 0 <= prior < np.inf:
        raise ValueError(f"The prior is {prior}; it is a finite number, 0 or more.")
    if starts < 1:
        raise ValueError(f"There are {starts} starts; at least 1 is needed.")
    reason = why_undefined(ratings)
    if reason is not None:
        none = np.empty(0, dtype=np.intp)
        return DawidSkene(none, np.empty((0, len(ratings.levels))), none, (), (), None, None, 0, False, None, reason)
    cells = Cells.of(ratings, float(prior))
    draws = np.random.default_rng(0) if rng is None else rng
    best = climb(cells, first_shares(cells, None))
    start = 0
    for number in range(1, starts):
        fit = climb(cells, first_shares(cells, draws))
        if fit.log_posterior > best.log_posterior:
            best, start = fit, number
    return DawidSkene(
        unit=cells.rated,
        probability=best.probability,
        label=best.probability.argmax(axis=1),
        shares=tuple(best.shares.tolist()),
        graders=confusions(ratings, cells, best),
        log_likelihood=best.log_likelihood,
        log_posterior=best.log_posterior,
        iterations=best.iterations,
        converged=best.converged,
        start=start,
        reason=None,
    )


def why_undefined(ratings: Ratings) -> Reason | None:
    """Return why the labels cannot be told from each other's errors, if so."""
    size = np.bincount(ratings.unit, minlength=1)
    if size.max() < 2:
        return Reason.NO_OVERLAP
    if np.count_nonzero(np.bincount(ratings.grader)) < 2:
        return Reason.NEEDS_TWO_GRADERS
    if np.count_nonzero(size >= 2) < 2:
        return Reason.ONE_UNIT
    return Reason.NO_VARIATION if np.ptp(ratings.code) == 0 else None


def confusions(ratings: Ratings, cells: Cells, fit: Fit) -> tuple[GraderConfusion | None, ...]:
    """Return the matrix of each grader."""
    n = np.bincount(ratings.grader, minlength=ratings.n_graders).tolist()
    ends = np.append(cells.first, len(cells.grader)).tolist()
    mass = np.add.reduceat(fit.table, cells.first)
    right = shares_right(cells, fit.table, mass)
    found: list[GraderConfusion | None] = [None] * ratings.n_graders
    for place, grader in enumerate(cells.grader[cells.first].tolist()):
        part = slice(ends[place], ends[place + 1])
        if n[grader] < FEW:
            table = one_coin_table(float(right[place]), cells.n_levels)
        else:
            table = cells.matrix(part, fit.table[part], mass[place])
        defined = table.sum(axis=1) > 0.5
        own = fit.shares * table.diagonal()
        overall = float(own.sum()) if defined[fit.shares > 0].all() else None
        rows = tuple(tuple(row) if known else None for row, known in zip(table.tolist(), defined, strict=True))
        found[grader] = GraderConfusion(n[grader], n[grader] < FEW, rows, overall)
    return tuple(found)


def one_coin_table(right: float, n_levels: int) -> NDArray[np.float64]:
    """Return the matrix of a grader whose errors are all alike."""
    table = np.full((n_levels, n_levels), (1 - right) / (n_levels - 1))
    np.fill_diagonal(table, right)
    return table
