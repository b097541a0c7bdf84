"""A rubric read from a sheet into the grid of the editor, where it is checked like anything typed."""

import csv
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem
from edu_crowd.shared.sheets import OLD_OFFICE, ZIP, padded, rows_of
from edu_crowd.shared.tables import Row, UnreadableTable, decoded
from edu_crowd.shared.text import clean_text, fold, parse_number
from rubrics.changes import plain
from rubrics.checking import Fault
from rubrics.editor import MOST_CRITERIA, MOST_LEVELS, TypedCriterion, TypedRubric
from rubrics.models import Criterion
from rubrics.workbook import COLUMNS, header

LARGEST, LARGEST_UNPACKED = 5 * 2**20, 50 * 2**20
MOST_ROWS = MOST_CRITERIA * MOST_LEVELS
# What people call the columns besides what our own sheets call them.
ALSO = {
    "key": ("key", "キー", "観点キー"),
    "criterion": ("criterion", "観点", "評価項目"),
    "scale": ("scale", "尺度"),
    "weight": ("weight", "重み"),
    "tolerance": ("tolerance", "tolerance in levels", "許容差", "許容する段階の差"),
    "points": ("points", "点", "点数", "得点"),
    "level": ("level", "label", "段階", "水準", "レベル"),
    "descriptor": ("descriptor", "description", "what it means", "説明", "段階の説明"),
}
SHARED = {"title": "criterion", "scale": "scale", "weight": "weight", "tolerance": "tolerance"}


class UnreadableRubric(Problem):
    """A file that holds no rubric; the sentence says what to do."""


@dataclass
class Incoming:
    """What a file says, what is wrong with it row by row, and what was left unread."""

    typed: TypedRubric
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(name: str, content: bytes, *, current: TypedRubric) -> Incoming:
    """Read a sheet over the rubric that is there, whose keys and numbers hold where the sheet says nothing.

    Raises `UnreadableRubric`.
    """
    notes: list[str] = []
    rows = [row for row in _rows_in(name, content, notes) if any(cell.strip() for cell in row.cells)]
    if len(rows) < 2:
        raise UnreadableRubric(_("%(file)s has no row below its column names.") % {"file": name})
    if len(rows) - 1 > MOST_ROWS:
        raise UnreadableRubric(
            _("%(file)s has %(given)s rows of levels, and a rubric has %(most)s at most. Remove some.")
            % {"file": name, "given": len(rows) - 1, "most": MOST_ROWS}
        )
    places = _places(name, rows[0], notes)
    title = current.title or Path(name).stem[:200]
    incoming = Incoming(TypedRubric(title=title, base=current.base), notes=notes)
    _Reading(incoming, places, current).take(rows[1:])
    return incoming


def column_names() -> dict[str, str]:
    """Return which column each spelling means, in every language of the site."""
    names = {fold(spelling): column for column, spellings in ALSO.items() for spelling in spellings}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            names |= {fold(header(column)): column for column in COLUMNS}
    return names


def scale_codes() -> dict[str, str]:
    codes = {value: value for value in Criterion.Scale.values}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            codes |= {fold(str(label)): value for value, label in Criterion.Scale.choices}
    return codes


