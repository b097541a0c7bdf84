"""One call of each package that our coefficients are measured against, ready to be timed: data are prepared before."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.int64]
Call = Callable[[], Any]


def krippendorff(marks: Marks, levels: range) -> Call:
    """One α, nominal, from counts that are ready."""
    import krippendorff

    counts = np.stack([(marks == level).sum(axis=1) for level in levels], axis=1)
    domain = list(levels)
    return lambda: krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement="nominal")


def irrcac(marks: Marks, levels: range) -> Call:
    """One α with its interval, from one row per unit with three slots."""
    import pandas as pd
    from irrCAC.raw import CAC

    frame = pd.DataFrame(marks)
    return lambda: CAC(frame, weights="identity", categories=list(levels)).krippendorff()


def nltk(marks: Marks, levels: range) -> Call:
    """One α, from triples of grader, unit and mark."""
    from nltk.metrics.agreement import AnnotationTask

    units = len(marks)
    triples = list(
        zip(
            np.tile(np.arange(3), units).tolist(),
            np.repeat(np.arange(units), 3).tolist(),
            marks.ravel().tolist(),
            strict=True,
        )
    )
    return lambda: AnnotationTask(data=triples).alpha()


def statsmodels(marks: Marks, levels: range) -> Call:
    """Fleiss' κ without interval, from one row per unit."""
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

    return lambda: fleiss_kappa(aggregate_raters(marks)[0])


def pingouin(marks: Marks, levels: range) -> Call:
    """Six ICCs, from triples; compared with our six ICCs."""
    import pandas as pd
    from pingouin import intraclass_corr

    units = len(marks)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(units), 3), "grader": np.tile(np.arange(3), units), "mark": marks.ravel()}
    )
    return lambda: intraclass_corr(data=frame, targets="unit", raters="grader", ratings="mark")


PEERS: dict[str, Callable[[Marks, range], Call]] = {
    "krippendorff": krippendorff,
    "irrcac": irrcac,
    "nltk": nltk,
    "statsmodels": statsmodels,
    "pingouin": pingouin,
}
