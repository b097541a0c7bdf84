"""A slow, obvious version of the additive model: the whole covariance matrix of the marks, inverted."""

import numpy as np

from grading.agreement.additive import ANCHOR


def blup(rows, variances, ratio, anchors=()):
    """Return what the covariance matrix of all marks says of each unit and each grader.

    `rows` are (unit, grader, points), units and graders counted from 0, `ratio` the v_r, `anchors` (unit, points).
    """
    of_unit, of_grader, residual = variances
    unit = np.array([row[0] for row in rows] + [one[0] for one in anchors])
    y = np.array([row[2] for row in rows] + [one[1] for one in anchors], dtype=float)
    n, n_units, n_graders = len(rows), unit.max() + 1, len(ratio)
    za = np.eye(n_units)[unit]
    zb = np.zeros((len(y), n_graders))
    zb[np.arange(n), [row[1] for row in rows]] = 1
    noise = np.array([residual * ratio[row[1]] for row in rows] + [ANCHOR * residual] * len(anchors))
    x = np.column_stack([np.ones(len(y)), np.arange(len(y)) < n] if anchors else [np.ones(len(y))]).astype(float)
    v = of_unit * za @ za.T + of_grader * zb @ zb.T + np.diag(noise)
    inverse = np.linalg.inv(v)
    f = np.linalg.inv(x.T @ inverse @ x)
    to_fixed = f @ x.T @ inverse
    rest = inverse @ (np.eye(len(y)) - x @ to_fixed)
    # Rows are weights of the marks: of a, of b, of what a unit is worth, and of the adjusted mean.
    to_unit, to_grader = of_unit * za.T @ rest, of_grader * zb.T @ rest
    first = np.zeros(x.shape[1])
    first[0] = 1
    to_worth = first @ to_fixed + to_unit
    share = za.T / noise
    share /= share.sum(axis=1, keepdims=True)
    of_crowd = to_fixed[1] if anchors else np.zeros(len(y))
    to_adjusted = share @ (np.eye(len(y)) - np.outer(np.arange(len(y)) < n, of_crowd) - zb @ to_grader)

    def error(weights):
        """Mean square of weights'y less the unit's worth, over units, graders and residuals; μ and c cancel."""
        a = weights @ za - np.eye(n_units)
        b = weights @ zb
        return of_unit * (a**2).sum(1) + of_grader * (b**2).sum(1) + (weights**2) @ noise

    apart = to_grader.mean(axis=0) - to_grader
    contrast = np.full((n_graders, n_graders), 1 / n_graders) - np.eye(n_graders)
    severity_error = (
        of_unit * ((apart @ za) ** 2).sum(1) + of_grader * ((apart @ zb - contrast) ** 2).sum(1) + (apart**2) @ noise
    )
    z = of_unit * za @ za.T + of_grader * zb @ zb.T
    crowd = (to_fixed[-1] + to_grader.mean(axis=0))[None]
    crowd_error = of_unit * ((crowd @ za) ** 2).sum() + (crowd**2) @ noise
    crowd_error = crowd_error + of_grader * ((crowd @ zb - 1 / n_graders) ** 2).sum()
    return {
        "crowd_error": np.sqrt(crowd_error[0]),
        "effects_variance": np.diag(z - z @ inverse @ z)[:n],
        "fixed": to_fixed @ y,
        "estimate": to_worth @ y,
        "adjusted": to_adjusted @ y,
        "severity": apart @ y,
        "standard_error": np.sqrt(error(to_worth)),
        "adjusted_error": np.sqrt(error(to_adjusted)),
        "severity_error": np.sqrt(severity_error),
    }
