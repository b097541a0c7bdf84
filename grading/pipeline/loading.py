"""Marks from elsewhere walk the same way, from the sheet on."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from django.db import transaction

from assignments.models import Assignment
from grading.pipeline.reading import look_at_what_there_is
from grading.queries.script import unsettled
from grading.services import agreement
from grading.workbooks import marks_in
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.marks_in import Loaded
from grading.workbooks.marks_in_text import saying_how_far
from rubrics.models import Criterion


@transaction.atomic
def load_marks(
    *,
    assignment: Assignment,
    criteria: Sequence[Criterion],
    marks: MarkFile,
    now: datetime,
    rng: Random,
    say: Callable[[str], object] = lambda line: None,
) -> Loaded:
    """Take the marks of a file as all there will be: settle where they agree, ask the teacher where they do not."""
    readings = marks_in.readings_of(marks)
    loaded = marks_in.load(assignment=assignment, criteria=criteria, readings=readings, now=now, rng=rng)
    for read in saying_how_far(unsettled(loaded.round), say):
        look_at_what_there_is(read, now=now)
    agreement.refresh_reports(round_=loaded.round, now=now)
    return loaded
