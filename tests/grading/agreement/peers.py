"""One call for each package that our coefficients are held against, and the random tables for it.

The packages are imported where they are called: together they take two seconds, which only these tests need to wait.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from tests.grading.agreement.tables import Table

LEVELS = [1, 2, 3, 4, 5]


def random_table(seed: int, design: str) -> Table:
    """Return 40 units of graders who are mostly within one level of a true mark.

    The designs are "complete" (4 graders), "pair" (2 graders), "sparse" (1 to 4 of 7 graders a unit) and "top"
    (complete, hardly any mark below the highest two levels: some declared levels stay unused).
    """
    rng = np.random.default_rng(seed)
    graders = {"complete": 4, "pair": 2, "sparse": 7, "top": 4}[design]
    shares = [0, 0, 0.05, 0.25, 0.7] if design == "top" else [0.1, 0.15, 0.3, 0.25, 0.2]
    true = rng.choice(LEVELS, size=(40, 1), p=shares)
    marks = np.clip(true + rng.choice([-1, 0, 0, 0, 1, 2], size=(40, graders)), 1, 5)
    table = [[int(mark) for mark in row] for row in marks]
    if design == "sparse":
        for row in table:
            for grader in rng.permutation(graders)[rng.integers(1, 5) :]:
                row[grader] = None
    return table


@contextmanager
def unheard() -> Iterator[None]:
    """Silence the warnings of a peer; nothing of ours runs inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def as_floats(table: Table) -> np.ndarray:
    return np.array([[np.nan if mark is None else mark for mark in row] for row in table], dtype=float)


def counts_of(table: Table) -> np.ndarray:
    """Return how often each level was given: a row per unit."""
    return np.array([[row.count(level) for level in LEVELS] for row in table])


def crossed(table: Table) -> np.ndarray:
    """Return how often the first grader gave one level and the second another."""
    count = np.zeros((len(LEVELS), len(LEVELS)))
    for first, second in table:
        count[LEVELS.index(first), LEVELS.index(second)] += 1
    return count


def differ(v: Any, w: Any) -> int:
    return 0 if v == w else 1


def peer_krippendorff(table: Table, scale: str, **options: Any) -> float:
    import krippendorff

    with unheard():
        return float(krippendorff.alpha(as_floats(table).T, level_of_measurement=scale, **options))


def peer_irrcac(table: Table, coefficient: str, weights: Any = "identity", levels: Any = LEVELS) -> dict[str, Any]:
    """Return irrCAC's estimate; `coefficient` is gwet, bp, fleiss, conger or krippendorff."""
    import pandas as pd
    from irrCAC.raw import CAC

    # Floats: as NumPy's integers, levels would be taken for names, and their points forgotten.
    named = None if levels is None else [float(level) for level in levels]
    with unheard():
        cac = CAC(pd.DataFrame(as_floats(table)), weights=weights, categories=named, digits=15)
        return getattr(cac, coefficient)()["est"]


def nltk_task(table: Table, distance: Callable[[Any, Any], float], **options: Any) -> Any:
    """Return nltk's task of all cells, the missing ones too; it leaves out what `missing_values` names."""
    from nltk.metrics.agreement import AnnotationTask

    cells = [(f"grader {g}", unit, mark) for unit, row in enumerate(table) for g, mark in enumerate(row)]
    return AnnotationTask(cells, distance=distance, **options)


def peer_icc(table: Table, **options: Any) -> dict[str, tuple[float, float, float]]:
    """Return pingouin's value and interval of each form, such as "A,1", without its rounding of intervals."""
    import pandas as pd
    import pingouin

    marks = as_floats(table)
    unit, grader = np.indices(marks.shape)
    frame = pd.DataFrame({"unit": unit.ravel(), "grader": grader.ravel(), "mark": marks.ravel()})
    decimals = pingouin.options["round.column.CI95"]
    pingouin.options["round.column.CI95"] = None
    try:
        with unheard():
            icc = pingouin.intraclass_corr(frame, targets="unit", raters="grader", ratings="mark", **options)
    finally:
        pingouin.options["round.column.CI95"] = decimals
    rows = zip(icc["Type"], icc["ICC"], icc["CI95"], strict=True)
    return {kind[4:-1]: (float(value), float(ends[0]), float(ends[1])) for kind, value, ends in rows}
