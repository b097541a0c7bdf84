"""Files that somebody asked for: asked once, taken by one worker at a time, finished or given up, removed when old."""

from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assignments.models import Assignment
from edu_crowd.people.models import User
from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.models import Export

State = Export.State
UNDER_WAY = (State.WAITING, State.RUNNING)
# A writer that gave no sign for so long is taken for dead.
STANDS_STILL = timedelta(seconds=60)
# Begun anew until then: a file that kills its writer must not kill every writer after it.
GIVEN_UP_AFTER = timedelta(hours=2)
KEPT_FOR = timedelta(days=7)


class UnknownKind(Problem):
    """No file of this kind is written."""


class ExportLost(Exception):
    """Another worker has taken the export: this one gave no sign for too long."""


@transaction.atomic
def ask_for(*, assignment: Assignment, by: User, kind: str, now: datetime) -> Export:
    """Ask for a file; the one under way is returned when the same person asks again. Raises `UnknownKind`.

    Locks the assignment, so that two clicks are one export.
    """
    if kind not in Export.Kind.values:
        raise UnknownKind(_("Choose XLSX or CSV."))
    Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    asked = Export.objects.filter(assignment=assignment, by=by, kind=kind, state__in=UNDER_WAY).first()
    if asked is not None:
        return asked
    export = Export.objects.create(assignment=assignment, by=by, kind=kind, asked_at=now)
    audit.record("gradebook.exported", export, assignment=assignment.pk, kind=kind)
    return export


def take_next(*, now: datetime) -> Export | None:
    """Take the export that waits longest, or one whose writer died; a conditional write, so that one worker gets it."""
    dead = Q(state=State.RUNNING, alive_at__lt=now - STANDS_STILL)
    for found in Export.objects.filter(Q(state=State.WAITING) | dead).order_by("asked_at", "pk")[:20]:
        as_found = Export.objects.filter(pk=found.pk, state=found.state, alive_at=found.alive_at)
        if found.state == State.RUNNING and found.asked_at < now - GIVEN_UP_AFTER:
            as_found.update(state=State.FAILED, error=_("Writing the file was begun several times and never finished."))
        elif as_found.update(state=State.RUNNING, alive_at=now, rows_done=0, rows_total=0):
            return Export.objects.select_related("assignment__course", "by").get(pk=found.pk)
    return None


def keep_alive(*, export: Export, rows_done: int, rows_total: int, now: datetime) -> None:
    """Say how far the file is. Raises `ExportLost`."""
    update_mine(export, rows_done=rows_done, rows_total=rows_total, alive_at=now)
    export.alive_at = now


def finish(*, export: Export, file: IO[bytes], now: datetime) -> None:
    """Keep the file and say that it is ready. Raises `ExportLost`; the file is then thrown away."""
    export.file.save("gradebook", File(file), save=False)
    try:
        update_mine(export, state=State.DONE, file=export.file.name, done_at=now, error="")
    except ExportLost:
        export.file.storage.delete(str(export.file.name))
        raise


def fail(*, export: Export, sentence: str, now: datetime) -> None:
    """Say in a sentence that the file could not be written. Raises `ExportLost`."""
    update_mine(export, state=State.FAILED, done_at=now, error=sentence)


def hand_back(*, export: Export) -> None:
    """Let another worker begin anew, since this one stops. Raises `ExportLost`."""
    update_mine(export, state=State.WAITING, alive_at=None)


def update_mine(export: Export, **fields: object) -> None:
    # The last sign of life is the token: whoever takes the export over writes another.
    mine = Export.objects.filter(pk=export.pk, state=State.RUNNING, alive_at=export.alive_at)
    if not mine.update(**fields):
        raise ExportLost


def remove_old_files(*, now: datetime) -> int:
    """Delete the files that were ready long ago, some at a time; the rows stay. Return how many."""
    old = Export.objects.filter(state=State.DONE, done_at__lt=now - KEPT_FOR).exclude(file="").order_by("pk")[:100]
    for export in old:
        export.file.storage.delete(str(export.file.name))  # first: a file without a row would lie there for ever
        Export.objects.filter(pk=export.pk).update(file="")
    return len(old)
