"""What the base readings of a round say about agreement, as its reports keep it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grading.agreement import Ratings
from grading.agreement.confusion import confusion
from grading.agreement.criteria import criterion_matrix
from grading.agreement.pairs import pairwise
from grading.agreement.pooling import busiest, pooled
from grading.models import Round
from grading.queries.enlistment import who_may_see_names
from grading.queries.mark import base_readings
from grading.queries.panel import panel_of
from rubrics.models import Criterion

# A picture of more levels shows nothing.
MOST_LEVELS = 12
# Of the pairs of graders a page shows the busiest as a table, and by name those who share enough and agree least.
BUSIEST, ENOUGH_SHARED, MOST_PAIRS = 12, 5, 100


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the base readings of one criterion say."""

    criterion: Criterion
    ratings: Ratings
    scale: Any
    coefficients: dict[str, dict[str, Any]]
    panel: dict[str, Any]


def measure(round_: Round, criterion: Criterion) -> Measured:
    """Return the figures of one criterion. Marks off the levels make it a matter of points."""
    rows = base_readings(round_, criterion)
    not_blind = (
        set() if round_.is_blind else set(who_may_see_names().filter(round=round_).values_list("grader", flat=True))
    )
    levels = sorted(float(level.points) for level in criterion.levels.all())
    on_levels = all(float(points) in levels for _, _, points in rows)
    ratings = Ratings.from_long(
        [script for script, _, _ in rows],
        [grader for _, grader, _ in rows],
        [float(points) for _, _, points in rows],
        levels=levels if on_levels else None,
        blind=[grader not in not_blind for _, grader, _ in rows],
    )
    scale: Any = criterion.scale if on_levels else Criterion.Scale.INTERVAL
    rest = panel_of(ratings, scale)
    coefficients = rest.pop("coefficients")
    if on_levels and len(levels) <= MOST_LEVELS:
        shares = np.bincount(ratings.code, minlength=len(levels)) / max(ratings.n_ratings, 1)
        rest |= {"levels": levels, "given": shares.tolist(), "confusion": confusion(ratings).tolist()}
    return Measured(criterion=criterion, ratings=ratings, scale=scale, coefficients=coefficients, panel=rest)


def pair_table(round_: Round, measured: Sequence[Measured]) -> dict[str, Any]:
    """Return what is shown of the pairs: those of the busiest graders, and those who agree least."""
    by_question = round_.unit == Round.Unit.QUESTION
    pairs = pooled(
        (
            one.criterion.rubric.question_id if by_question else None,
            float(one.criterion.weight),
            pairwise(one.ratings, weights="identity" if one.scale == Criterion.Scale.NOMINAL else "quadratic"),
        )
        for one in measured
    )
    graders = {label for one in measured for label in one.ratings.grader_labels}
    matrix = busiest(pairs, BUSIEST)
    shown = [pair for place, row in enumerate(matrix.rows) for pair in row[place:] if pair]
    enough = sorted((pair for pair in pairs if pair.n_units >= ENOUGH_SHARED), key=lambda pair: pair.exact)
    return {
        "graders": len(graders),
        "all": len(pairs),
        "enough": len(enough),
        "busiest": list(matrix.graders),
        "rows": [asdict(pair) for pair in shown],
        "least": [asdict(pair) for pair in enough[:MOST_PAIRS]],
    }


def criterion_table(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """Return how the criteria of the same scripts go together."""
    graded = [one for one in measured if one.scale != Criterion.Scale.NOMINAL]
    return [
        {
            "first": graded[pair.first].criterion.pk,
            "second": graded[pair.second].criterion.pk,
            "pearson": asdict(pair.pearson),
            "spearman": asdict(pair.spearman),
        }
        for pair in criterion_matrix([one.ratings for one in graded])
        if pair.spearman.n_units
    ]
