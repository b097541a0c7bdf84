"""Compile translations without gettext, which a newcomer's machine need not have."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

from edu_crowd.shared.access import OPERATOR


class Command(BaseCommand):
    help = "Write the .mo file beside each .po file of the project, or of those named."
    right = OPERATOR
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE.po")

    def handle(self, *args: Any, **options: Any) -> None:
        everything = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")]
        for path in options["files"] or sorted(everything):
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
