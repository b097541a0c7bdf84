"""Does a claim cost the same at 1,000 and at 100,000 open scripts?  `make bench-claim ARGS="--json FILE"`

Claims in a small and in a large round alternate in one run on one database, and medians are compared: by a grader who
has read nothing yet, and by one who has read half of all that is open, where a queue read from its head breaks down.
"""

import argparse
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks._scratch import database

if TYPE_CHECKING:
    from grading.models import Grader, Round

SMALL, LARGE = 1_000, 100_000
CLAIMS = 300
ALLOWED = 1.5
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def build(scripts: int) -> "tuple[Round, dict[str, Grader]]":
    """Insert an open round with its scripts, and two graders: a fresh one and one who has read every second script."""
    from django.db import connection

    from grading.models import Allocation, Enlistment, Grader, Round, Script
    from tests.factories import AssignmentFactory, UserFactory

    rng = Random(scripts)
    round_ = Round.objects.create(assignment=AssignmentFactory(), state=Round.State.OPEN, opened_at=NOW)
    graders = {}
    for name in ("fresh", "half read"):
        graders[name] = Grader.objects.create(user=UserFactory(), kind=Grader.Kind.CROWD)
        Enlistment.objects.create(round=round_, grader=graders[name], pseudonym=name, state=Enlistment.State.ACTIVE)
    rows = Script.objects.bulk_create(
        (
            Script(round=round_, language="en", readings_wanted=4, is_open=True, rnd=rng.random())
            for _ in range(scripts)
        ),
        batch_size=2_000,
    )
    Allocation.objects.bulk_create(
        (Allocation(script=row, grader=graders["half read"], state=Allocation.State.SEALED) for row in rows[::2]),
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return round_, graders


def one_claim(round_: "Round", grader: "Grader", rng: Random) -> float:
    """Return the milliseconds of one claim, and put the script back."""
    from grading.models import Allocation, Script
    from grading.services.claim import claim_next

    started = time.perf_counter()
    claimed = claim_next(round_=round_, grader=grader, now=NOW + timedelta(days=1), rng=rng)
    took = (time.perf_counter() - started) * 1000
    if claimed is None:
        raise SystemExit("A claim found nothing although scripts were open.")
    Allocation.objects.filter(pk=claimed.pk).delete()
    Script.objects.filter(pk=claimed.script_id).update(readings_taken=0, is_open=True)
    return took


def measure() -> dict[str, Any]:
    rng = Random(0)
    rounds = {scripts: build(scripts) for scripts in (SMALL, LARGE)}
    times: dict[tuple[str, int], list[float]] = {}
    for number in range(CLAIMS + 20):
        for scripts, (round_, graders) in rounds.items():
            for name, grader in graders.items():
                took = one_claim(round_, grader, rng)
                if number >= 20:  # the first ones warm the caches
                    times.setdefault((name, scripts), []).append(took)
    figures: dict[str, Any] = {}
    for name in ("fresh", "half read"):
        small, large = median(times[name, SMALL]), median(times[name, LARGE])
        figures[name] = {"ms_at_1000": small, "ms_at_100000": large, "ratio": large / small}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    options = parser.parse_args()
    started = time.perf_counter()
    with database() as vendor:
        figures = measure()
    wall = time.perf_counter() - started
    print(f"One claim, median of {CLAIMS}, {vendor}")
    print(f"{'grader':<12}{SMALL:>12,}{LARGE:>12,}{'ratio':>8}   allowed {ALLOWED}")
    for name, row in figures.items():
        print(f"{name:<12}{row['ms_at_1000']:>9.2f} ms{row['ms_at_100000']:>9.2f} ms{row['ratio']:>8.2f}")
    print(f"wall time {wall:.1f} s")
    if options.json:
        options.json.write_text(json.dumps({"vendor": vendor, "claim": figures, "wall_s": wall}, indent=2))
    if any(row["ratio"] > ALLOWED for row in figures.values()):
        raise SystemExit("A claim grows with the number of open scripts.")


if __name__ == "__main__":
    main()
