import zipfile

import openpyxl
import pytest

from edu_crowd.shared.sheets import read_table
from edu_crowd.shared.tables import UnreadableTable, read_text_table


def written(tmp_path, content, name="marks.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(table):
    return [list(row.cells) for row in table.rows]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("unit,grader,score\np1,X,3\n", ","),
        ("unit\tgrader\tscore\r\np1\tX\t3\r\n", "\t"),
        ("unit;grader;score\np1;X;3\n", ";"),
        ("unit grader   score\n p1  X\t 3 \n", " "),
        ('"unit","grader","score"\n"p1","X",3\n', ","),
        (" unit , 'grader' ,\"score\"\np1, X ,3\n", ","),
        ("unit,grader,score\n\np1,X,３\n,,\n", ","),
    ],
)
def test_delimiter_is_found_and_cells_are_clean(tmp_path, content, delimiter):
    table = read_text_table(written(tmp_path, content))
    assert (table.columns, cells(table), table.delimiter) == (
        ("unit", "grader", "score"),
        [["p1", "X", "3"]],
        delimiter,
    )


def test_text_with_spaces_and_delimiters_stays_one_field(tmp_path):
    table = read_text_table(written(tmp_path, 'a,b\n"4. Neurosis, mild",5. Other\n2. Two words,5. Other\n'))
    assert cells(table) == [["4. Neurosis, mild", "5. Other"], ["2. Two words", "5. Other"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
def test_encodings_are_read_and_a_guess_is_said(tmp_path, encoding):
    table = read_text_table(written(tmp_path, "答案,採点者,点\n一,山田,３\n".encode(encoding)))
    assert (table.columns, cells(table)) == (("答案", "採点者", "点"), [["一", "山田", "3"]])
    assert len(table.notes) == (encoding == "cp932")


def test_columns_without_header_are_numbered(tmp_path):
    table = read_text_table(written(tmp_path, "1\t1\t2\n1\t2\t1\n"), header=False)
    assert (table.columns, len(table.rows), table.position("3")) == (("1", "2", "3"), 2, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("unit,grader,score\n", "column names and no rows"),
        ("unit,grader,score\np1,X,3\np2,Y\n", "row 3, has 2 columns where the first row has 3"),
        ("unit,grader,score\np1,X,3,4\np2,Y,3\n", "row 2, has 4 columns"),
        ('unit,grader,score\np1,"X,3\n', "stray quote"),
        (b"\x00\x01\x02\x03\x04", "not a text file"),
        (b"\xff\xff\x80\x81\xfd", "neither UTF-8 nor Shift_JIS"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as XLSX"),
        (b"PK\x03\x04 broken", "not a workbook"),
    ],
)
def test_unreadable_file_is_refused_with_a_sentence(tmp_path, content, sentence):
    with pytest.raises(UnreadableTable, match=sentence):
        read_table(written(tmp_path, content))


def test_missing_file_and_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableTable, match="cannot be opened: No such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(UnreadableTable, match="is a folder"):
        read_table(tmp_path)


def test_unknown_column_lists_those_there_are(tmp_path):
    table = read_text_table(written(tmp_path, "unit,grader,score,score\np1,X,3,4\n"))
    with pytest.raises(UnreadableTable, match=r"no column “mark”\. Its columns are: unit, grader, score, score"):
        table.position("mark")
    with pytest.raises(UnreadableTable, match="2 columns called “score”"):
        table.position("score")


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["unit", "grader", "score"], ["p1", "X", 3], ["p1", "Y", 2.5], [7, "X", None]):
        book.active.append(row)

    def saved(change=lambda book: None):
        change(book)
        book.save(tmp_path / "marks.xlsx")
        return tmp_path / "marks.xlsx"

    return saved


def test_workbook_is_read_as_shown(workbook):
    table = read_table(workbook())
    assert cells(table) == [["p1", "X", "3"], ["p1", "Y", "2.5"], ["7", "X", ""]]
    assert (table.notes, table.delimiter) == ((), None)


def test_first_of_several_sheets_is_read_and_said(workbook):
    path = workbook(lambda book: book.create_sheet("Second").append(["a", "b"]))
    assert "2 sheets; the first, “Sheet”, was read" in read_table(path).notes[0]
    assert read_table(path, sheet="Second", header=False).columns == ("1", "2")
    with pytest.raises(UnreadableTable, match=r"no sheet “Third”\. Its sheets are: Sheet, Second"):
        read_table(path, sheet="Third")


def test_formula_without_result_is_refused_by_its_cell(workbook):
    def add_formula(book):
        book.active["C4"] = "=1+2"

    with pytest.raises(UnreadableTable, match="cell C4 is a formula without a result"):
        read_table(workbook(add_formula))


def test_merged_cells_are_refused_by_their_range(workbook):
    with pytest.raises(UnreadableTable, match="cells A2:A3 are merged"):
        read_table(workbook(lambda book: book.active.merge_cells("A2:A3")))


def test_zip_that_is_no_workbook_or_a_bomb_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "marks.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 10_000_000)
    with pytest.raises(UnreadableTable, match="not a workbook"):
        read_table(path)
    monkeypatch.setattr("edu_crowd.shared.sheets.LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(UnreadableTable, match="unpacks to more"):
        read_table(path)
