"""When a round may be read to its end, at the pace of its graders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from grading.agreement.pace import FEWEST, hours_to_finish
from grading.models import Allocation, MarkSheet, Round

DAY = timedelta(days=1)
Purpose = Allocation.Purpose


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The end of a round, with the interval that holds it with 95 %, or the reason why there is none."""

    left: int
    n: int
    is_of_last_day: bool
    ends_at: datetime | None
    from_at: datetime | None
    to_at: datetime | None
    reason: str | None


def forecast_of(round_: Round, *, left: int, now: datetime) -> Forecast | None:
    """Forecast when the readings that are left will be in; None for a round that hands nothing out.

    The pace is that of the last day where enough was read then, else that since the round opened: rests count as time.
    """
    if round_.state != Round.State.OPEN or round_.opened_at is None:
        return None
    # A correction is no further reading, and what an appeal asked for is none of the round's work.
    sheets = MarkSheet.objects.filter(
        allocation__script__round=round_, allocation__purpose__in=(Purpose.BASE, Purpose.FURTHER), version=1
    )
    counts = sheets.aggregate(all=Count("pk"), last_day=Count("pk", filter=Q(sealed_at__gt=now - DAY)))
    open_for = now - round_.opened_at
    is_of_last_day = counts["last_day"] >= FEWEST and open_for > DAY
    done, time = (counts["last_day"], DAY) if is_of_last_day else (counts["all"], open_for)
    outlook = hours_to_finish(left=left, done=done, hours=max(time / timedelta(hours=1), 0.0))
    return Forecast(
        left=left,
        n=outlook.n,
        is_of_last_day=is_of_last_day,
        ends_at=after(now, outlook.hours),
        from_at=after(now, outlook.low),
        to_at=after(now, outlook.high),
        reason=outlook.reason,
    )


def after(now: datetime, hours: float | None) -> datetime | None:
    """Return the instant so many hours from now; None beyond ten years, which no calendar is asked for."""
    return None if hours is None or hours > 87_600 else now + timedelta(hours=hours)
