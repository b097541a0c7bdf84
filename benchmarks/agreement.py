"""How fast are the coefficients, beside the packages that compute them?  `make bench-agreement ARGS="--json FILE"`

Everything in one run on the same marks, medians of alternating rounds. Ours: four α's with their jackknife intervals,
from three columns (unit, grader, mark) to the end. A peer computes one figure without interval, from what it likes
best: krippendorff from counts that are made before the clock starts, irrCAC, statsmodels and pingouin from one row per
unit, nltk from triples. A peer has 120 s and 8 GiB; what takes more did not finish.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._limits import NotFinished, limited
from benchmarks._peers import PEERS
from grading.agreement import Histogram, Ratings, icc_all, krippendorff_alphas

READINGS = 3
SCALES = {"5 levels": range(1, 6), "0–100": range(101)}
UNITS = (1_000, 10_000, 100_000, 1_000_000)
REQUIRED = {"krippendorff": 25.0, "irrcac": 40.0}
MOST_BOOTSTRAP_MS, MOST_SCORE_US, PINGOUIN = 20.0, 5.0, 1000.0
MEMORY_SHARE, MEMORY_MB = 1.5, 100.0

Marks = NDArray[np.int64]


@dataclass
class Row:
    """Times of one size, in milliseconds: ours, the floor, and each peer's or why there is none."""

    units: int
    scale: str
    ours: float
    floor: float
    icc: float | None = None
    peers: dict[str, float | str] = field(default_factory=dict)

    def ratio(self, peer: str) -> float | None:
        theirs = self.peers.get(peer)
        ours = self.icc if peer == "pingouin" else self.ours
        return theirs / ours if isinstance(theirs, float) and ours else None


def marks_of(units: int, levels: range) -> Marks:
    """Return marks of three graders who see a unit's worth with noise, shape (units, 3)."""
    rng = np.random.default_rng(units)
    seen = rng.normal(size=(units, 1)) + rng.normal(scale=0.7, size=(units, READINGS))
    share = np.clip((seen + 2.5) / 5, 0, 0.999)
    return (levels.start + share * len(levels)).astype(np.int64)


def columns(marks: Marks) -> tuple[Marks, Marks, Marks]:
    """Return the marks as unit, grader and value."""
    units = len(marks)
    return np.repeat(np.arange(units), READINGS), np.tile(np.arange(READINGS), units), marks.ravel()


def ours(marks: Marks, levels: range) -> Callable[[], Any]:
    unit, grader, value = columns(marks)
    return lambda: krippendorff_alphas(Ratings.from_long(unit, grader, value, levels=levels))


def floor(marks: Marks) -> Callable[[], Any]:
    """Read the three columns once: nothing that looks at every mark is faster."""
    given = columns(marks)
    return lambda: [column.max() for column in given]


def milliseconds(call: Callable[[], Any], rounds: int) -> float:
    """Return the median of some rounds; what takes half a minute together is not repeated."""
    times: list[float] = []
    while len(times) < rounds and sum(times) < 30_000:
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e3)
    return median(times)


def measure(units: int, scale: str, seconds: float, gave_up: dict[str, str]) -> Row:
    """Time one size; who did not finish a smaller one is not asked again."""
    levels = SCALES[scale]
    marks = marks_of(units, levels)
    rounds = 51 if units <= 10_000 else 9
    mine, least = ours(marks, levels), floor(marks)
    mine()
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    row = Row(units, scale, 0.0, 0.0)
    for name, peer in PEERS.items():
        # ours before each peer, so that a slow moment of the machine hits both
        times["ours"].append(milliseconds(mine, rounds))
        times["floor"].append(milliseconds(least, rounds))
        if name in gave_up:
            row.peers[name] = gave_up[name]
            continue
        try:
            row.peers[name] = limited(lambda peer=peer: milliseconds(peer(marks, levels), 3), seconds)
        except NotFinished as reason:
            row.peers[name] = gave_up[name] = str(reason)
    row.ours, row.floor = median(times["ours"]), median(times["floor"])
    if units <= 10_000:
        ratings = Ratings.from_table(marks, levels=levels)
        row.icc = milliseconds(lambda: icc_all(ratings), rounds)
    return row


def one_score_us() -> float:
    """Return the microseconds of one score into a histogram of a full class, taken back so that it stays as it is."""
    histogram = Histogram.of(Ratings.from_table(marks_of(1000, SCALES["5 levels"]), levels=range(1, 6)))
    pattern = next(iter(histogram.counts))
    times = 20_000
    began = time.perf_counter()
    for _ in range(times):
        histogram.delete(histogram.insert(pattern, 2), 2)
    return (time.perf_counter() - began) / (2 * times) * 1e6


