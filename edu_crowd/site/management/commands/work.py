"""Do the later work and tick the clock; several machines may run this at once."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from edu_crowd.shared.access import SYSTEM
from edu_crowd.site.worker import start_both, work_once, work_slowly_once


class Command(BaseCommand):
    help = "Do the later work and tick the clock, until SIGTERM or Ctrl-C."
    right = SYSTEM

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            work_once()
            work_slowly_once()
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        threads = start_both(stop)
        stop.wait()
        for thread in threads:
            thread.join()
