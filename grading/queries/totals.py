"""How the totals of a class are spread: quartiles, and a histogram drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from statistics import fmean, quantiles, stdev

# What a bar may span, in points; the first that gives no more bars than these.
SPANS = [Decimal(digit).scaleb(power) for power in range(-2, 5) for digit in (1, 2, 5)]
MOST_BARS = 12
# The drawing, in its own units.
WIDTH, HEIGHT, GAP = 480, 160, 4


@dataclass(frozen=True, kw_only=True)
class Bar:
    """Totals from `low` to below `high`; the last bar takes the highest total, too."""

    low: Decimal
    high: Decimal
    n: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True, kw_only=True)
class Totals:
    n: int
    papers: int
    maximum: Decimal
    lowest: Decimal | None
    highest: Decimal | None
    median: Decimal | None
    lower_quartile: Decimal | None  # none for a single total
    upper_quartile: Decimal | None
    mean: Decimal | None
    deviation: Decimal | None
    bars: list[Bar]


def totals_of(totals: Sequence[Decimal], *, papers: int, maximum: Decimal) -> Totals:
    """Return how these totals are spread, of so many papers in all."""
    n = len(totals)
    quartiles = quantiles(totals, n=4, method="inclusive") if n > 1 else [None, totals[0] if n else None, None]
    return Totals(
        n=n,
        papers=papers,
        maximum=maximum,
        lowest=min(totals, default=None),
        highest=max(totals, default=None),
        lower_quartile=quartiles[0],
        median=quartiles[1],
        upper_quartile=quartiles[2],
        mean=Decimal(fmean(totals)) if n else None,
        deviation=Decimal(stdev(totals)) if n > 1 else None,
        bars=bars_of(totals, maximum) if n and maximum else [],
    )


def bars_of(totals: Sequence[Decimal], maximum: Decimal) -> list[Bar]:
    span = next((one for one in SPANS if maximum / one <= MOST_BARS), maximum)
    count = ceil(maximum / span)
    counts = [0] * count
    for total in totals:
        counts[min(int(total // span), count - 1)] += 1
    width, tallest = WIDTH // count, max(counts)
    bars = []
    for place, n in enumerate(counts):
        height = round(HEIGHT * n / tallest)
        bars.append(
            Bar(
                low=span * place,
                high=min(span * (place + 1), maximum),
                n=n,
                x=place * width,
                y=HEIGHT - height,
                width=width - GAP,
                height=height,
            )
        )
    return bars
