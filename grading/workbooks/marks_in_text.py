"""What a person is told when marks from elsewhere come in."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from grading.models import Script
from grading.workbooks.analysis import Reference
from grading.workbooks.mark_files import MarkFile
from grading.workbooks.marks_in import Loaded, Points
from grading.workbooks.round_comparison import reference_lines
from grading.workbooks.round_text import round_lines

SCRIPTS_PER_LINE = 1000


def remark_lines(marks: MarkFile, readings: Mapping[tuple[str, str], Points]) -> list[str]:
    """Return a sentence for everything in the file that a person should know of before it is loaded."""
    rows = list(zip(*(criterion.marks for criterion in marks.criteria), strict=True))
    given = sum(any(mark is not None for mark in row) for row in rows)
    per_unit: dict[str, int] = {}
    for unit, _grader in readings:
        per_unit[unit] = per_unit.get(unit, 0) + 1
    alone = [unit for unit, count in per_unit.items() if count == 1]
    remarks = [*marks.notes, *(note for criterion in marks.criteria for note in criterion.notes)]
    if given < len(rows):
        remarks.append(_("%(count)d rows hold no mark: left out.") % {"count": len(rows) - given})
    if len(readings) < given:
        remarks.append(_("%(count)d rows mark a unit again: the last one counts.") % {"count": given - len(readings)})
    for place, criterion in enumerate(marks.criteria):
        missing = sum(points[place] is None for points in readings.values())
        if missing:
            remarks.append(_("%(count)d sheets lack “%(name)s”.") % {"count": missing, "name": criterion.name})
    if alone:
        remarks.append(
            _("%(count)d units have one reading, the first %(unit)s: nothing compares with it.")
            % {"count": len(alone), "unit": alone[0]}
        )
    return remarks


def saying_how_far(scripts: Iterable[Script], say: Callable[[str], object]) -> Iterator[Script]:
    """Yield scripts, and say a line for every `SCRIPTS_PER_LINE` that are done: a big file takes minutes."""
    waiting = list(scripts)
    for count, script in enumerate(waiting, start=1):
        yield script
        if count % SCRIPTS_PER_LINE == 0:
            say(_("%(count)d of %(all)d scripts looked at") % {"count": count, "all": len(waiting)})


def loaded_lines(loaded: Loaded, reference: Reference | None) -> Iterator[str]:
    """Return what was added, the table of the round, and how far it lies from the reference."""
    yield _(
        "%(units)d units by %(graders)d graders: %(sheets)d sheets added, %(corrected)d corrected, %(unchanged)d known"
    ) % {
        "units": loaded.units,
        "graders": loaded.graders,
        "sheets": loaded.sheets,
        "corrected": loaded.corrected,
        "unchanged": loaded.unchanged,
    }
    yield from round_lines(loaded.round)
    if reference is not None:
        yield from reference_lines(loaded.round, reference)
        yield _("(settled: the scripts that wait for nobody)")
