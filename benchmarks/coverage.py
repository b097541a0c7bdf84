"""How often does the 95 % interval hold the true value?  `make bench-coverage ARGS="--json FILE --markdown FILE"`

Three readings of n papers on five levels: a paper's worth and each reading's error are normal, and the level is where
their sum falls among cuts that give the stated shares. The true value of a coefficient is its value on two million
papers. Coverage is the share of replicates whose interval holds it, of those that have one. `--markdown` writes the
table of docs/agreement.md; `--degrees` sets the default intervals beside those with papers − 1 degrees of freedom.
"""

import argparse
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from grading.agreement import Coefficient, Ratings, fleiss_kappa, gwet_ac, krippendorff_alpha, krippendorff_alphas
from grading.agreement.jackknife import interval_around
from grading.agreement.reading import FEW_UNITS

LEVELS = range(1, 6)
READINGS = 3
SHARES = {"flat": (0.2, 0.2, 0.2, 0.2, 0.2), "top-heavy": (0.02, 0.05, 0.10, 0.25, 0.58)}
UNITS = (20, 50, 200)
# How much of the variance of a reading is the paper's: a usual criterion, and a clear one.
RELIABILITIES = (0.4, 0.7, 0.9)
# Lowest and highest coverage allowed, by shares and papers; 20 top-heavy papers are reported with a notice.
ALLOWED = {
    ("flat", 50): (0.93, 0.97),
    ("flat", 200): (0.93, 0.97),
    ("top-heavy", 50): (0.90, 1.0),
    ("top-heavy", 200): (0.93, 1.0),
}
POPULATION = 2_000_000


def marks(rng: np.random.Generator, n: int, shares: tuple[float, ...], reliability: float) -> NDArray[np.intp]:
    worth = math.sqrt(reliability) * rng.normal(size=(n, 1))
    reading = worth + math.sqrt(1 - reliability) * rng.normal(size=(n, READINGS))
    return np.searchsorted(ndtri(np.cumsum(shares)[:-1]), reading.ravel()).reshape(n, READINGS) + 1


def four(table: NDArray[np.intp]) -> dict[str, Coefficient]:
    """Return the coefficients whose intervals are checked."""
    ratings = Ratings.from_table(table, levels=LEVELS)
    alphas = krippendorff_alphas(ratings, ["ordinal", "interval"])
    return {
        "α ordinal": alphas["ordinal"],
        "α interval": alphas["interval"],
        "AC2 quadratic": gwet_ac(ratings, "quadratic"),
        "Fleiss κ": fleiss_kappa(ratings),
    }


def by_degrees(table: NDArray[np.intp]) -> dict[str, Coefficient]:
    """Return the same and α on a ratio scale, each also with the interval that papers − 1 degrees of freedom give."""
    given = four(table) | {"α ratio": krippendorff_alpha(Ratings.from_table(table, levels=LEVELS), "ratio")}
    both = {}
    for name, one in given.items():
        both[name] = both[f"{name}, n − 1"] = one
        if one.value is not None and one.standard_error is not None:
            low, high = interval_around(one.value, one.standard_error, one.n_units - 1, "fisher")
            both[f"{name}, n − 1"] = replace(one, low=low, high=high)
    return both


def coverage(
    name: str,
    n: int,
    reliability: float,
    replicates: int,
    compute: Callable[[NDArray[np.intp]], dict[str, Coefficient]],
) -> dict[str, tuple[float, int]]:
    """Return per coefficient the share of intervals that hold the true value, and how many tables had none."""
    rng = np.random.default_rng(5)
    true = {key: one.value for key, one in compute(marks(rng, POPULATION, SHARES[name], reliability)).items()}
    held, without = Counter[str](), Counter[str]()
    for _ in range(replicates):
        for key, one in compute(marks(rng, n, SHARES[name], reliability)).items():
            value = true[key]
            if one.low is None or one.high is None or value is None:
                without[key] += 1
            else:
                held[key] += one.low <= value <= one.high
    return {key: (held[key] / max(replicates - without[key], 1), without[key]) for key in true}


def allowed(name: str, n: int) -> str:
    """Return the bounds in words."""
    low, high = ALLOWED.get((name, n), (0.0, 1.0))
    return f"{low:.2f}–{high:.2f}" if high < 1 else f"≥ {low:.2f}" if low else "reported"


def markdown(rows: Iterable[dict[str, Any]]) -> str:
    """Return the rows as a table, with what lies outside its bounds in bold."""
    rows = list(rows)
    names = list(rows[0]["coverage"])
    lines = [["marks", "papers", "reliability", *names, "required"], ["---"] * (4 + len(names))]
    for row in rows:
        low, high = ALLOWED.get((row["shares"], row["n"]), (0.0, 1.0))
        cells = [f"{share:.3f}" if low <= share <= high else f"**{share:.3f}**" for share in row["coverage"].values()]
        papers = f"{row['n']}, few papers" if row["n"] <= FEW_UNITS else str(row["n"])
        lines.append([row["shares"], papers, str(row["reliability"]), *cells, allowed(row["shares"], row["n"])])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="write them as a table to this file")
    parser.add_argument("--degrees", action="store_true", help="compare degrees of freedom")
    parser.add_argument("--replicates", type=int, default=4000)
    options = parser.parse_args()
    began, failed, rows = time.perf_counter(), 0, list[dict[str, Any]]()
    for name in SHARES:
        print(f"\n{name}: {', '.join(f'{share:.0%}' for share in SHARES[name])}")
        for n in UNITS:
            for reliability in RELIABILITIES:
                found = coverage(name, n, reliability, options.replicates, by_degrees if options.degrees else four)
                low, high = ALLOWED.get((name, n), (0.0, 1.0))
                wrong = [key for key, (share, _) in found.items() if not low <= share <= high]
                failed += len(wrong)
                cells = "  ".join(f"{key} {share:.3f}" for key, (share, _) in found.items())
                notice = "  few papers" if n <= FEW_UNITS else ""
                missing = max(without for _, without in found.values())
                no_interval = f"  {missing} without interval" if missing else ""
                ends = f"  OUTSIDE {low}–{high}: {', '.join(wrong)}" if wrong else ""
                print(f"n = {n:3}  reliability {reliability}  {cells}{notice}{no_interval}{ends}", flush=True)
                shares = {key: share for key, (share, _) in found.items()}
                rows.append({"shares": name, "n": n, "reliability": reliability, "coverage": shares})
    print(f"{time.perf_counter() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2, ensure_ascii=False))
    if options.markdown:
        options.markdown.write_text(markdown(rows))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
