import os
import time
from argparse import ArgumentParser
from random import SystemRandom
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from edu_crowd.shared.access import OPERATOR
from edu_crowd.shared.errors import Problem
from edu_crowd.site.demo import database, folder, real_marks
from edu_crowd.site.demo.serving import HOST, listen, serve
from edu_crowd.site.demo.stages import STAGES, build
from edu_crowd.site.demo.table import table_lines
from edu_crowd.site.demo.waiting import work_waiting
from grading.workbooks.mark_files import add_column_arguments
from grading.workbooks.references import add_reference_arguments

STARTED_AT = float(os.environ.get("START_TIME") or time.time())


class Command(BaseCommand):
    help = "Build the demo course once, print what came out, and serve it on this machine."
    right = OPERATOR
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=tuple(STAGES), default="review", help="how far the course has gone")
        parser.add_argument("--reset", action="store_true", help="remove the demo's data first")
        parser.add_argument("--port", type=int, help="default: the first free one from 8000")
        parser.add_argument("--seed", type=int, default=1, help="another class, other graders' moods")
        parser.add_argument("--marks", metavar="FILE", help="real marks instead of the demo course; name their columns")
        parser.add_argument("--no-serve", action="store_true", help="build and print only")
        add_column_arguments(parser)
        add_reference_arguments(parser)

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("PRODUCTION is set, and the demo lets anybody in: unset it.")
        try:
            with folder.held(alone=options["reset"]) as lock:
                self.build_and_serve(options, lock)
        except Problem as problem:
            raise CommandError(str(problem)) from problem

    def build_and_serve(self, options: dict[str, Any], lock: IO[str]) -> None:
        listening = None if options["no_serve"] else listen(options["port"])
        try:
            start = self.prepare(options)
        except KeyboardInterrupt:
            raise CommandError("Stopped before the course was ready; nothing of it was kept.") from None
        folder.share(lock)
        if listening is None:
            self.say(f"Done after {elapsed()}")
            return
        port, waiting = listening.getsockname()[1], work_waiting().lines()
        serve(listening, ready=lambda: self.announce(port, start, waiting))
        self.say("Stopped. The data stay; RESET=1 builds the course anew")

    def prepare(self, options: dict[str, Any]) -> str:
        """Build what is not there yet, print the table, and return the page to begin at."""
        others = database.remove() if options["reset"] else 0
        if others:
            self.say(f"Other accounts removed with the demo: {others}")
        there = database.is_there()
        began = time.monotonic()
        if options["marks"]:
            self.say(f"Loading {options['marks']}")
            round_, lines = real_marks.load(
                file=options["marks"],
                options=options,
                stage=options["stage"],
                now=timezone.now(),
                rng=SystemRandom(),
                say=self.say,
            )
            for line in lines:
                self.say(line)
            self.say(f"Loaded and settled in {time.monotonic() - began:.1f} s")
            return reverse("board", args=[round_.pk])
        if there:
            self.say("The demo is there already and stays as it is; RESET=1 builds it anew")
            return reverse("home")
        self.say(f"Building the demo course, stage “{options['stage']}”, seed {options['seed']}")
        told = build(stage=options["stage"], seed=options["seed"], now=timezone.now(), say=lambda x: self.say(f"  {x}"))
        for line in table_lines(told):
            self.say(line)
        self.say("")
        self.say(f"Built and marked in {time.monotonic() - began:.1f} s")
        return reverse("home")

    def announce(self, port: int, start: str, waiting: list[str]) -> None:
        self.say("")
        self.say(f"EduCrowd is at http://{HOST}:{port}/ ({elapsed()} after the start; Ctrl-C stops it)")
        if start != reverse("home"):
            self.say(f"Signed in as teacher, see the marks at http://{HOST}:{port}{start}")
        self.say("Sign in there with one click as")
        for line in waiting:
            self.say(f"  {line}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def elapsed() -> str:
    return f"{time.time() - STARTED_AT:.1f} s"