class _Reading:
    """Rows of one criterion belong together by its key, or by its name; a row with neither goes on with the last."""

    def __init__(self, incoming: Incoming, places: dict[str, int], current: TypedRubric) -> None:
        self.incoming, self.places = incoming, places
        self.known = {criterion.key: criterion for criterion in current.criteria}
        self.by_title = {fold(criterion.title): criterion.key for criterion in current.criteria}
        self.found: dict[str, TypedCriterion] = {}
        self.scales = scale_codes()
        self.last: TypedCriterion | None = None

    def take(self, rows: Sequence[Row]) -> None:
        for row in rows:
            said = {column: clean_text(row.cells[place]).strip() for column, place in self.places.items()}
            said["scale"] = self.scales.get(fold(said.get("scale", "")), said.get("scale", ""))
            criterion = self._criterion(row.number, said)
            texts = {"points": said["points"], "label": said["level"], "descriptor": plain(said.get("descriptor", ""))}
            if any(texts.values()):
                criterion.add_level(**texts).row = row.number

    def _criterion(self, number: int, said: dict[str, str]) -> TypedCriterion:
        key, title = said.get("key", ""), " ".join(said.get("criterion", "").split())
        if not key and not title and self.last is not None:
            criterion = self.last
        else:
            key = key or self.by_title.get(fold(title), "")
            name = key or fold(title)
            if name not in self.found:
                self.found[name] = self._new(number, key, title)
            criterion = self.last = self.found[name]
        for attribute, column in SHARED.items():
            self._agree(criterion, attribute, said.get(column, ""), number)
        return criterion

    def _new(self, number: int, key: str, title: str) -> TypedCriterion:
        criterion = self.incoming.typed.add_criterion(key=key, title=title)
        criterion.row = number
        if before := self.known.get(key):
            criterion.title = title or before.title
            criterion.weight, criterion.tolerance, criterion.scale = before.weight, before.tolerance, before.scale
        return criterion

    def _agree(self, criterion: TypedCriterion, attribute: str, value: str, number: int) -> None:
        """Take what the first row of a criterion says; a later one says the same or nothing."""
        if not value:
            return
        if number == criterion.row:
            setattr(criterion, attribute, " ".join(value.split()))
        elif _one_spelling(value) != _one_spelling(getattr(criterion, attribute)):
            sentence = _("The column “%(column)s” differs from row %(row)s. Write the same, or leave it empty.")
            words = {"column": header(SHARED[attribute]), "row": criterion.row}
            self.incoming.faults.append(Fault(f"{criterion.name}-{attribute}", sentence % words, number))


def _one_spelling(value: str) -> object:
    number = parse_number(value)
    return fold(value) if number is None else number


def _places(name: str, first: Row, notes: list[str]) -> dict[str, int]:
    names, places = column_names(), {}
    for place, cell in enumerate(first.cells):
        column = names.get(fold(cell.strip("\ufeff \"'")))
        if column is not None and column in places:
            raise UnreadableRubric(
                _("%(file)s has two columns for “%(column)s”. Remove one.") % {"file": name, "column": header(column)}
            )
        if column is not None:
            places[column] = place
        elif cell.strip():
            notes.append(_("The column “%(column)s” is not used.") % {"column": cell.strip()[:80]})
    missing = [column for column in ("points", "level") if column not in places]
    if not {"key", "criterion"} & places.keys():
        missing.insert(0, "criterion")
    if missing:
        raise UnreadableRubric(
            _("%(file)s lacks these columns: %(missing)s. Download a rubric to see how its first row looks.")
            % {"file": name, "missing": ", ".join(header(column) for column in missing)}
        )
    return places


def _rows_in(name: str, content: bytes, notes: list[str]) -> list[Row]:
    if len(content) > LARGEST:
        raise UnreadableRubric(_("%(file)s is larger than %(size)s MB.") % {"file": name, "size": LARGEST // 2**20})
    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.xlsx"  # openpyxl goes by the ending
        path.write_bytes(content)
        try:
            rows = _rows_of_file(path, content)
        except UnreadableTable as problem:
            raise UnreadableRubric(str(problem).replace(str(path), name)) from None
        except Exception:  # on files that are not what they say, openpyxl, zipfile and csv fail in any number of ways
            raise UnreadableRubric(
                _("%(file)s cannot be read as a table. Save it as XLSX, or as CSV in UTF-8.") % {"file": name}
            ) from None
    return rows


def _rows_of_file(path: Path, content: bytes) -> list[Row]:
    """Return the cells as they are: elsewhere tables are read in one spelling, which would change a rubric's words."""
    if content[:4] == OLD_OFFICE:
        raise UnreadableTable(
            _("{file} is an old or a protected workbook; save it as XLSX without a password.").format(file=path)
        )
    if content[:4] == ZIP:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise UnreadableTable(_("{file} unpacks to more than it may; save only the marks.").format(file=path))
        return list(padded(rows_of(path, None, [])))
    text = decoded(path, []).removeprefix("\ufeff")
    first = text.splitlines()[0] if text.strip() else ""
    known = column_names()
    delimiter = max("\t;,", key=lambda sign: sum(fold(cell.strip('"')) in known for cell in first.split(sign)))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = [Row(reader.line_num, tuple(cells)) for cells in reader]
    width = max((len(row.cells) for row in rows), default=0)
    return [Row(row.number, (row.cells + ("",) * width)[:width]) for row in rows]
