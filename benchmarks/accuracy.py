"""How far are the scores of each method from the reference?  `make bench-accuracy ARGS="--json FILE"`

Totals of real marks against what experts gave the same papers: root of the mean square error, the same without the
difference of the means, correlation, quadratic kappa of whole points, and the standard error of the first (over papers;
of methods with anchors, over random draws of the anchored papers, with the error on all other papers). Where a set has
no reference, single ratings are held out and foretold: by the mean of the paper's other ratings, and by the model. No
method sees a reference mark but those of its anchors. EDU_CROWD_DATA names the folder of the marks.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._marks import Marks, NoData, immer01a, peer_tutor, ratings3
from grading.agreement import Ratings
from grading.agreement.severity import SeverityModel, severity_model

Floats = NDArray[np.float64]
Figures = dict[str, float]

ANCHORS = (5, 10, 20)
WITH_REFERENCE = {"peer_tutor": peer_tutor}
HELD_OUT = {"immer01a": immer01a, "ratings3": ratings3}
SHARE_HELD_OUT = 0.1


class Criteria:
    """The criteria of one data set, with the models that several methods share."""

    def __init__(self, marks: Marks) -> None:
        self.ratings = {name: Ratings.from_long(marks.unit, marks.grader, p) for name, p in marks.points.items()}
        self.models = {name: severity_model(ratings) for name, ratings in self.ratings.items()}
        self.units = list(dict.fromkeys(marks.unit))
        self.given = [{unit: [] for unit in self.units} for _ in marks.points]  # points of each unit, by criterion
        for given, points in zip(self.given, marks.points.values(), strict=True):
            for unit, value in zip(marks.unit, points, strict=True):
                given[unit].append(value)
        self.reference = {
            name: np.array([of_unit[unit] for unit in self.units]) for name, of_unit in marks.reference.items()
        }

    def with_anchors(self, anchored: NDArray[np.intp]) -> Floats:
        """Return the totals of the estimates once the reference of some units is known.

        Anchors say nothing of the variances, which are those of the models without.
        """
        total = np.zeros(len(self.units))
        for name, plain in self.models.items():
            anchors = {self.units[place]: float(self.reference[name][place]) for place in anchored.tolist()}
            variances = plain.unit or 0.0, plain.grader or 0.0, plain.residual or 0.0
            found = severity_model(self.ratings[name], anchors=anchors, variances=variances, start=plain)
            total += estimates(found)
        return total


def estimates(model: SeverityModel) -> Floats:
    """Return the estimates of all units, which all have ratings here, in the order of their labels."""
    if model.fit is None:
        raise ValueError(f"There are no estimates: {model.reason}.")
    return model.fit.offset + model.fit.scale * model.fit.solution.estimate


def of_scripts(field: str) -> Callable[[Criteria], Floats]:
    """Return the method that adds up one of the numbers that the model keeps for every unit."""

    def method(data: Criteria) -> Floats:
        return np.array([sum(getattr(m.scripts[unit], field) for m in data.models.values()) for unit in data.units])

    return method


def median(data: Criteria) -> Floats:
    totals = ([sum(points) for points in zip(*(c[unit] for c in data.given), strict=True)] for unit in data.units)
    return np.array([np.median(values) for values in totals])


def criterion_medians(data: Criteria) -> Floats:
    return np.array([sum(np.median(c[unit]) for c in data.given) for unit in data.units])


METHODS: dict[str, Callable[[Criteria], Floats]] = {
    "mean": of_scripts("mean"),
    "median": median,
    "criterion_medians": criterion_medians,
    "adjusted": of_scripts("adjusted"),
    "estimate": of_scripts("estimate"),
}


def compare(scores: Floats, reference: Floats) -> Figures:
    errors = scores - reference
    rmse = float(np.sqrt(np.mean(errors**2)))
    return {
        "rmse": rmse,
        "centred_rmse": float(errors.std()),
        "r": float(np.corrcoef(scores, reference)[0, 1]),
        "qwk": quadratic_kappa(np.floor(scores + 0.5), np.floor(reference + 0.5)),
        "se": float((errors**2).std(ddof=1) / (2 * rmse * np.sqrt(len(errors)))),
    }


def quadratic_kappa(one: Floats, other: Floats) -> float:
    """Return Cohen's kappa with quadratic weights, 1 − mean square difference over what chance would give."""
    by_chance = one.var() + other.var() + (one.mean() - other.mean()) ** 2
    return float(1 - np.mean((one - other) ** 2) / by_chance)


