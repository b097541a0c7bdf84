"""How sure a fitted Rasch model is of graders and criteria, and how well they fit it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from grading.agreement.rasch_fit import Fit, normalise, posterior
from grading.agreement.rasch_sheets import Curves, Sheets

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]

# A score that is certain at a node has no variance there.
LEAST_VARIANCE = 1e-12
ROWS = 2**14


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Sums over ratings from which infit and outfit follow, by grader or by criterion."""

    squares: Floats  # squared residuals
    variance: Floats
    standardised: Floats  # squared residuals over their variances
    n: Floats

    @property
    def infit(self) -> Floats:
        """Mean square weighted by the variances."""
        return self.squares / self.variance

    @property
    def outfit(self) -> Floats:
        """Mean square."""
        return self.standardised / self.n


def weights(sheets: Sheets, fit: Fit, shown: list[Curves]) -> Floats:
    """Return units × nodes, the posterior of ability."""
    found = np.empty((sheets.n_units, len(fit.theta)))
    for rows, weight in posterior(sheets, shown, fit.given, fit.theta):
        normalise(weight)
        found[rows] = weight
    return found


def mean_squares(
    shown: list[Curves], weight: Floats, unit: Integers, grader: Integers, criterion: Integers, score: Integers
) -> tuple[MeanSquares, MeanSquares]:
    """Return the sums by grader and by criterion, each residual weighted by the unit's posterior of ability."""
    n_graders = len(shown[0].log_total)
    table = np.zeros((len(shown), 4, n_graders))
    for c, each in enumerate(shown):
        rows = criterion == c
        size, first, second = (
            csr_array((score[rows].astype(np.float64) ** power, (unit[rows], grader[rows])),
                      shape=(len(weight), n_graders)).T @ weight
            for power in range(3)
        )  # fmt: skip
        expected, variance = each.expected, each.variance
        squares = np.maximum(second - 2 * expected * first + expected**2 * size, 0.0)
        standardised = squares / np.maximum(variance, LEAST_VARIANCE)
        for place, term in enumerate((squares, size * variance, standardised, size)):
            table[c, place] = term.sum(axis=1)
    return MeanSquares(*table.sum(axis=0)), MeanSquares(*table.sum(axis=2).T)


def grader_errors(sheets: Sheets, shown: list[Curves], weight: Floats) -> Floats:
    """Return the standard error of each severity, all else taken as known.

    The information of unit n on grader r is E Σ V − Var Σ E, over n's ratings by r and the posterior of ability: what
    is not known of the unit's ability cannot tell of the grader.
    """
    expected, variance = (
        sheets.kinds @ np.stack(table, axis=1).reshape(-1, weight.shape[1])
        for table in ([each.expected for each in shown], [each.variance for each in shown])
    )
    information = np.zeros(sheets.n_graders)
    of_sheet = sheets.grader_of_kind[sheets.kind]
    for start in range(0, len(of_sheet), ROWS):
        part = slice(start, start + ROWS)
        there, kind = weight[sheets.unit[part]], sheets.kind[part]
        mean = np.vecdot(there, expected[kind])
        gained = np.vecdot(there, variance[kind] - (expected[kind] - mean[:, None]) ** 2)
        information += np.bincount(of_sheet[part], weights=gained, minlength=sheets.n_graders)
    return errors(information)


def criterion_errors(sheets: Sheets, shown: list[Curves], weight: Floats) -> Floats:
    """Return the standard error of each difficulty, all else taken as known, as for graders."""
    information = np.zeros(len(shown))
    for c, each in enumerate(shown):
        columns = sheets.kinds[:, c :: len(shown)]
        expected, variance = columns @ each.expected, columns @ each.variance
        for part, rows in sheets.parts:
            there, mine = weight[rows], part @ expected
            mean = np.vecdot(there, mine)
            gained = np.vecdot(there, part @ variance - (mine - mean[:, None]) ** 2)
            information[c] += float(gained.sum())
    return errors(information)


def errors(information: Floats) -> Floats:
    """Return standard errors; infinite where nothing is known."""
    found = np.full(len(information), np.inf)
    np.divide(1.0, np.sqrt(np.maximum(information, 0.0)), out=found, where=information > 0)
    return found
