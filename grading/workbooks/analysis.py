"""The whole of `analyse`: from a file of marks to the object it prints. Knows nothing of the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from grading.agreement import OutsideTolerance, Ratings, Reason, mean, median, outside_tolerance, spread_exceeds
from grading.queries.panel import panel_of
from grading.workbooks.columns import MOST_ORDINAL_LEVELS, Criterion, Mark
from grading.workbooks.comparison import (
    averaged,
    compare_criterion,
    compare_points,
    scores,
    sum_by_unit,
)
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.marks import by_unit, most_frequent, readings, total_of
from grading.workbooks.panel import coefficients, groups_of, pair_rows

TIE = "tie"


@dataclass(frozen=True)
class Reference:
    """Reference marks by unit: of each criterion in order, or of the total alone."""

    marks: Sequence[Mapping[str, Sequence[Mark]]]
    of_total: bool = False


@dataclass(frozen=True)
class Analysed:
    """A criterion with its ratings, coded and by unit."""

    criterion: Criterion
    ratings: Ratings
    by_unit: Mapping[str, Mapping[str, Mark]]


def analyse(marks: MarkFile, *, reference: Reference | None = None, anchored: Collection[str] = ()) -> dict[str, Any]:
    """Return the object that the command prints; its keys are a contract: more may come, none goes."""
    total = total_of(marks.criteria)
    criteria = [analysed(marks, criterion) for criterion in (*marks.criteria, *([total] if total else []))]
    single = criteria[: len(marks.criteria)]
    rated = [any(mark is not None for mark in row) for row in zip(*(c.marks for c in marks.criteria), strict=True)]
    graph = Ratings.from_long(marks.units, marks.graders, [1 if one else None for one in rated], repeats="keep")
    counts = readings(marks)
    notes = list(marks.notes)
    if total is None and len(single) > 1:
        notes.append(_("There is no total: some criteria are labels without points."))
    return {
        "n_units": len(set(graph.unit.tolist())),
        "n_graders": len(counts),
        "n_marks": sum(one.ratings.n_ratings for one in single),
        "components": graph.components.count,
        "notes": notes,
        "criteria": {one.criterion.name: describe(one, marks) for one in criteria},
        "graders": [
            grader_row(str(label), counts[str(label)], int(component), criteria)
            for label, component in zip(graph.grader_labels, graph.components.of_grader, strict=True)
            if component >= 0
        ],
        "consensus": list(consensus_rows(criteria)),
        "flags": [row for one in criteria for row in flag_rows(one)],
        **(compare(criteria, single, reference, anchored) if reference else {"reference": {}}),
    }


def analysed(marks: MarkFile, criterion: Criterion) -> Analysed:
    ratings = criterion.ratings(marks.units, marks.graders, marks.repeats)
    return Analysed(criterion, ratings, by_unit(marks, criterion))


def describe(one: Analysed, marks: MarkFile) -> dict[str, Any]:
    criterion, notes = one.criterion, list(one.criterion.notes)
    repeated = sum(mark is not None for mark in criterion.marks) - one.ratings.latest().n_ratings
    if repeated:
        sentence = _("Marks given again to the same unit: {count}; coefficients take the last one.")
        notes.append(sentence.format(count=repeated))
    return {
        "scale": criterion.scale,
        "weights": criterion.weights,
        "levels": None if criterion.levels is None else [tidy(level) for level in criterion.levels],
        "levels_from": criterion.levels_from,
        "notes": notes,
        "coefficients": {
            key: asdict(coefficient)
            for key, coefficient in coefficients(criterion, one.ratings, marks.clusters).items()
        },
        "panel": panel_of(one.ratings, criterion.scale, clusters=groups_of(one.ratings, marks.clusters)),
        **pair_rows(criterion, one.ratings),
    }


def grader_row(label: str, n: int, component: int, criteria: Sequence[Analysed]) -> dict[str, Any]:
    unknown = {"severity": None, "low": None, "high": None}
    return {
        "id": label,
        "n": n,
        **unknown,
        "component": component,
        "criteria": {one.criterion.name: dict(unknown) for one in criteria},
        "flags": None,
        "reason": Reason.NOT_COMPUTED,
    }


def consensus_rows(criteria: Sequence[Analysed]) -> Iterator[dict[str, Any]]:
    """Yield a row per unit and criterion; a unit without marks on a criterion has n = 0."""
    units = dict.fromkeys(unit for one in criteria for unit in one.by_unit)
    for unit in units:
        for one in criteria:
            given = one.by_unit.get(unit, {})
            row: dict[str, Any] = {"unit": unit, "criterion": one.criterion.name, "n": len(given)}
            for field in ("mean", "median", "adjusted", "estimate", "standard_error", "majority", "label"):
                row[field] = None
            row |= {"probability": None, "reason": Reason.NOT_COMPUTED}
            if not given:
                row["reason"] = Reason.TOO_FEW
            elif one.criterion.has_points:
                points = [float(mark) for mark in given.values()]
                row |= {"mean": mean(points), "median": median(points)}
            else:
                tied = most_frequent(given)
                unique = len(tied) == 1
                row |= {
                    "majority": tidy(tied[0]) if unique else None,
                    "reason": Reason.WRONG_SCALE if unique else TIE,
                }
            yield row


def flag_rows(one: Analysed) -> Iterator[dict[str, Any]]:
    """Yield the flags of the tolerance rule: one level; for totals and scales of many points a tenth of the maximum."""
    criterion = one.criterion
    levels = criterion.levels or ()
    in_steps = 0 < len(levels) <= MOST_ORDINAL_LEVELS
    if not criterion.has_points or not (in_steps or criterion.highest):
        return
    # Levels from the data may lack one between two others: there a step is one point.
    steps = [float(level) for level in levels] if criterion.levels_from == "declared" else None
    for unit, given in one.by_unit.items():
        points = {grader: float(mark) for grader, mark in given.items()}
        outside: OutsideTolerance | None = None
        if in_steps:
            outside = outside_tolerance(points, steps)
        elif criterion.highest is not None and criterion.highest > 0:
            outside = spread_exceeds(points, criterion.highest)
        if outside is None:
            continue
        alone = outside.graders if len(given) > 2 and outside.graders else (None,)
        for grader in alone:
            yield {
                "unit": unit,
                "grader": grader,
                "criterion": criterion.name,
                "reason": "outside_tolerance",
                "z": None,
                "graders": list(given),
                "spread": outside.spread,
                "tolerance": outside.tolerance,
            }


def compare(
    criteria: Sequence[Analysed], single: Sequence[Analysed], reference: Reference, anchored: Collection[str]
) -> dict[str, Any]:
    """Return the comparison of the total, or of the only criterion, and of each criterion that has a reference."""
    by_name: dict[str, dict[str, Any]] = {}
    total = criteria[-1] if len(criteria) > len(single) else None
    if not reference.of_total:
        for one, truth in zip(single, reference.marks, strict=True):
            by_name[one.criterion.name] = compare_criterion(one.criterion, one.by_unit, truth, anchored)
    if total is not None:
        true_total = sum_by_unit([averaged(truth) for truth in reference.marks])
        medians = sum_by_unit([scores(median, one.by_unit) for one in single])
        by_name[total.criterion.name] = {
            "mean": compare_points(scores(mean, total.by_unit), true_total, anchored),
            "median": compare_points(scores(median, total.by_unit), true_total, anchored),
            "criterion_medians": compare_points(medians, true_total, anchored),
        }
    main = total or (single[0] if len(single) == 1 else None)
    return {"reference": by_name[main.criterion.name] if main else {}, "reference_by_criterion": by_name}


def tidy(mark: Mark) -> Mark | int:
    """Return whole numbers as people write them."""
    return int(mark) if isinstance(mark, float) and mark.is_integer() else mark
