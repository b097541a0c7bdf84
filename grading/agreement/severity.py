"""What a paper is worth once the severity and the noise of its graders are taken into account."""

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grading.agreement.coefficient import Reason
from grading.agreement.fit import Fit
from grading.agreement.links import only_links
from grading.agreement.points import Points, why_undefined
from grading.agreement.ratings import Ratings
from grading.agreement.reports import (
    GraderReport,
    ScriptEstimate,
    anchors_of,
    grader_reports,
    refuse_variances,
    script_estimates,
)
from grading.agreement.variance import NAMES, Method, fitted

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SeverityModel:
    """What `severity_model` found for one criterion.

    Parameters
    ----------
    ratings : Ratings
        What was given.
    unit, grader, residual : float or None
        σ²_a, σ²_b and σ²_e, in squared points. None where undefined.
    mean : float or None
        μ, the worth of the average unit, in points.
    method : {"anova", "moments", "reml", "given"} or None
        Where the variances are from.
    truncated : tuple of str
        Which of them came out at 0.
    crowd_bias : float or None
        Points by which these graders, weighted by their precision, mark above the staff (negative: harsher). None
        without anchors.
    n_anchors : int
        Anchors that were used.
    reason : Reason or None
        Why nothing but means is known.
    fit : Fit or None
        The same as arrays.
    """

    ratings: Ratings
    unit: float | None
    grader: float | None
    residual: float | None
    mean: float | None
    method: Method | Literal["given"] | None
    truncated: tuple[str, ...]
    crowd_bias: float | None
    n_anchors: int
    reason: Reason | None
    fit: Fit | None

    @cached_property
    def scripts(self) -> dict[Hashable, ScriptEstimate]:
        """Mean, adjusted mean and estimate of every unit label."""
        return script_estimates(self.ratings, self.fit, self.reason)

    @cached_property
    def graders(self) -> dict[Hashable, GraderReport]:
        """Severity and reliability of every grader label; to be compared inside a component only."""
        return grader_reports(self.ratings, self.fit, self.reason)

    @cached_property
    def crowd_bias_error(self) -> float | None:
        """Standard error of the crowd's bias, in points; None without anchors."""
        if self.fit is None or self.crowd_bias is None:
            return None
        return self.fit.scale * math.sqrt(self.fit.uncertainty.crowd)

    @cached_property
    def n_components(self) -> int:
        """Number of parts of the graph of graders and units; severities compare inside one only."""
        return self.ratings.components.count

    @cached_property
    def only_links(self) -> list[Hashable]:
        """Graders without whom two others could no longer be compared: each deserves a second link."""
        return [self.ratings.grader_labels[position] for position in only_links(self.ratings)]

    def expected(self, unit: Hashable, grader: Hashable) -> float | None:
        """Return the points that the model expects this grader to give this unit.

        Parameters
        ----------
        unit, grader : hashable
            Labels of the ratings. An unknown grader has the severity of the average one.

        Returns
        -------
        float or None
            None where the unit has no estimate.
        """
        script = self.scripts.get(unit)
        if script is None or script.estimate is None or self.fit is None:
            return None
        found = self.fit.solution
        # With anchors a second fixed effect is the crowd's bias.
        effect = float(found.fixed[1:].sum())
        if grader in self.fit.places:
            effect += float(found.effect[self.fit.places[grader]])
        return script.estimate + self.fit.scale * effect


