"""Does the later work and ticks the clock, in threads of the server or in a process of its own.

What takes long, a file of many thousand rows, has a thread for itself: marks and clock never wait for it.
"""

import logging
from random import SystemRandom
from threading import Event, Thread
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from edu_crowd.shared import outbox
from grading import pipeline

log = logging.getLogger(__name__)
PAUSE_SECONDS = 2.0
# Sheets that were just sealed should not wait for the next tick of the clock.
OUTBOX_PAUSE_SECONDS = 0.25
SLOW_PAUSE_SECONDS = 1.0


def work_once() -> None:
    """Tick the clock once and do what is due."""
    pipeline.tick(now=timezone.now(), rng=SystemRandom())
    outbox.drain(now=timezone.now())


def work(stop: Event) -> None:
    """Work until told to stop. Whatever fails, a database that is away included, is tried again."""
    ticks_in = 0.0
    while not stop.is_set():
        try:
            close_old_connections()
            if ticks_in <= 0:
                work_once()
                ticks_in = PAUSE_SECONDS
            else:
                outbox.drain(now=timezone.now())
        except Exception:  # the next round may find the database back
            log.exception("the worker stumbled")
        ticks_in -= OUTBOX_PAUSE_SECONDS
        stop.wait(OUTBOX_PAUSE_SECONDS)
    close_old_connections()


def work_slowly_once(stop: Event | None = None) -> None:
    """Do the slow work that waits: files, one after the other."""
    while pipeline.write_next(now=timezone.now, is_stopping=stop.is_set if stop else lambda: False):
        if stop and stop.is_set():
            return


def work_slowly(stop: Event) -> None:
    """Do slow work until told to stop; a file that is being written is then handed back."""
    while not stop.is_set():
        try:
            close_old_connections()
            work_slowly_once(stop)
        except Exception:  # the next round may find the database back
            log.exception("the slow worker stumbled")
        stop.wait(SLOW_PAUSE_SECONDS)
    close_old_connections()


def start_both(stop: Event) -> list[Thread]:
    """Start the quick and the slow worker; both end when told to stop."""
    threads = [
        Thread(target=work, args=(stop,), name="worker", daemon=True),
        Thread(target=work_slowly, args=(stop,), name="slow worker", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


class Lifespan:
    """Starts the workers with the server and stops them with the server."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        stop = Event()
        threads: list[Thread] = []
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if settings.EMBEDDED_WORKER:
                    threads = start_both(stop)
                await send({"type": "lifespan.startup.complete"})
            else:
                stop.set()
                for thread in threads:
                    thread.join(timeout=5)
                await send({"type": "lifespan.shutdown.complete"})
                return
