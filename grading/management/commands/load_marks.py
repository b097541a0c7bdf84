from argparse import ArgumentParser
from datetime import datetime
from random import SystemRandom
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assignments.models import Assignment
from edu_crowd.people.models import User
from edu_crowd.shared.access import OPERATOR
from edu_crowd.shared.errors import Problem
from grading import pipeline
from grading.workbooks.mark_files import FILES_HELP, add_column_arguments
from grading.workbooks.marks_in import readings_of
from grading.workbooks.marks_in_text import loaded_lines, remark_lines
from grading.workbooks.references import add_reference_arguments, read_truth
from grading.workbooks.rubric_in import Incoming, into_existing, into_new

# Whose course it is in a site that has no account yet; can receive no mail.
FIRST_OWNER = "teacher@localhost"


class Command(BaseCommand):
    help = "Load marks from elsewhere into an assignment, and settle, flag and report them."
    right = OPERATOR

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="[ASSIGNMENT] FILE", help=f"{FILES_HELP}; first the number of the assignment"
        )
        parser.add_argument("--create", metavar="TITLE", help="make course, assignment and rubric from the columns")
        parser.add_argument(
            "--owner",
            metavar="EMAIL",
            help="whose course --create makes (default: the only administrator's, or a first account's)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        add_column_arguments(parser)
        add_reference_arguments(parser)

    def handle(self, **options: Any) -> None:
        try:
            with transaction.atomic():
                self.load(options)
                transaction.set_rollback(options["dry_run"])
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written")

    def load(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        incoming = self.incoming(options, now)
        for line in remark_lines(incoming.marks, readings_of(incoming.marks)):
            self.stdout.write(line)
        loaded = pipeline.load_marks(
            assignment=incoming.assignment,
            criteria=incoming.criteria,
            marks=incoming.marks,
            now=now,
            rng=SystemRandom(),
            say=self.say,
        )
        for line in loaded_lines(loaded, read_truth(options, incoming.marks)):
            self.stdout.write(line)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def incoming(self, options: dict[str, Any], now: datetime) -> Incoming:
        if options["create"]:
            return into_new(title=options["create"], owner=self.owner(options["owner"]), options=options, now=now)
        number, *files = options["files"]
        assignment = Assignment.objects.filter(pk=int(number)).first() if number.isdecimal() else None
        if assignment is None or not files:
            raise CommandError("Name the assignment by its number and then the files, or give --create TITLE.")
        return into_existing(assignment=assignment, options={**options, "files": files})

    def owner(self, email: str | None) -> User:
        """Return the account named, else the only administrator, else in a site without accounts a first one."""
        named = User.objects.filter(email__iexact=email) if email else User.objects.filter(is_staff=True)
        found = list(named[:2])
        if len(found) == 1:
            return found[0]
        if email or User.objects.exists():
            raise CommandError("--create makes a course for somebody: name their account by --owner EMAIL.")
        self.stdout.write(f"The course belongs to {FIRST_OWNER}; `manage.py changepassword {FIRST_OWNER}` lets them in")
        return User.objects.create_user(FIRST_OWNER, display_name="Teacher")
