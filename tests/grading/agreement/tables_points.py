"""Published tables of points, and slow obvious versions of what adds squares: exact fractions and dense matrices."""

from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import minimize

Table = list[list[Any]]

# Shrout & Fleiss (1979), table 2: six targets by four judges.
SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

# R package irr, data set anxiety: twenty persons by three raters, columns as rows here.
ANXIETY = list(
    zip(
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
        strict=True,
    )
)

# Bland & Altman (1986), table 1: peak flow of 17 subjects, first reading of the large and of the mini meter, l/min.
PEAK_FLOW = list(
    zip(
        [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427],
        [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451],
        strict=True,
    )
)


def mean(values):
    values = [Fraction(value) for value in values]
    return sum(values, Fraction(0)) / len(values)


def obvious_mean_squares(table: Table) -> dict[str, Fraction]:
    n, k = len(table), len(table[0])
    grand = mean(v for row in table for v in row)
    rows, columns = [mean(row) for row in table], [mean(column) for column in zip(*table, strict=True)]
    within = sum((Fraction(v) - rows[i]) ** 2 for i, row in enumerate(table) for v in row)
    error = sum((Fraction(table[i][j]) - rows[i] - columns[j] + grand) ** 2 for i in range(n) for j in range(k))
    return {
        "R": k * sum((row - grand) ** 2 for row in rows) / (n - 1),
        "C": n * sum((column - grand) ** 2 for column in columns) / (k - 1),
        "E": error / ((n - 1) * (k - 1)),
        "W": within / (n * (k - 1)),
    }


def obvious_icc(table: Table) -> dict[str, Fraction | None]:
    """The six formulas as McGraw & Wong (1996) print them."""
    n, k = len(table), len(table[0])
    ms = obvious_mean_squares(table)
    r, c, e, w = ms["R"], ms["C"], ms["E"], ms["W"]
    parts = {
        "1,1": (r - w, r + (k - 1) * w),
        "A,1": (r - e, r + (k - 1) * e + Fraction(k, n) * (c - e)),
        "C,1": (r - e, r + (k - 1) * e),
        "1,k": (r - w, r),
        "A,k": (r - e, r + (c - e) / n),
        "C,k": (r - e, r),
    }
    return {form: above / below if below > 0 else None for form, (above, below) in parts.items()}


