"""Real files: encodings, widths, headings, and what is refused."""

import zipfile
from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook

from assignments.importers import columns
from assignments.importers.columns import HEADINGS, NoRoster, TooLarge, heading_key, read_roster, recognised
from edu_crowd.shared.tables import UnreadableTable

JAPANESE = "学籍番号,氏名,ふりがな,メールアドレス\n２６００１,佐藤　花子,さとう はなこ,hanako@example.org\n"
READ = (("student_number", "name", "reading", "email"), [("26001", "佐藤 花子", "さとう はなこ", "hanako@example.org")])


def workbook(*rows: tuple[object, ...], merged: str = "") -> bytes:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    book.save(file)
    return file.getvalue()


def read(content: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    table = read_roster("class.csv", content)
    return table.columns, [row.cells for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_text_is_read_in_whatever_encoding(encoding: str) -> None:
    assert read(JAPANESE.encode(encoding)) == READ


def test_workbook_is_read_with_numbers_as_text() -> None:
    rows = (
        ("学籍番号", "氏名", "フリガナ", "Ｅ－ｍａｉｌ"),
        (26001, "佐藤　花子", "さとう はなこ", "hanako@example.org"),
    )
    assert read(workbook(*rows)) == READ


def test_tabs_and_semicolons_part_columns_as_well() -> None:
    for sign in ("\t", ";"):
        assert read(JAPANESE.replace(",", sign).encode()) == READ


def test_merged_cells_are_refused_under_the_name_of_the_file() -> None:
    content = workbook(("ID", "Name"), ("1", "Ada L"), ("2", None), merged="B2:B3")
    with pytest.raises(UnreadableTable, match=r"^class\.xlsx.*B2:B3 are merged"):
        read_roster("class.xlsx", content)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Student No.", "student_number"),
        ("STUDENT_NUMBER", "student_number"),
        ("番号", "student_number"),
        ("Family name", "family_name"),
        ("姓", "family_name"),
        ("First Name", "given_name"),
        ("名", "given_name"),
        ("氏　名", "name"),
        ("ｶﾅ", "reading"),
        ("氏名（カナ）", "reading"),
        ("E-Mail", "email"),
        ("メールアドレス", "email"),
    ],
)
def test_heading_is_recognised(heading: str, field: str) -> None:
    assert columns.FIELD_OF[heading_key(heading)] == field


@pytest.mark.parametrize("language", ["en", "ja"])
def test_headings_of_the_template_are_recognised(language: str) -> None:
    with translation.override(language):
        assert {field: columns.FIELD_OF[heading_key(str(heading))] for field, heading in HEADINGS.items()} == {
            field: field for field in HEADINGS
        }


def test_other_columns_are_named_as_ignored_and_dropped() -> None:
    table = read_roster("class.csv", b"ID,Role,Shoe size\n1,owner,38\n")
    assert (table.columns, table.rows[0].cells) == (("student_number",), ("1",))
    assert table.notes == ("The column “Role” is not used.", "The column “Shoe size” is not used.")
    assert recognised(table) == table


def test_file_that_names_nobody_is_refused_with_its_columns() -> None:
    with pytest.raises(NoRoster, match="Colour, Reading"):
        read_roster("class.csv", b"Colour,Reading\nred,a\n")


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(NoRoster, match="“ID” and “Student number”"):
        read_roster("class.csv", b"ID,Student number\n1,2\n")


def test_too_large_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="5 MB"):
        read_roster("class.csv", b"ID\n" + b"1" * (5 * 2**20))
    many = "ID\n" + "\n".join(map(str, range(5_001)))
    with pytest.raises(TooLarge, match="5001 rows"):
        read_roster("class.csv", many.encode())
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(61 * 2**20))
    with pytest.raises(TooLarge, match="unpacks"):
        read_roster("class.xlsx", bomb.getvalue())


@pytest.mark.parametrize("content", [b"", b"ID,Name\n", b"PK\x03\x04nonsense", b"\xd0\xcf\x11\xe0old", b"\x00\x01\x02"])
def test_files_that_are_no_roster_are_refused_with_their_name(content: bytes) -> None:
    with pytest.raises(UnreadableTable, match=r"^class\.csv"):
        read_roster("class.csv", content)
