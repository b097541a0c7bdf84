"""Gradebooks as files, written by the slow worker.

Not a job of the outbox: a job runs inside a transaction, and on SQLite a transaction of a minute would keep everybody
else from writing. Here each sign of life is a short write of its own, and the reads in between hold nothing.
"""

import logging
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO, Any, cast
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.queries.submission import counting_submissions
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Problem
from grading.models import Export
from grading.services import export as service
from grading.services.export import ExportLost
from grading.services.feedback import batches_of
from grading.services.result import compute_results
from grading.workbooks.gradebook import Plan, Results, Sheets, write_csv, write_workbook

log = logging.getLogger(__name__)
BETWEEN_SIGNS = timedelta(seconds=1)


class Stopped(Exception):
    """The worker is to stop: the export goes back to those that wait."""


class RightWithdrawn(Problem):
    """Whoever asked for the file no longer manages the course."""


class Signs:
    """Tells how far an export is, once a second at most, while it is written."""

    def __init__(self, export: Export, now: Callable[[], datetime], is_stopping: Callable[[], bool]) -> None:
        self.export, self.now, self.is_stopping = export, now, is_stopping
        self.rows_done, self.rows_total = 0, 0
        self.told_at: datetime | None = None

    def __call__(self, rows: int = 0) -> None:
        self.rows_done += rows
        now = self.now()
        if self.told_at is not None and now - self.told_at < BETWEEN_SIGNS:
            return
        if self.is_stopping():
            raise Stopped
        self.tell(now)

    def tell(self, now: datetime) -> None:
        service.keep_alive(
            export=self.export, rows_done=min(self.rows_done, self.rows_total), rows_total=self.rows_total, now=now
        )
        self.told_at = now


class Watched:
    """A file that gives a sign with each piece written: packing a big workbook takes a while, too."""

    def __init__(self, file: IO[bytes], signs: Signs) -> None:
        self.file, self.signs = file, signs

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def write(self, data: bytes) -> int:
        self.signs()
        return self.file.write(data)


def write_next(*, now: Callable[[], datetime], is_stopping: Callable[[], bool] = lambda: False) -> bool:
    """Write the export that waits longest; return whether there was one. Needs to be in no transaction.

    The rows are read in parts and hold no snapshot. What they tell is of one moment all the same: sheets and results
    are append-only, and those that came after the beginning are left out.
    """
    export = service.take_next(now=now())
    if export is None:
        return False
    with translation.override(export.by.locale), timezone.override(ZoneInfo(export.by.time_zone)):
        try:
            write(export, now=now, is_stopping=is_stopping)
        except ExportLost:
            log.warning("export %s was taken over by another worker", export.pk)
        except Stopped:
            service.hand_back(export=export)
        except Problem as problem:
            service.fail(export=export, sentence=str(problem), now=now())
        except Exception:  # whatever it was, the person who waits is told, and the next one is not kept waiting
            log.exception("export %s failed", export.pk)
            service.fail(export=export, sentence=_("Something went wrong while the file was written."), now=now())
    return True


def bring_results_up(assignment: Assignment, signs: Signs) -> None:
    """Compute the results anew where rules or extensions may have changed; what students were told stays."""
    if assignment.state in Assignment.TOLD:
        return
    for papers in batches_of(list(counting_submissions(assignment))):
        compute_results(assignment=assignment, submissions=papers, reason="settled", now=signs.now())
        signs()


def write(export: Export, *, now: Callable[[], datetime], is_stopping: Callable[[], bool]) -> None:
    if not has_right(export.by, "manage_course", export.assignment.course):
        raise RightWithdrawn(_("You no longer manage this course, so its gradebook was not written."))
    plan, signs = Plan(export.assignment), Signs(export, now, is_stopping)
    bring_results_up(export.assignment, signs)
    extent = plan.extent
    students, sheets = len(extent.student_ids), extent.sheets
    with tempfile.TemporaryFile(prefix="edu-crowd-export-") as file:
        if export.kind == Export.Kind.XLSX:
            signs.rows_total = students + sheets + extent.flags
            signs.tell(now())
            write_workbook(plan, cast(IO[bytes], Watched(file, signs)), progress=signs, now=now())
        else:
            table = Results(plan) if export.kind == Export.Kind.CSV else Sheets(plan)
            signs.rows_total = students if export.kind == Export.Kind.CSV else sheets
            signs.tell(now())
            write_csv(table, file, progress=signs)
        signs.tell(now())
        file.seek(0)
        service.finish(export=export, file=file, now=now())
