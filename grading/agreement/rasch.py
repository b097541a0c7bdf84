"""Severity of graders and difficulty of criteria on one scale: the many-facet Rasch model, as a report."""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from grading.agreement.coefficient import Reason
from grading.agreement.rasch_measures import ManyFacetRasch
from grading.agreement.rasch_report import report
from grading.agreement.rasch_scores import Model, Scores
from grading.agreement.ratings import Ratings

# So many binary digits name the criteria of a sheet.
MOST_CRITERIA = 50


def many_facet_rasch(criteria: Sequence[Ratings], *, model: Model = "rating_scale") -> ManyFacetRasch:
    """Return severities, difficulties and fair averages of a rubric, by the many-facet Rasch model.

    log P(x)/P(x−1) = θ_i − λ_r − δ_c − τ_x for the score x of unit i by grader r on criterion c, with ability
    θ ~ N(0, σ²), severity λ, difficulty δ, and thresholds τ that the criteria share (`rating_scale`) or have of their
    own, τ_cx (`partial_credit`). Scores are 0, 1, … over the levels in use. Marginal maximum likelihood: θ is summed
    over 21 nodes from −6 to 6 as in TAM, or over finer and wider ones where the ratings of a unit, or σ, need them.
    Severities are then shifted to sum to 0 in each connected component, and thresholds in each criterion.

    Parameters
    ----------
    criteria : sequence of Ratings
        One per criterion, at most 50; units and graders are matched by their labels. Of repeated ratings the last
        one counts.
    model : {"rating_scale", "partial_credit"}, default "rating_scale"
        Whether criteria share their thresholds. They then have the same declared levels; levels from data are pooled.

    Returns
    -------
    ManyFacetRasch
        Severity and difficulty in logits. Graders and criteria with the least or the greatest level only would be
        infinitely severe or easy: they have no measure (`no_variation`), and the others are estimated without them.
        No report for levels without an order, or that differ in the rating scale model (`wrong_scale`), no unit with
        two graders (`no_overlap`), one such unit (`one_unit`), or where nothing is left that varies (`no_variation`).
        In a graph of several parts each has severities of its own, since only the guess that units are equally able
        in all would link them.

    Raises
    ------
    ValueError
        An unknown model; more than 50 criteria.

    References
    ----------
    Linacre, J. M. (1989). Many-facet Rasch measurement. Andrich, D. (1978), doi 10.1007/BF02293814; Masters, G. N.
    (1982), doi 10.1007/BF02296272. Marginal likelihood: Bock, R. D. & Aitkin, M. (1981), doi 10.1007/BF02293801.
    Infit and outfit: Wright, B. D. & Masters, G. N. (1982). Rating scale analysis; over the posterior of ability as
    Robitzsch, A., Kiefer, T. & Wu, M., R package TAM.

    Examples
    --------
    >>> content = Ratings.from_table([[0, 1, 0], [1, 2, 1], [2, 2, 1], [1, 2, 2], [0, 1, 1]])
    >>> style = Ratings.from_table([[1, 1, 0], [0, 2, 1], [2, 2, 2], [1, 1, 2], [0, 0, 1]])
    >>> found = many_facet_rasch([content, style])
    >>> [round(grader.severity, 1) for grader in found.graders]
    [1.1, -1.2, 0.0]
    """
    if model not in get_args(Model):
        raise ValueError(f"The model is {model!r}; it is one of {', '.join(get_args(Model))}.")
    if len(criteria) > MOST_CRITERIA:
        raise ValueError(f"There are {len(criteria)} criteria; at most {MOST_CRITERIA} can be told apart.")
    whole = Scores.of(criteria, model)
    if whole is None:
        return undefined(Reason.WRONG_SCALE)
    kept = whole.finite(model)
    reason = few_shared(whole) or (few_shared(kept) if len(kept.unit) else Reason.NO_VARIATION)
    return report(whole, kept, model) if reason is None else undefined(reason)


def undefined(reason: Reason) -> ManyFacetRasch:
    """Return the report that says nothing but why."""
    none = np.empty(0)
    return ManyFacetRasch((), (), (), (), none.astype(np.intp), none, none, (), None, None, 0, False, reason)


def few_shared(scores: Scores) -> Reason | None:
    """Return why severities cannot be compared with so few units in common, if so."""
    n_graders = max(len(scores.grader_labels), 1)
    graders = np.bincount(np.unique(scores.unit * n_graders + scores.grader) // n_graders, minlength=1)
    shared = int(np.count_nonzero(graders >= 2))
    return (Reason.NO_OVERLAP, Reason.ONE_UNIT)[shared] if shared < 2 else None
