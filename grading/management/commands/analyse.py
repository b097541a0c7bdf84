import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edu_crowd.shared.access import OPERATOR
from edu_crowd.shared.errors import Problem
from grading.workbooks.analysis import analyse
from grading.workbooks.analysis_text import as_text
from grading.workbooks.mark_files import FILES_HELP, add_column_arguments, read_marks
from grading.workbooks.references import add_reference_arguments, read_anchored_units, read_truth


class Command(BaseCommand):
    help = "Measure how far graders agree, from files of marks. Needs no database."
    right = OPERATOR
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help=FILES_HELP)
        add_column_arguments(parser)
        add_reference_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        try:
            marks = read_marks(options)
            anchored = read_anchored_units(options, marks)
            analysis = analyse(marks, reference=read_truth(options, marks), anchored=anchored)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(analysis, allow_nan=False) if options["json"] else as_text(analysis))
