"""The many-facet Rasch model written as it is said, and rounds drawn from it."""

import math

import numpy as np
from hypothesis import strategies as st

from grading.agreement import Ratings
from grading.agreement.rasch_fit import Parameters
from grading.agreement.rasch_sheets import Sheets

Row = tuple[int, int, int, int]


def chances(apart: float, steps: list[float]) -> list[float]:
    """Return the probability of each score, from the log odds of neighbours."""
    odds = [1.0]
    for step in steps:
        odds.append(odds[-1] * math.exp(apart - step))
    return [each / sum(odds) for each in odds]


def obvious_posteriors(rows: list[Row], parameters: Parameters, theta: list[float]):
    """Return each unit's likelihood at each node, times its normal weight, written as the model is said."""
    prior = [math.exp(-((t / parameters.spread) ** 2) / 2) for t in theta]
    found = {}
    for unit in sorted({row[0] for row in rows}):
        found[unit] = [p / sum(prior) for p in prior]
        for _, grader, criterion, score in (row for row in rows if row[0] == unit):
            for place, t in enumerate(theta):
                apart = t - parameters.severity[grader]
                found[unit][place] *= chances(apart, parameters.steps[criterion].tolist())[score]
    return found


def obvious_likelihood(rows: list[Row], parameters: Parameters, theta: list[float]) -> float:
    return sum(math.log(sum(joint)) for joint in obvious_posteriors(rows, parameters, theta).values())


def obvious_mean_squares(rows: list[Row], parameters: Parameters, theta: list[float], side: int, place: int):
    squares, variances, standardised, n = 0.0, 0.0, 0.0, 0
    joint = obvious_posteriors(rows, parameters, theta)
    for row in (row for row in rows if row[side] == place):
        unit, grader, criterion, score = row
        n += 1
        for weight, t in zip(joint[unit], theta, strict=True):
            weight /= sum(joint[unit])
            p = chances(t - parameters.severity[grader], parameters.steps[criterion].tolist())
            mean = sum(x * each for x, each in enumerate(p))
            variance = sum((x - mean) ** 2 * each for x, each in enumerate(p))
            squares += weight * (score - mean) ** 2
            variances += weight * variance
            standardised += weight * (score - mean) ** 2 / variance
    return squares / variances, standardised / n


TOPS = [2, 3]


@st.composite
def small_rounds(draw):
    """Return ratings of at most 4 units by 3 graders on two criteria, without gaps in the numbers, and parameters."""
    places = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))
    drawn = draw(st.lists(places, min_size=4, max_size=16, unique=True))
    drawn += [(0, 0, 0), (0, 1, 1), (0, 2, 0)]
    units = {unit: place for place, unit in enumerate(sorted({unit for unit, _, _ in drawn}))}
    rows = [(units[u], g, c, draw(st.integers(0, TOPS[c]))) for u, g, c in dict.fromkeys(drawn)]
    number = st.floats(-2, 2)
    severity = np.array([draw(number) for _ in range(3)])
    steps = [np.array([draw(number) for _ in range(top)]) for top in TOPS]
    return rows, Parameters(severity, steps, draw(st.floats(0.5, 2)))


def sheets_of(rows: list[Row]) -> Sheets:
    return Sheets.of(*np.array(rows, dtype=np.intp).T, np.array(TOPS, dtype=np.intp), 3)


def simulated(rng, n_units=300, severities=(-0.8, -0.3, 0.0, 0.4, 0.7), per_unit=3, spread=1.2):
    """Return the table of ratings per criterion, drawn from the rating scale model."""
    difficulties, thresholds = (-0.4, 0.1, 0.3), (-1.2, 0.1, 1.1)
    ability = spread * rng.normal(size=n_units)
    tables = [[[None] * len(severities) for _ in range(n_units)] for _ in difficulties]
    for unit in range(n_units):
        for grader in rng.choice(len(severities), per_unit, replace=False).tolist():
            for c, difficulty in enumerate(difficulties):
                p = chances(ability[unit] - severities[grader] - difficulty, list(thresholds))
                tables[c][unit][grader] = int(rng.choice(4, p=p))
    return ability, tables


def ratings_of(tables, **how):
    return [Ratings.from_table(table, **({"levels": [0, 1, 2, 3]} | how)) for table in tables]
