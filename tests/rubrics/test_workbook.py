"""A rubric as a sheet: what goes out comes back the same, and nothing in it is a formula."""

import csv
from dataclasses import replace
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from edu_crowd.people.models import User
from edu_crowd.shared.models import AuditEntry
from rubrics.checking import check
from rubrics.editor import TypedRubric, typed_of_rubric
from rubrics.models import Rubric
from rubrics.queries import CriterionSpec, LevelSpec, specs_of
from rubrics.services import pin
from rubrics.workbook import file_name, written
from rubrics.workbook_in import Incoming, UnreadableRubric, read
from tests.factories import (
    NOW,
    AssignmentFactory,
    CourseFactory,
    QuestionFactory,
    RubricFactory,
    UserFactory,
    criterion,
)
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
HARD = [
    CriterionSpec(
        key="論旨",
        title='=HYPERLINK("http://example.org")',
        levels=(
            LevelSpec(Decimal("-1.00"), "@none", "+1 and\nmore（全角のまま）？"),
            LevelSpec(Decimal("2.50"), "007", '"quoted", with; signs\tand a tab'),
        ),
        weight=Decimal("1.250"),
        tolerance=0,
        scale="interval",
    ),
    criterion("language"),
]


@pytest.fixture
def teacher() -> User:
    return UserFactory()


@pytest.fixture
def rubric(teacher: User) -> Rubric:
    course = CourseFactory(owner=teacher)
    question = QuestionFactory(assignment=AssignmentFactory(course=course))
    return RubricFactory(question=question, owner=teacher, criteria=HARD, title='Essay: "best" / ７月')


@pytest.fixture
def client(teacher: User) -> Client:
    return client_of(teacher)


def sheet(rows: list[list[object]]) -> bytes:
    workbook, file = Workbook(), BytesIO()
    for row in rows:
        workbook.active.append(row)
    workbook.save(file)
    return file.getvalue()


def comma_separated(rows: list[list[object]], sign: str = ",") -> bytes:
    file = StringIO()
    csv.writer(file, delimiter=sign).writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def taken(content: bytes, rubric: Rubric | None = None) -> Incoming:
    return read("file.xlsx", content, current=typed_of_rubric(rubric) if rubric else TypedRubric(title="T"))


def faults_in(incoming: Incoming) -> list[tuple[int | None, str]]:
    return [(fault.row, fault.sentence) for fault in [*incoming.faults, *check(incoming.typed)[1]]]


ROWS: list[list[object]] = [
    ["Criterion", "Points", "Level", "Weight", "Description", "Colour"],
    ["Content", 0, "none", 2, "", "red"],
    ["Content", "２，５", "clear", "２", "Has a thesis.", "blue"],
    ["", 5, "deep", "", "", ""],
    ["Language", 1, "poor", "", "", ""],
    ["Language", 2, "good", "", "", ""],
]


def test_formulas_stay_text_and_numbers_numbers(rubric: Rubric) -> None:
    cells = list(load_workbook(BytesIO(written(rubric))).active.iter_rows())
    texts = [cell for row in cells for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert {cell.value for cell in texts if cell.quotePrefix} == {
        HARD[0].title,
        "@none",
        "+1 and\nmore（全角のまま）？",
    }
    assert [cell.value for cell in cells[0]] == [
        "Criterion key",
        "Criterion",
        "Scale",
        "Weight",
        "Tolerance in levels",
        "Points",
        "Level",
        "Description",
    ]
    assert [type(cell.value) for cell in cells[1]] == [str, str, str, float, int, int, str, str]


def test_controls_are_left_out(teacher: User) -> None:
    levels = (LevelSpec(Decimal(1), "a", "be\x07ep"),)
    rubric = RubricFactory(question=None, owner=teacher, criteria=[replace(criterion("a"), levels=levels)])
    assert load_workbook(BytesIO(written(rubric))).active["H2"].value == "beep"


@pytest.mark.parametrize("out", ["en", "ja"])
@pytest.mark.parametrize("back", ["en", "ja"])
def test_there_and_back_is_the_same_in_any_language(rubric: Rubric, out: str, back: str) -> None:
    with translation.override(out):
        content = written(rubric)
    with translation.override(back):
        incoming = taken(content, rubric)
    specs, faults = check(incoming.typed)
    assert (specs, faults, incoming.faults, incoming.notes) == (specs_of(rubric), [], [], [])


def test_file_name_is_safe_everywhere(rubric: Rubric, client: Client) -> None:
    assert file_name(rubric) == "Essay best ７月.xlsx"
    assert file_name(Rubric(title="///")) == "rubric.xlsx"
    response = client.get(reverse("rubric_download", args=[rubric.pk]))
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Essay%20best")
    assert load_workbook(BytesIO(response.content)).active.max_row == 7


@pytest.mark.parametrize(
    "content", [sheet(ROWS), comma_separated(ROWS), comma_separated(ROWS, ";"), comma_separated(ROWS, "\t")]
)
def test_sheet_as_people_write_it(content: bytes) -> None:
    incoming = taken(content)
    specs, faults = check(incoming.typed)
    assert (faults, incoming.faults, incoming.notes) == ([], [], ["The column “Colour” is not used."])
    content_, language = specs
    assert (content_.key, content_.title, content_.weight) == ("content", "Content", 2)
    assert [(level.points, level.label, level.descriptor) for level in content_.levels] == [
        (0, "none", ""),
        (Decimal("2.5"), "clear", "Has a thesis."),
        (5, "deep", ""),
    ]
    assert (language.weight, language.tolerance, language.scale) == (1, 1, "ordinal")


def test_headers_in_any_case_width_and_language() -> None:
    rows: list[list[object]] = [["観点", "ＰＯＩＮＴＳ", "レベル"], ["内容", 0, "なし"], ["内容", 1, "あり"]]
    assert [spec.title for spec in check(taken(sheet(rows)).typed)[0]] == ["内容"]
    rows[0] = ["CRITERION", "点数", " level "]
    assert check(taken(comma_separated(rows)).typed)[1] == []


def test_keys_and_numbers_of_the_version_that_is_there_hold_where_the_sheet_is_silent(rubric: Rubric) -> None:
    rows: list[list[object]] = [["criterion", "points", "level"], ["LANGUAGE", 0, "a"], ["Language", 3, "b"]]
    (spec,) = check(taken(sheet(rows), rubric).typed)[0]
    assert spec.key == "language"
    rows = [["key", "points", "level"], ["論旨", 0, "a"], ["論旨", 3, "b"]]
    (spec,) = check(taken(sheet(rows), rubric).typed)[0]
    assert (spec.key, spec.title, spec.weight, spec.scale) == ("論旨", HARD[0].title, HARD[0].weight, "interval")


def test_each_fault_names_its_row() -> None:
    rows = [list(row) for row in ROWS]
    rows[2][1], rows[2][3] = "two", 3
    rows[4][2] = ""
    rows[5][1] = 1
    assert faults_in(taken(sheet(rows))) == [
        (3, "The column “Weight” differs from row 2. Write the same, or leave it empty."),
        (3, "Criterion 1, “Content”, level 2, points: “two” is no number. Write it like 2.5."),
        (5, "Criterion 2, “Language”, level 1 has no name. Give it one."),
        (6, "Criterion 2, “Language”, level 2 is worth the same points as level 1. Change one."),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no row below"),
        (b"criterion,points,level\n", "no row below"),
        (b"a,b\n1,2\n", "lacks these columns: Criterion, Points, Level"),
        (b"criterion,points,level,Level\nA,1,x,y\n", "two columns for “Level”"),
        (b"criterion,points,level\n" + b"A,1,x\n" * 601, "601 rows of levels"),
        (b"PK\x03\x04nonsense", "cannot be read as a table"),
        (b"\xd0\xcf\x11\xe0old", "file.xlsx is an old or a protected workbook"),
        (b'criterion,points,level\n"A,1,x', "cannot be read as a table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file.xlsx is not a text file"),
        (sheet([["criterion", "points", "level"], ["A", "=1+1", "x"]]), "cell B2 is a formula without a result"),
        (b" " * (5 * 2**20 + 1), "larger than 5 MB"),
    ],
)
def test_file_without_a_rubric_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableRubric, match=sentence):
        taken(content)