def coded(table: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return indicator matrices of units and graders, and the ratings, of what is not missing."""
    cells = [(i, j, v) for i, row in enumerate(table) for j, v in enumerate(row) if v is not None]
    unit, grader = np.array([i for i, _, _ in cells]), np.array([j for _, j, _ in cells])
    units, graders = np.unique(unit), np.unique(grader)
    y = np.array([float(v) for _, _, v in cells])
    return (unit[:, None] == units).astype(float), (grader[:, None] == graders).astype(float), y


def obvious_moments(table: Table) -> np.ndarray | None:
    """Three quadratic forms set equal to their expectations, these as traces of matrix products."""
    of_unit, of_grader, y = coded(table)
    n = len(y)
    forms = [np.eye(n) - z @ np.diag(1 / z.sum(axis=0)) @ z.T for z in (of_unit, of_grader, np.ones((n, 1)))]
    shapes = [of_unit @ of_unit.T, of_grader @ of_grader.T, np.eye(n)]
    equations = np.array([[np.trace(form @ shape) for shape in shapes] for form in forms])
    if np.linalg.matrix_rank(equations, tol=1e-9) < 3:
        return None
    return np.linalg.solve(equations, [(y - y.mean()) @ form @ (y - y.mean()) for form in forms])


def obvious_one_way(table: Table) -> np.ndarray:
    """Variance between and within units, from mean squares and Donner's k₀."""
    units = [[Fraction(v) for v in row if v is not None] for row in table]
    units = [marks for marks in units if marks]
    everything = [v for marks in units for v in marks]
    total, n = len(everything), len(units)
    within = sum((v - mean(marks)) ** 2 for marks in units for v in marks) / (total - n)
    between = sum(len(marks) * (mean(marks) - mean(everything)) ** 2 for marks in units) / (n - 1)
    k0 = (total - Fraction(sum(len(marks) ** 2 for marks in units), total)) / (n - 1)
    return np.array([float((between - within) / k0), 0.0, float(within)])


def restricted_deviance(table: Table, components) -> float:
    """−2 log restricted likelihood of the covariance written out."""
    of_unit, of_grader, y = coded(table)
    unit, grader, residual = components
    v = unit * of_unit @ of_unit.T + grader * of_grader @ of_grader.T + residual * np.eye(len(y))
    root = np.linalg.cholesky(v)
    marks, ones = np.linalg.solve(root, y - y.mean()), np.linalg.solve(root, np.ones(len(y)))
    rest = marks - ones * (ones @ marks) / (ones @ ones)
    return float(2 * np.log(np.diag(root)).sum() + np.log(ones @ ones) + rest @ rest)


def obvious_reml(table: Table) -> np.ndarray:
    """Search by simplex from several starts, over square roots so that no variance turns negative."""
    scale = float(np.var(coded(table)[2]))

    def deviance(roots):
        return restricted_deviance(table, np.maximum(np.square(roots), [0, 0, 1e-9]) * scale)

    starts = [(0.7, 0.5, 0.5), (0.9, 0.01, 0.3), (0.01, 0.9, 0.3), (0.01, 0.01, 0.9)]
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    found = [minimize(deviance, start, method="Nelder-Mead", options=options) for start in starts]
    best = min(found, key=lambda one: one.fun)
    return np.square(minimize(deviance, best.x, method="Nelder-Mead", options=options).x) * scale


def obvious_design(table: Table) -> tuple[Fraction, Fraction]:
    """Harmonic mean number of ratings, and q by going through all pairs of units."""
    graders = [{j for j, v in enumerate(row) if v is not None} for row in table]
    graders = [each for each in graders if each]
    k = len(graders) / sum(Fraction(1, len(each)) for each in graders)
    shared = [Fraction(len(a & b), len(a) * len(b)) for a, b in combinations(graders, 2)]
    return k, 1 / k - sum(shared, Fraction(0)) / len(shared)


def obvious_share(components, form: str, k: float, q: float) -> float:
    unit, grader, residual = components
    return (
        unit
        / {
            "1,1": unit + residual,
            "A,1": unit + grader + residual,
            "C,1": unit + residual,
            "1,k": unit + residual / k,
            "A,k": unit + (grader + residual) / k,
            "C,k": unit + q * grader + residual / k,
        }[form]
    )


def obvious_ranks(marks: list[Any]) -> list[Fraction]:
    return [sum(1 for w in marks if w < v) + Fraction(marks.count(v) + 1, 2) for v in marks]


def obvious_kendall(table: Table) -> Fraction | None:
    n, m = len(table), len(table[0])
    columns = [list(column) for column in zip(*table, strict=True)]
    totals = [sum(ranks, Fraction(0)) for ranks in zip(*map(obvious_ranks, columns), strict=True)]
    squares = sum((total - Fraction(m * (n + 1), 2)) ** 2 for total in totals)
    ties = sum(column.count(v) ** 3 - column.count(v) for column in columns for v in set(column))
    below = m * m * (n**3 - n) - m * ties
    return 12 * squares / below if below else None


def obvious_lin(table: Table) -> Fraction | None:
    pairs = [row for row in table if None not in row]
    if len(pairs) < 2:
        return None
    x, y = zip(*pairs, strict=True)
    dx, dy = [Fraction(v) - mean(x) for v in x], [Fraction(v) - mean(y) for v in y]
    below = mean(d * d for d in dx) + mean(d * d for d in dy) + (mean(x) - mean(y)) ** 2
    return 2 * mean(a * b for a, b in zip(dx, dy, strict=True)) / below if below else None


def obvious_rubric(marks: list[list[list[int]]]) -> list[Fraction]:
    """Components of marks[person][sheet][criterion], each sum of squares taken apart term by term."""
    persons, criteria = len(marks), len(marks[0][0])
    cells = [[mean(sheet[c] for sheet in sheets) for c in range(criteria)] for sheets in marks]
    rows, columns = [mean(row) for row in cells], [mean(column) for column in zip(*cells, strict=True)]
    grand = mean(rows)
    of_sheets, rest, freedom = Fraction(0), Fraction(0), 0
    for sheets, row, own in zip(marks, cells, rows, strict=True):
        freedom += len(sheets) - 1
        for sheet in sheets:
            of_sheets += criteria * (mean(sheet) - own) ** 2
            rest += sum((sheet[c] - mean(sheet) - row[c] + own) ** 2 for c in range(criteria))
    residual = rest / (freedom * (criteria - 1))
    in_person = (of_sheets / freedom - residual) / criteria
    inverse = mean(Fraction(1, len(sheets)) for sheets in marks)
    apart = sum((cells[p][c] - rows[p] - columns[c] + grand) ** 2 for p in range(persons) for c in range(criteria))
    crossed = apart / ((persons - 1) * (criteria - 1))
    of_criteria = persons * sum((column - grand) ** 2 for column in columns) / (criteria - 1)
    of_persons = criteria * sum((row - grand) ** 2 for row in rows) / (persons - 1)
    return [
        (of_persons - crossed) / criteria - in_person * inverse,
        (of_criteria - crossed) / persons,
        crossed - residual * inverse,
        in_person,
        residual,
    ]
