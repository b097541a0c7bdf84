"""Does the later work and ticks the clock, in a thread of the server or in a process of its own."""

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


class Lifespan:
    """Starts the worker with the server and stops it with the server."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        stop = Event()
        thread = Thread(target=work, args=(stop,), name="worker", daemon=True)
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if settings.EMBEDDED_WORKER:
                    thread.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                stop.set()
                if thread.is_alive():
                    thread.join(timeout=5)
                await send({"type": "lifespan.shutdown.complete"})
                return