def upload(client: Client, rubric: Rubric, content: bytes) -> tuple[int, str]:
    url = reverse("rubric_upload") + f"?question={rubric.question_id}"
    response = client.post(url, {"file": SimpleUploadedFile("七月.xlsx", content)})
    return response.status_code, unescape(response.content.decode())


def hidden_in(text: str) -> dict[str, str]:
    from tests.rubrics.views.test_question import form_in  # marks itself as a test of rows

    at = text.index('name="imported"')
    return form_in('id="rubric-form"' + text[at : text.index("</form>", at)].replace('type="hidden"', "") + "</form>")


def test_upload_of_the_download_changes_nothing(client: Client, rubric: Rubric) -> None:
    status, text = upload(client, rubric, client.get(reverse("rubric_download", args=[rubric.pk])).content)
    assert (status, "nothing changes" in text, 'name="imported"' in text) == (200, True, False)


def test_upload_shows_what_it_would_change_and_writes_when_told(client: Client, rubric: Rubric) -> None:
    pin(rubric=rubric, now=NOW)
    rows: list[list[object]] = [["key", "criterion", "points", "level"]]
    rows += [["language", "Language", points, f"level {points}"] for points in range(5)]
    status, text = upload(client, rubric, sheet(rows))
    assert status == 200
    assert "was removed." in text
    assert "“Language”: the level “level 4” (points: 4) was added." in text
    assert (Rubric.objects.count(), AuditEntry.objects.filter(action="rubric.imported").count()) == (1, 0)
    form = hidden_in(text)
    url = reverse("question_rubric", args=[rubric.question_id]) + "?edit"
    looked = client.post(url, form | {"do": "look"})
    assert (looked.status_code, Rubric.objects.count()) == (200, 1)
    assert client.post(url, form | {"do": "version", "imported": "1"}).status_code == 302
    assert [(one.version, len(specs_of(one))) for one in Rubric.objects.order_by("version")] == [(1, 2), (2, 1)]
    assert AuditEntry.objects.filter(action="rubric.imported").count() == 1


def test_faulty_upload_can_be_mended_in_the_editor(client: Client, rubric: Rubric) -> None:
    rows: list[list[object]] = [["criterion", "points", "level"], ["A", "two", "x"], ["A", 1, "y"]]
    status, text = upload(client, rubric, sheet(rows))
    assert status == 422
    assert "Row 2: Criterion 1, “A”, level 1, points: “two” is no number." in text
    url = reverse("question_rubric", args=[rubric.question_id]) + "?edit"
    response = client.post(url, hidden_in(text) | {"do": "check"})
    assert (response.status_code, 'value="two"' in response.content.decode()) == (422, True)


def test_upload_into_the_library(client: Client) -> None:
    url = reverse("rubric_upload")
    response = client.post(url, {"file": SimpleUploadedFile("July.csv", comma_separated(ROWS))})
    text = unescape(response.content.decode())
    assert (response.status_code, 'value="July"' in text) == (200, True)
    assert client.post(url, {}).status_code == 422
    for query in ("?question=x", "?question=1000000", "?rubric=1000000"):
        assert client.get(url + query).status_code == 404
