"""Later work: asked for by a row in the same transaction, done in a transaction of its own.

A job runs inside the transaction that marks its row done, so its writes happen once or not at all: a worker that
dies leaves the row as it was. See docs/decisions/0001-outbox.md.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from edu_crowd.shared.access import SYSTEM
from edu_crowd.shared.models import OutboxEntry

log = logging.getLogger(__name__)

Job = Callable[..., None]
JOBS: dict[str, Job] = {}
LONGEST_WAIT = timedelta(hours=1)


def job(name: str) -> Callable[[Job], Job]:
    """Register what to do for the rows of this name: `job(payload, now=…)`. Jobs act for the site itself."""

    def register(function: Job) -> Job:
        assert name not in JOBS, f"two jobs are called {name}"
        function.right = SYSTEM  # type: ignore[attr-defined]  # read by the test of declared rights
        JOBS[name] = function
        return function

    return register


def put(name: str, *, key: str, payload: dict[str, Any], run_at: datetime) -> None:
    """Ask for later work. The same key twice is the same work once. Needs an open transaction."""
    assert connection.in_atomic_block, "later work is asked for in the transaction that needs it"
    assert name in JOBS, f"no job is called {name}"
    OutboxEntry.objects.bulk_create(
        [OutboxEntry(job=name, key=f"{name}:{key}", payload=payload, run_at=run_at)], ignore_conflicts=True
    )


def run_next(*, now: datetime) -> bool:
    """Do the first due piece of work; return whether there was one. A failure is written down and tried again."""
    entry: OutboxEntry | None = None
    try:
        with transaction.atomic():
            entry = (
                OutboxEntry.objects.filter(done_at=None, run_at__lte=now)
                .order_by("run_at", "pk")
                .select_for_update(skip_locked=True)
                .first()
            )
            if entry is None:
                return False
            JOBS[entry.job](entry.payload, now=now)
            OutboxEntry.objects.filter(pk=entry.pk).update(done_at=now, error="")
    except Exception as failure:  # whatever a job raises must not stop the ones behind it
        if entry is None:
            raise
        log.exception("job %s failed", entry.key)
        wait = min(timedelta(seconds=2 ** min(entry.attempts, 20)), LONGEST_WAIT)
        OutboxEntry.objects.filter(pk=entry.pk, done_at=None).update(
            attempts=entry.attempts + 1, error=repr(failure)[:2000], run_at=now + wait
        )
    return True


def drain(*, now: datetime, at_most: int = 10_000) -> int:
    """Do what is due; return how many pieces of work were tried."""
    done = 0
    while done < at_most and run_next(now=now):
        done += 1
    return done


def hurry(*, entry_id: int, now: datetime) -> bool:
    """Make a piece of work due now; False when it is done already."""
    return bool(OutboxEntry.objects.filter(pk=entry_id, done_at=None).update(run_at=now))