def with_drawn_anchors(data: Criteria, n: int, draws: int) -> Figures:
    """Return the mean figures over random draws of n anchors, on the other units; `se` is that of the mean RMSE."""
    rng = np.random.default_rng(n)
    reference = sum(data.reference.values(), np.zeros(len(data.units)))
    found = []
    for _ in range(draws):
        anchored = rng.choice(len(data.units), n, replace=False)
        rest = np.setdiff1d(np.arange(len(data.units)), anchored)
        found.append(compare(data.with_anchors(anchored)[rest], reference[rest]))
    mean = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
    return mean | {"se": float(np.std([one["rmse"] for one in found], ddof=1) / np.sqrt(draws))}


def against_reference(marks: Marks, draws: int) -> dict[str, Figures]:
    data = Criteria(marks)
    reference = sum(data.reference.values(), np.zeros(len(data.units)))
    found = {name: compare(method(data), reference) for name, method in METHODS.items()}
    return found | {f"estimate_anchors_{n}": with_drawn_anchors(data, n, draws) for n in ANCHORS}


def held_out(marks: Marks, repeats: int) -> dict[str, Figures]:
    """Return how well held-out ratings are foretold, over all criteria; `se` is over random choices of them."""
    rounds: dict[str, list[Figures]] = {"mean": [], "estimate": []}
    for seed in range(repeats):
        foretold: dict[str, list[float]] = {"mean": [], "estimate": [], "given": []}
        for points in marks.points.values():
            hold_out(marks, points, np.random.default_rng(seed), foretold)
        given = np.array(foretold["given"])
        for name, figures in rounds.items():
            figures.append(compare(np.array(foretold[name]), given))
    found = {}
    for name, figures in rounds.items():
        found[name] = {key: float(np.mean([one[key] for one in figures])) for key in figures[0]}
        found[name]["se"] = float(np.std([one["rmse"] for one in figures], ddof=1) / np.sqrt(repeats))
    return found


def hold_out(
    marks: Marks, points: list[float | None], rng: np.random.Generator, foretold: dict[str, list[float]]
) -> None:
    """Hide a tenth of one criterion's ratings, of papers that keep one, and foretell them."""
    hidden = rng.random(len(points)) < SHARE_HELD_OUT
    kept = [None if hide else value for hide, value in zip(hidden.tolist(), points, strict=True)]
    model = severity_model(Ratings.from_long(marks.unit, marks.grader, kept))
    for place in np.flatnonzero(hidden).tolist():
        unit, given = marks.unit[place], points[place]
        expected, script = model.expected(unit, marks.grader[place]), model.scripts[unit]
        if given is not None and expected is not None and script.mean is not None:
            foretold["given"].append(given)
            foretold["estimate"].append(expected)
            foretold["mean"].append(script.mean)


def show(name: str, figures: dict[str, Figures]) -> None:
    print(f"\n{name}")
    print(f"{'method':22}{'RMSE':>8}{'SE':>7}{'centred':>9}{'r':>7}{'QWK':>7}")
    for method, one in figures.items():
        numbers = f"{one['rmse']:8.3f}{one['se']:7.3f}{one['centred_rmse']:9.3f}{one['r']:7.3f}{one['qwk']:7.3f}"
        print(f"{method:22}{numbers}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--draws", type=int, default=200, help="of anchors")
    options = parser.parse_args()
    began, found = time.perf_counter(), dict[str, dict[str, Figures]]()
    try:
        for name, load in WITH_REFERENCE.items():
            found[name] = against_reference(load(), options.draws)
            show(f"{name}: totals against the reference", found[name])
        for name, load in HELD_OUT.items():
            found[name] = held_out(load(), repeats=10)
            better = 1 - found[name]["estimate"]["rmse"] / found[name]["mean"]["rmse"]
            show(f"{name}: held-out ratings, {better:.1%} better than the mean", found[name])
    except NoData as reason:
        print(reason)
    print(f"\n{time.perf_counter() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
