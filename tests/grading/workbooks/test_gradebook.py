"""A gradebook read back: every table, in both languages, and nothing in it that a spreadsheet would run."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from openpyxl import load_workbook

from assignments.models import Assignment, Course, Enrolment, Submission
from edu_crowd.people.models import User
from grading.models import AgreementReport, Allocation, Enlistment, Flag, Mark, MarkSheet, RoundReport, TextBody
from grading.pipeline.clock import refresh_stale_reports
from grading.queries import origin
from grading.queries.script import criteria_of_script
from grading.services.result import compute_result, override
from grading.workbooks.gradebook import Plan, Results, Sheets, write_csv, write_workbook
from rubrics.models import Criterion
from tests.factories import NOW, EnrolmentFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db
LEADS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "#")


def read_back(world: World, locale: str = "en") -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(written(world, locale))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def written(world: World, locale: str = "en") -> io.BytesIO:
    file = io.BytesIO()
    with translation.override(locale):
        write_workbook(Plan(fresh(world)), file, progress=lambda _: None, now=world.now)
    return file


def fresh(world: World) -> Assignment:
    return Assignment.objects.select_related("course").get(pk=world.assignment.pk)


def csv_of(world: World, table: type[Results] | type[Sheets]) -> bytes:
    file = io.BytesIO()
    write_csv(table(Plan(fresh(world))), file, progress=lambda _: None)
    return file.getvalue()


@pytest.fixture
def world() -> World:
    """A released course of three students and one who hands in nothing; one paper is overridden."""
    world = World(students=3, round_settings={"batch_minimum": 1})
    for number, one in enumerate(world.enrolments):
        Enrolment.objects.filter(pk=one.pk).update(family_name=f"Family{number}", given_name=f"Given{number}")
    world.absent = EnrolmentFactory(course=world.course, student_number="9", family_name="Absent", given_name="A")
    world.release_all()
    for number, place in enumerate(world.places):
        Enlistment.objects.filter(pk=place.pk).update(pseudonym=f"Grader {number}")
    override(submission=world.papers[0], points=5, by=world.teacher, reason="Agreed.", now=world.now)
    refresh_stale_reports(before=world.now + timedelta(days=1), now=world.now)
    return world


def test_results_have_a_row_per_student(world: World) -> None:
    handed_in = datetime(2026, 5, 20, 21)  # noqa: DTZ001  # noon in UTC, as the clock in Tokyo shows it
    assert read_back(world)["Results"] == [
        (
            *("Student number", "Family name", "Given name", "Reading", "Paper", "Handed in (Asia/Tokyo)"),
            *(
                "Days late",
                "Question 1 (of 2)",
                "Question 2 (of 6)",
                "Deducted for lateness",
                "Total",
                "Maximum",
                "Reported grade",
            ),
            *("Set by hand", "Standard error", "Readings"),
        ),
        ("1-0", "Family0", "Given0", None, "handed in", handed_in, 0, 0, 4, None, 5, 8, 5, "yes", None, 2),
        ("1-1", "Family1", "Given1", None, "handed in", handed_in, 0, 2, 4, None, 6, 8, 6, None, None, 2),
        ("1-2", "Family2", "Given2", None, "handed in", handed_in, 0, 0, 4, None, 4, 8, 4, None, None, 2),
        ("9", "Absent", "A", None, "no paper", *[None] * 11),
    ]


def test_deduction_for_lateness_makes_the_row_add_up(world: World) -> None:
    late = {"late_rule": "deduct", "late_percent_per_day": 10, "due_at": datetime(2026, 5, 19, 6, tzinfo=UTC)}
    Assignment.objects.filter(pk=world.assignment.pk).update(**late)
    for number in (0, 1):
        paper = Submission.objects.get(pk=world.papers[number].pk)
        compute_result(submission=paper, reason="settled", now=world.now)
    by_hand, deducted = (row[6:11] for row in read_back(world)["Results"][1:3])
    assert (by_hand, deducted) == ((2, 0, 4, None, 5), (2, 2, 4, 1.2, 4.8))


def test_sheets_have_a_row_per_version_and_say_which_counts(world: World) -> None:
    sheet = MarkSheet.objects.order_by("pk").first()
    criteria = list(criteria_of_script(sheet.allocation.script))
    add_version(sheet.allocation, "On the whole good.", {criteria[0]: "Well said.", criteria[1]: ""})
    head, *rows = read_back(world)["Sheets"]
    assert head == (
        *("Student number", "Family name", "Given name", "Round", "Question", "Grader", "Purpose"),
        *("Sealed (Asia/Tokyo)", "Active minutes", "Late", "Version", "Counts"),
        *("Question 2 · Content", "Question 2 · Language", "Total", "Comments"),
    )
    assert len(rows) == MarkSheet.objects.count() == 7
    both = [row for row in rows if row[:3] == rows_name(world, sheet) and row[5] == pseudonym(sheet)]
    assert [row[10:] for row in both] == [
        (1, "no", 2, 2, 4, None),
        (2, "yes", 3, 3, 6, "Content: Well said.\nOn the whole good."),
    ]
    sealed = datetime(2026, 5, 22, 21)  # noqa: DTZ001  # as the clock in Tokyo shows it
    assert both[0][3:10] == (1, "Question 2", pseudonym(sheet), "base", sealed, 0, None)


def add_version(allocation: Allocation, comment: str, said: dict[Criterion, str] | None = None) -> None:
    """Seal the next version of a sheet, with three points on each criterion that something is said on."""
    body = TextBody(text=comment, salt=b"", mac="")
    body.save()
    version = allocation.sheets.count() + 1
    sheet = MarkSheet.objects.create(
        allocation=allocation, version=version, client_mark_id=str(version), sealed_at=NOW, comment=body
    )
    for criterion, text in (said or {}).items():
        comment = TextBody(text=text, salt=b"", mac="")
        comment.save()
        Mark.objects.create(sheet=sheet, criterion=criterion, points=3, comment=comment)


def rows_name(world: World, sheet: MarkSheet) -> tuple[str, str, str]:
    return origin.authors_of([sheet.allocation.script_id])[sheet.allocation.script_id]


def pseudonym(sheet: MarkSheet) -> str:
    return Enlistment.objects.get(grader=sheet.allocation.grader).pseudonym


def test_agreement_has_a_row_per_figure_with_its_reason(world: World) -> None:
    head, *rows = read_back(world)["Agreement"]
    assert head[:8] == ("Figure", "Round", "Criterion", "Value", "Low", "High", "Papers", "Note")
    reason = "all marks are the same, so agreement beyond chance is not defined"
    assert rows[0][:8] == ("Krippendorff’s α", 1, "Question 2 · Content", None, None, None, 3, reason)
    assert [row[0] for row in rows[:6]] == [*["Krippendorff’s α"] * 2, *["Same level"] * 2, *["Within one level"] * 2]
    assert rows[2][3] == 1
    assert AgreementReport.objects.count() == 2


def test_agreement_has_errors_words_and_the_pairs_that_agree_least(world: World) -> None:
    for report in AgreementReport.objects.all():
        report.panel |= {"sem": 0.5, "reading": {"en": ["They agree."], "ja": ["一致しています。"]}}
        report.save()
    report = RoundReport.objects.get()
    first, second = (place.grader_id for place in world.places[:2])
    row = {"first": first, "second": second, "n_units": 5, "exact": 0.2, "low": 0.1, "high": 0.6}
    report.pairs |= {"least": [row | {"within_one": 1.0, "difference": -0.5}]}
    report.save()
    rows = read_back(world)["Agreement"]
    errors = [row for row in rows if row[0] == "Standard error of one mark"]
    assert [row[3] for row in errors] == [0.5, 0.5]
    assert [row[7] for row in rows if row[0] == "In words"] == ["They agree."] * 2
    (pair,) = (row for row in rows if row[0] == "Same level, two graders")
    names = " – ".join(Enlistment.objects.get(grader=one).pseudonym for one in (first, second))
    note = "points a paper that the first gives more: −0.50"
    assert pair[1:8] == (1, names, 0.2, 0.1, 0.6, 5, note)
    assert "一致しています。" in str(read_back(world, "ja"))


def test_flags_open_and_cleared_name_student_and_pseudonym(world: World) -> None:
    allocation = Allocation.objects.order_by("pk").first()
    criterion = criteria_of_script(allocation.script)[0]
    for cleared_at in (None, world.now):
        Flag.objects.create(
            script=allocation.script,
            criterion=criterion,
            allocation=allocation,
            reason="tolerance",
            evidence={"spread": 2.0, "tolerance": 1.0, "readings": 3},
            raised_at=world.now,
            cleared_at=cleared_at,
        )
    tables = read_back(world)
    at = datetime(2026, 5, 22, 21)  # noqa: DTZ001  # as the clock in Tokyo shows it
    reason = "marks lie further apart than the tolerance"
    name = rows_name(world, allocation.sheets.first())
    row = (1, "Question 2", "Content", reason, 2, 1, *name, pseudonym(allocation.sheets.first()), at)
    assert tables["Flags"][1:] == [(*row, None), (*row, at)]
    assert (reason, 2) in tables["Charts"]
    assert tables["Charts"][:11] == [
        ("What", "How many"),
        *[(f"{low}–{low + 10} %", {50: 1, 60: 1, 70: 1}.get(low, 0)) for low in range(0, 100, 10)],
    ]


def test_about_says_what_it_is(world: World) -> None:
    rows = dict(read_back(world)["About"])
    assert (rows["Assignment"], rows["Course"], rows["Written"]) == ("Quiz", "Course 1", "2026-05-22 12:00 (UTC)")
    assert "blind" in rows["Round 1"]
    assert rows["Results · Days late"].startswith("Each day begun counts")


def test_charts_headers_and_filters_are_there(world: World) -> None:
    book = load_workbook(written(world))
    assert book.sheetnames == ["Results", "Charts", "Sheets", "Agreement", "Flags", "About"]
    assert [len(sheet._charts) for sheet in book.worksheets] == [0, 1, 0, 1, 0, 0]
    results = book["Results"]
    assert (results.freeze_panes, results.auto_filter.ref) == ("D2", "A1:P5")
    assert (results["A1"].font.b, results.column_dimensions["A"].width) == (True, 16)


def test_japanese_asker_gets_japanese_headers(world: World) -> None:
    tables = read_back(world, "ja")
    assert next(iter(tables.values()))[0][1:3] == ("姓", "名")
    assert len(set(tables)) == 6


def test_grader_names_and_internal_numbers_are_nowhere(world: World) -> None:
    User.objects.filter(pk__in=[place.grader.user_id for place in world.places]).update(display_name="Hidden Name")
    cells = [str(cell) for rows in read_back(world).values() for row in rows for cell in row]
    assert not [cell for cell in cells if "Hidden" in cell]
    emails = set(User.objects.values_list("email", flat=True))
    assert not emails & set(cells)


# Text that a spreadsheet would run, or take for an error of its own.
HOSTILE = [*(f"{lead}cmd|'/c calc'!A0" for lead in LEADS), "=1", "#N/A", "#REF!", "-1", "+SUM(A1)"]


def put_everywhere(world: World, text: str) -> list[str]:
    """Write a text into every field that people write; return what was written, each with a mark of its own."""
    texts = [f"{text}{mark}" for mark in "abcdefgh"]
    number, family, given, reading, pseudonym, criterion, title, course = texts
    Enrolment.objects.filter(pk=world.enrolments[0].pk).update(
        student_number=number, family_name=family, given_name=given, reading=reading
    )
    Enlistment.objects.filter(pk=world.places[0].pk).update(pseudonym=pseudonym)
    world.essay.rubrics.get().criteria.filter(key="content").update(title=criterion)
    Assignment.objects.filter(pk=world.assignment.pk).update(title=title)
    Course.objects.filter(pk=world.course.pk).update(title=course)
    return texts


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(world: World, text: str) -> None:
    texts = put_everywhere(world, text)
    book = load_workbook(written(world))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    shown = "\n".join(str(cell.value) for cell in cells)
    assert [one for one in texts if one.replace("\r", "\n") not in shown] == []


def test_comment_that_is_a_formula_is_a_text_and_is_quoted(world: World) -> None:
    allocation = world.scripts()[0].allocations.first()
    for text in HOSTILE:
        add_version(allocation, text)
    sheet = load_workbook(written(world))["Sheets"]
    cells = [cell for cell in sheet["P"][1:] if cell.value]
    assert [cell.value for cell in cells] == [text.replace("\r", "\n") for text in HOSTILE]
    assert {(cell.data_type, cell.quotePrefix) for cell in cells if cell.value[0] in LEADS} == {("s", True)}
    rows = list(csv.reader(io.StringIO(csv_of(world, Sheets).decode("utf-8-sig"))))
    said = [row[-1] for row in rows[1:] if row[-1]]
    assert len(said) == len(HOSTILE)
    assert not [text for text in said if text[0] in LEADS[:10]]


def test_text_that_no_cell_can_hold_is_cut_and_cleaned(world: World) -> None:
    allocation = Allocation.objects.order_by("pk").first()
    add_version(allocation, "字" * 40_000 + "𠮷")
    add_version(allocation, "a\x01b\x0bc\ufffed")
    said = [row[-1] for row in read_back(world)["Sheets"][1:] if row[-1]]
    assert len(said[0]) == 32_767
    assert said[0].endswith("… (cut: a cell holds no more)")
    assert said[1] == "ab\ncd"


def test_csv_is_what_spreadsheets_take(world: World) -> None:
    Enrolment.objects.filter(pk=world.enrolments[0].pk).update(family_name="=1+1")
    content = csv_of(world, Results)
    assert content.startswith(b"\xef\xbb\xbfStudent number,")
    assert content.count(b"\r\n") == 5
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[1] == [
        *("1-0", "'=1+1", "Given0", "", "handed in", "2026-05-20 21:00:00", "0", "0", "4", "", "5", "8", "5"),
        *("yes", "", "2"),
    ]
    assert rows[-1][4] == "no paper"
    assert {len(row) for row in rows} == {16}


def test_queries_do_not_grow_with_the_class(world: World, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(24):
        written(world)
    for _ in range(30):
        EnrolmentFactory(course=world.course)
    with django_assert_num_queries(24):
        written(world)
