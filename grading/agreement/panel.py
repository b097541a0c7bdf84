"""What a board shows of one criterion: the figures that belong side by side, and what they say in plain words."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.grader_shares import refuse_histogram
from grading.agreement.gwet import gwet_ac
from grading.agreement.icc import icc_all
from grading.agreement.krippendorff import Scale, krippendorff_alpha
from grading.agreement.patterns import Clusters
from grading.agreement.percent import percent_exact, percent_within_one
from grading.agreement.ratings import Ratings
from grading.agreement.variance import variance_components


@dataclass(frozen=True, slots=True)
class Panel:
    """Agreement on one criterion.

    Parameters
    ----------
    scale : {"nominal", "ordinal", "interval", "ratio"}
        The scale that α was taken on.
    percent_exact, percent_within_one : Coefficient
        Shares of pairs of graders with the same level, and at most one level apart, in [0, 1].
    krippendorff_alpha, gwet_ac : Coefficient
        Agreement beyond chance; AC stays readable where most marks are the same level. AC with quadratic weights,
        unweighted on a nominal scale.
    icc_a_1, icc_a_k : Coefficient
        Reliability of one mark and of the mean of `readings_per_unit` marks, absolute agreement.
    sem : float or None
        Standard error of measurement of one mark, in points: how far it typically lies from the mean of many graders.
    n_units, n_graders, n_ratings : int
        Units with at least two ratings, graders and ratings of these.
    readings_per_unit : float or None
        Harmonic mean of the ratings per unit.
    level_shares : tuple of float
        Share of the ratings at each level, in the order of the levels.
    """

    scale: Scale
    percent_exact: Coefficient
    percent_within_one: Coefficient
    krippendorff_alpha: Coefficient
    gwet_ac: Coefficient
    icc_a_1: Coefficient
    icc_a_k: Coefficient
    sem: float | None
    n_units: int
    n_graders: int
    n_ratings: int
    readings_per_unit: float | None
    level_shares: tuple[float, ...]

    @property
    def coefficients(self) -> dict[str, Coefficient]:
        """The figures by name."""
        figures = {name: getattr(self, name) for name in self.__slots__}
        return {name: figure for name, figure in figures.items() if isinstance(figure, Coefficient)}

    def as_dict(self) -> dict[str, Any]:
        """Return numbers, text and None only, for JSON.

        Returns
        -------
        dict
            With the figures under "coefficients" and the other fields by their names.
        """
        numbers = {key: value for key, value in asdict(self).items() if key not in self.coefficients}
        coefficients = {key: asdict(figure) for key, figure in self.coefficients.items()}
        return {"coefficients": coefficients, **numbers, "level_shares": list(self.level_shares)}


def panel(ratings: Ratings, scale: Scale, *, clusters: Clusters = None) -> Panel:
    """Return the figures of one criterion that a board shows.

    Parameters
    ----------
    ratings : Ratings
        Base readings only: readings that were called for because marks disagreed would distort every figure.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        Which distances between levels have a meaning, for α.
    clusters : sequence of hashable, shape (n_units,), optional
        What is left out together for the intervals of shares, α and AC.

    Returns
    -------
    Panel
        Each figure with its interval, or with the reason why there is none.

    Raises
    ------
    TypeError
        A histogram: it does not know the graders.
    ValueError
        An unknown scale; clusters that do not match the units.

    References
    ----------
    Gwet, K. L. (2014), Handbook of Inter-Rater Reliability, on reading α beside AC where one level prevails.

    Examples
    --------
    >>> shown = panel(Ratings.from_table([[1, 2], [3, 3], [2, 2], [1, 1]], levels=[1, 2, 3]), "ordinal")
    >>> shown.percent_exact.value, round(shown.krippendorff_alpha.value, 2)
    (0.75, 0.79)
    """
    refuse_histogram(ratings)
    latest = ratings.latest()
    size = np.bincount(latest.unit, minlength=ratings.n_units)
    paired = size[latest.unit] >= 2
    several = size[size >= 2]
    alpha = krippendorff_alpha(ratings, scale, clusters=clusters)
    nominal = scale == "nominal"
    wrong = Coefficient.undefined(Reason.WRONG_SCALE, alpha.n_units)
    reliability = None if nominal else icc_all(ratings)
    counts = np.bincount(latest.code[paired], minlength=len(ratings.levels))
    shares = counts / counts.sum() if len(several) else np.zeros(len(counts))
    return Panel(
        scale=scale,
        percent_exact=percent_exact(ratings, clusters=clusters),
        percent_within_one=wrong if nominal else percent_within_one(ratings, clusters=clusters),
        krippendorff_alpha=alpha,
        gwet_ac=gwet_ac(ratings, "identity" if nominal else "quadratic", clusters=clusters),
        icc_a_1=reliability["A,1"] if reliability else wrong,
        icc_a_k=reliability["A,k"] if reliability else wrong,
        sem=None if nominal else error_of_measurement(ratings),
        n_units=len(several),
        n_graders=len(np.unique(latest.grader[paired])),
        n_ratings=int(paired.sum()),
        readings_per_unit=float(len(several) / np.sum(1 / several)) if len(several) else None,
        level_shares=tuple(shares.tolist()),
    )


def error_of_measurement(ratings: Ratings) -> float | None:
    """Return how far one mark typically lies from the mean of many graders, in points."""
    components = variance_components(ratings)
    if components.grader is None or components.residual is None:
        return None
    return math.sqrt(components.grader + components.residual)
