"""Reads an uploaded roster, and finds out which of its columns are what."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edu_crowd.shared.errors import Problem
from edu_crowd.shared.sheets import ZIP, read_table
from edu_crowd.shared.tables import Row, Table, UnreadableTable
from edu_crowd.shared.text import fold

MAX_MEGABYTES = 5
# What a workbook of 5,000 people never needs; who uploads may be anybody with a course.
MAX_UNPACKED = 60 * 2**20
MAX_ROWS = 5_000
MAX_CELL = 400  # longer than any field, so that a longer cell is still told as too long

# The columns of the file that is offered as a template, in this order.
HEADINGS = {
    "student_number": gettext_lazy("student number"),
    "family_name": gettext_lazy("family name"),
    "given_name": gettext_lazy("given name"),
    "reading": gettext_lazy("reading"),
    "email": gettext_lazy("mail address"),
}
# Spelled as `heading_key` spells them.
KNOWN = {
    "student_number": "studentnumber studentno studentid id 学籍番号 学生番号 学生証番号 番号",
    "family_name": "familyname lastname surname 姓 氏 名字 苗字",
    "given_name": "givenname firstname 名",
    "name": "name fullname studentname 氏名 名前 学生氏名",
    "reading": "reading kana furigana ふりがな フリガナ かな カナ 読み 読みがな よみ よみがな 氏名カナ カナ氏名",
    "email": "mail email mailaddress emailaddress メール メールアドレス eメール 電子メール 電子メールアドレス",
}
FIELD_OF = {key: field for field, keys in KNOWN.items() for key in keys.split()}
IDENTIFYING = {"student_number", "family_name", "given_name", "name", "email"}


class TooLarge(Problem):
    """A file, or a list in it, that is larger than a roster is."""


class NoRoster(Problem):
    """No column of the file says who somebody is, or two say the same."""


def read_roster(name: str, content: bytes) -> Table:
    """Read an uploaded file of rows under recognised columns; raises `TooLarge`, `UnreadableTable`, `NoRoster`."""
    if len(content) > MAX_MEGABYTES * 2**20:
        raise TooLarge(_("The file is larger than %(limit)d MB. Save the roster alone.") % {"limit": MAX_MEGABYTES})
    if content.startswith(ZIP):
        _refuse_bomb(content)
    with TemporaryDirectory() as folder:
        # The reader of workbooks looks at the ending of a name as well.
        path = Path(folder) / ("roster.xlsx" if content.startswith(ZIP) else "roster.csv")
        path.write_bytes(content)
        try:
            table = read_table(path)
        except UnreadableTable as problem:
            raise UnreadableTable(str(problem).replace(str(path), name)) from None
    notes = tuple(note.replace(str(path), name) for note in table.notes)
    return recognised(Table(name, table.columns, table.rows, notes, table.delimiter))


def recognised(table: Table) -> Table:
    """Keep the columns of a roster, under the names of their fields; note which are left out.

    Raises `NoRoster`, `TooLarge`. What went through once goes through unchanged.
    """
    if len(table.rows) > MAX_ROWS:
        raise TooLarge(
            _("The file has %(count)d rows; a roster has up to %(limit)d. Split the file.")
            % {"count": len(table.rows), "limit": MAX_ROWS}
        )
    fields: dict[str, int] = {}
    notes = list(table.notes)
    for position, heading in enumerate(table.columns):
        field = FIELD_OF.get(heading_key(heading))
        if field is None:
            if heading:
                notes.append(_("The column “%(column)s” is not used.") % {"column": heading[:MAX_CELL]})
        elif field in fields:
            first = table.columns[fields[field]]
            raise NoRoster(
                _("The columns “%(first)s” and “%(second)s” mean the same. Remove or rename one of them.")
                % {"first": first, "second": heading}
            )
        else:
            fields[field] = position
    if not IDENTIFYING & fields.keys():
        raise NoRoster(
            _(
                "No column is called student number, name or mail address, so nobody can be told apart. "
                "Name the columns in the first row; the file has: %(columns)s."
            )
            % {"columns": ", ".join(filter(None, table.columns))[:MAX_CELL]}
        )
    rows = tuple(Row(row.number, tuple(row.cells[place][:MAX_CELL] for place in fields.values())) for row in table.rows)
    return Table(table.name, tuple(fields), rows, tuple(notes), table.delimiter)


def heading_key(heading: str) -> str:
    """Spell a heading without width, case, spaces and signs: “Student No.” is studentno."""
    return re.sub(r"[\W_]+", "", fold(heading))


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # the reader of workbooks says what is wrong with it
    if unpacked > MAX_UNPACKED:
        raise TooLarge(_("The workbook unpacks to more than a roster needs. Save the roster alone, or save it as CSV."))