def bootstrap_ms() -> float:
    histogram = Histogram.of(Ratings.from_table(marks_of(1_000_000, SCALES["5 levels"]), levels=range(1, 6)))
    return milliseconds(lambda: krippendorff_alphas(histogram, interval="bootstrap"), 21)


def peak_mb(work: bool) -> float:
    """Return the peak memory of a process that imports all, and then does the largest size or nothing."""
    code = (
        "import resource, numpy as np\n"
        "from grading.agreement import Ratings, krippendorff_alphas\n"
        f"n = {UNITS[-1] if work else 10}\n"
        "unit, grader = np.repeat(np.arange(n), 3), np.tile(np.arange(3), n)\n"
        "value = np.random.default_rng(1).integers(1, 6, 3 * n)\n"
        "krippendorff_alphas(Ratings.from_long(unit, grader, value, levels=range(1, 6)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


def shown(row: Row, peer: str) -> str:
    theirs, ratio = row.peers[peer], row.ratio(peer)
    if not isinstance(theirs, float):
        return f"{theirs:>24}"
    return f"{theirs:12,.2f} ms {ratio:7,.1f} ×" if ratio else f"{theirs:12,.2f} ms          "


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--most", type=int, default=UNITS[-1], help="largest number of units")
    parser.add_argument("--seconds", type=float, default=120.0, help="what each call of a peer may take")
    options = parser.parse_args()
    began = time.perf_counter()
    print(f"{'units':>9} {'scale':>9} {'ours':>11} {'floor':>9}" + "".join(f"{name:>25}" for name in PEERS))
    rows = []
    for scale in SCALES:
        gave_up: dict[str, str] = {}
        for units in UNITS:
            if units <= options.most:
                rows.append(row := measure(units, scale, options.seconds, gave_up))
                cells = " ".join(shown(row, peer) for peer in PEERS)
                print(f"{units:9,} {scale:>9} {row.ours:8.2f} ms {row.floor:6.2f} ms {cells}", flush=True)
    grown = peak_mb(True) - peak_mb(False)
    given = UNITS[-1] * READINGS * 3 * 8 / 2**20
    boot, score = bootstrap_ms(), one_score_us()
    checks = [
        (f"1,000 bootstrap replicates of four α's: {boot:.1f} ms (≤ {MOST_BOOTSTRAP_MS:g})", boot <= MOST_BOOTSTRAP_MS),
        (f"one score: {score:.2f} µs (≤ {MOST_SCORE_US:g})", score <= MOST_SCORE_US),
        (
            f"peak memory at {UNITS[-1]:,} units: {grown:.0f} MiB more than importing; columns {given:.0f} MiB",
            grown <= MEMORY_SHARE * given + MEMORY_MB,
        ),
    ]
    for row in rows:
        if row.scale == "5 levels":
            checks += requirements(row)
    for sentence, holds in checks:
        print(f"{'ok' if holds else 'FAILS':>5}  {sentence}")
    print(f"{time.perf_counter() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(figures(rows, boot, score, grown), indent=2))
    return 0 if all(holds for _, holds in checks) else 1


def requirements(row: Row) -> list[tuple[str, bool]]:
    """Return what must hold of a row of five levels: ratios at the largest size, nobody faster at the smallest."""
    checks = []
    if row.units == UNITS[-1]:
        for peer, least in REQUIRED.items():
            ratio = row.ratio(peer)
            said = "did not finish" if ratio is None else f"{ratio:.1f} ×"
            checks.append((f"{row.units:,} units, {peer}: {said} (≥ {least:g} ×)", ratio is None or ratio >= least))
        checks.append((f"{row.units:,} units: {row.ours / row.floor:.1f} × the floor of reading the columns", True))
    if row.units == UNITS[0]:
        for peer in row.peers:
            ratio = row.ratio(peer) or 0.0
            checks.append((f"{row.units:,} units, {peer}: {ratio:.1f} × (≥ 1 ×)", ratio >= 1))
    if row.units == 10_000:
        ratio = row.ratio("pingouin") or 0.0
        checks.append((f"six ICCs of 10,000 units, pingouin: {ratio:,.0f} × (≥ {PINGOUIN:,.0f} ×)", ratio >= PINGOUIN))
    return checks


def figures(rows: list[Row], boot: float, score: float, grown: float) -> dict[str, Any]:
    by_scale: dict[str, dict[str, Any]] = {scale: {} for scale in SCALES}
    for row in rows:
        ratios = {f"ratio_{peer}": row.ratio(peer) for peer in row.peers}
        by_scale[row.scale][str(row.units)] = {**ratios, "ours_ms": row.ours, "floor_ms": row.floor}
    return {
        "units": by_scale["5 levels"],
        "units_0_100": by_scale["0–100"],
        "bootstrap_1000_ms": boot,
        "one_score_us": score,
        "peak_mb": grown,
    }


if __name__ == "__main__":
    sys.exit(main())