def severity_model(
    ratings: Ratings,
    *,
    anchors: Mapping[Hashable, float] | None = None,
    variances: tuple[float, float, float] | None = None,
    start: SeverityModel | None = None,
) -> SeverityModel:
    """Return what each unit is worth and how severe each grader is, for one criterion.

    y_sr = μ + c + a_s + b_r + e_sr with a ~ N(0, σ²_a) of unit s, b ~ N(0, σ²_b) of grader r and
    e ~ N(0, σ²_e v_r). The unit's worth is μ + a_s. The bias c that all graders share cannot be told from μ and is 0
    unless staff marked some of the units: such an anchor is μ + a_s + e with a twentieth of σ²_e. The variances are
    those of `variance_components`; v_r has an inverse-gamma prior worth six ratings about 1 and lies in [¼, 4]. The
    units are eliminated from the equations of least squares, and those of the graders solved by conjugate gradients:
    time and memory grow with the number of ratings.

    Three numbers stand side by side for a unit. The mean of its ratings. The adjusted mean, Σ w_r (y_sr − c − b_r)/W
    with w_r = 1/(σ²_e v_r) and W = Σ w_r: severity removed, nothing shrunk. The estimate,
    μ + k (adjusted − μ) with k = σ²_a W/(1 + σ²_a W), which has the least expected square of error and moves units
    with few or noisy readings towards the mean of all.

    Parameters
    ----------
    ratings : Ratings
        Of repeated ratings the last one counts.
    anchors : mapping from unit label to points, optional
        What staff gave. None and NaN are missing; units without a rating say nothing here and are left out.
    variances : (float, float, float), optional
        σ²_a, σ²_b, σ²_e in squared points, to be used instead of estimates: where there are too few ratings yet.
    start : SeverityModel, optional
        An earlier result to start from. It saves time where little was added.

    Returns
    -------
    SeverityModel
        Per unit and per grader, in points. A grader's severity is positive where they mark below the average of their
        connected component. Without variances only means are known: of text (`wrong_scale`, also points whose squares
        are no floating-point numbers), no unit with two ratings (`no_overlap`), one such unit (`one_unit`), each
        grader with a single unit (`disconnected`). Ratings all the same are `no_variation`: adjusted mean and estimate
        are then that value, and no error can be told. Standard errors are exact for the variances found with up to
        2,000 graders; beyond, graders' errors count as independent of each other.

    Raises
    ------
    TypeError
        Anchors that are not numbers.
    ValueError
        An infinite anchor; variances that are not three finite numbers, none negative and not all 0.

    References
    ----------
    Searle, S. R., Casella, G. & McCulloch, C. E. (1992). Variance components, ch. 7, doi 10.1002/9780470316856.
    Robinson, G. K. (1991), doi 10.1214/ss/1177011926. Piech, C. et al. (2013), arXiv 1307.2579, for bias and
    reliability of peers.

    Examples
    --------
    >>> found = severity_model(Ratings.from_table([[2, 4, None], [3, 5, 4], [7, None, 8], [5, 7, 7]]))
    >>> [round(script.adjusted, 1) for script in found.scripts.values()]
    [3.1, 4.0, 7.9, 6.3]
    >>> found.graders[0].severity > found.graders[1].severity
    True
    """
    points = Points.of(ratings)
    staff = anchors_of(ratings, anchors or {})
    refuse_variances(variances)
    reason = why_undefined(ratings, points)
    if reason is None and points.n_ratings == points.n_graders:
        reason = Reason.DISCONNECTED
    if variances is not None and points.n_ratings and reason != Reason.WRONG_SCALE:
        reason = None
    if reason is not None:
        return undefined(ratings, reason)
    scale = points.span or 1.0
    method: Method | Literal["given"] = "given"
    if variances is None:
        three, method, truncated = fitted(points, None)
    else:
        # One division after the other: the square of a small scale may be 0.
        of_unit, of_grader, residual = (value / scale / scale for value in variances)
        three = of_unit, of_grader, residual
        truncated = tuple(name for name, value in zip(NAMES, variances, strict=True) if value == 0)
    if not math.isfinite(scale * scale * sum(three)) or not math.isfinite(points.mean):
        return undefined(ratings, Reason.WRONG_SCALE)
    fit = Fit.of(ratings, points, three, staff, starting_point(ratings, points, start))
    found = fit.solution
    unit, grader, error = (scale * scale * value for value in three)
    return SeverityModel(
        ratings=ratings,
        unit=unit,
        grader=grader,
        residual=error,
        mean=fit.offset + scale * float(found.fixed[0]),
        method=method,
        truncated=truncated,
        crowd_bias=scale * float(found.fixed[1]) if fit.design.has_anchors else None,
        n_anchors=int(np.count_nonzero(fit.design.anchored)),
        reason=None,
        fit=fit,
    )


def starting_point(ratings: Ratings, points: Points, start: SeverityModel | None) -> Floats | None:
    """Return an earlier solution for the graders of these ratings and in their scale; 0 for those who are new."""
    if start is None or start.fit is None:
        return None
    before = start.fit
    places = np.array([before.places.get(label, -1) for label in ratings.grader_labels], dtype=np.intp)
    places = places[np.bincount(ratings.grader, minlength=ratings.n_graders) > 0]
    solved = np.where((places >= 0)[:, None], before.solution.solved[places], 0.0)
    # y is now α times what it was, and δ more; precisions are 1/α² times.
    alpha = before.scale / (points.span or 1.0)
    solved[:, 0] = alpha * solved[:, 0] + (before.offset - points.mean) / (points.span or 1.0) * solved[:, 1]
    return solved / alpha**2


def undefined(ratings: Ratings, reason: Reason) -> SeverityModel:
    return SeverityModel(ratings, None, None, None, None, None, (), None, 0, reason, None)
