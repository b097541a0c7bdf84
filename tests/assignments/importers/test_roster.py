"""What a file would do: told row by row, before anything is written."""

import pytest

from assignments.importers.columns import read_roster
from assignments.importers.roster import Absent, Change, ChangedPlace, NewPlace, Plan, plan
from assignments.models import Course
from assignments.services.enrolment import enrol, withdraw
from tests.factories import CourseFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db


def planned(course: Course, *lines: str, header: str = "ID;Family name;Given name;Reading;E-mail") -> Plan:
    return plan(course, read_roster("class.csv", "\n".join([header, *lines]).encode()))


def problems(course: Course, *lines: str, header: str = "ID;Family name;Given name;Reading;E-mail") -> dict[int, str]:
    return {one.row: one.sentence for one in planned(course, *lines, header=header).problems}


@pytest.fixture
def course() -> Course:
    return CourseFactory()


def test_unknown_rows_are_new_with_formulas_as_plain_text(course: Course) -> None:
    found = planned(course, "２６００１;佐藤;花子;さとう;HANAKO@example.org", ";=1+1;@x;;")
    assert found.new == (
        NewPlace(2, {"student_number": "26001", "family_name": "佐藤", "given_name": "花子", "reading": "さとう"}
                 | {"email": "hanako@example.org"}),
        NewPlace(3, {"student_number": "", "family_name": "=1+1", "given_name": "@x", "reading": "", "email": ""}),
    )  # fmt: skip
    assert (found.problems, course.enrolments.count()) == ((), 1)


def test_place_is_found_by_number_then_by_mail_and_an_empty_cell_changes_nothing(course: Course) -> None:
    numbered = enrol(course=course, role="student", student_number="A1", family_name="Ada", email="a@example.org")
    mailed = enrol(course=course, role="student", family_name="Bob", email="bob@example.org")
    same = enrol(course=course, role="student", student_number="A3", family_name="Cid")
    found = planned(course, "ａ1;Ada;Lovelace;;ada@example.org", "A2;;;;BOB@example.org", "A3;Cid;;;")
    assert found.changed == (
        ChangedPlace(
            2,
            numbered.pk,
            "Ada",
            (Change("given_name", "", "Lovelace"), Change("email", "a@example.org", "ada@example.org")),
        ),
        ChangedPlace(3, mailed.pk, "Bob", (Change("student_number", "", "A2"),)),
    )
    assert (found.unchanged, found.new, found.absent, found.problems) == ((same.pk,), (), (), ())


def test_students_whom_the_file_does_not_name_are_listed_and_nobody_else(course: Course) -> None:
    absent = enrol(course=course, role="student", student_number="A1", family_name="Ada")
    withdraw(enrolment=enrol(course=course, role="student", student_number="A2"))
    EnrolmentFactory(course=course, role="assistant")
    assert planned(course, "A9;New;;;").absent == (Absent(absent.pk, "Ada", "A1"),)


def test_name_in_one_column_is_split_as_its_script_orders_it_and_that_is_told(course: Course) -> None:
    rows = ["1;佐藤　花子", "2;Mary Ann Smith", "3;Plato", "4;van Gogh, Vincent"]
    found = planned(course, *rows, header="ID;氏名")
    names = [(one.values["family_name"], one.values["given_name"]) for one in found.new]
    assert names == [("佐藤", "花子"), ("Smith", "Mary Ann"), ("Plato", ""), ("van Gogh", "Vincent")]
    east, west = found.notes
    assert "“佐藤 花子” were split at the first space: “佐藤”" in east
    assert "“Mary Ann Smith” were split at the last space: “Smith”" in west
    assert planned(course, "1;Plato", "2;van Gogh, Vincent", header="ID;name").notes == ()
    assert planned(course, "1;Ada;Mary Ann Smith", header="ID;family name;name").notes == ()


def test_each_problem_has_its_row_and_says_what_to_do(course: Course) -> None:
    enrol(course=course, role="student", student_number="A1", family_name="Ada", email="ada@example.org")
    enrol(course=course, role="student", student_number="A2", family_name="Bob", email="bob@example.org")
    found = problems(
        course,
        ";;;よみ;",
        "A1;Ada;;;bob@example.org",
        "A9;New;;;nowhere",
        f"A8;{'x' * 81};;;",
        "A7;Dora;;;dora@example.org",
        "Ａ７;Other;;;",
        "A6;Third;;;DORA@example.org",
        ";Eve;;;",
        ";eve;;;",
        "A2;Bob;;;",
        ";Bob;;;bob@example.org",
    )
    assert {row: sentence.split(".")[0] for row, sentence in found.items() if row not in (3, 4, 8)} == {
        2: "Number, name and mail address are missing",
        5: "family name: longer than 80 characters",
        7: "Row 6 has this number already, and counts",
        10: "Row 9 has this name already, and counts",
        12: "Row 11 is the same person on the roster, and counts",
    }
    assert "bob@example.org belongs to Bob" in found[3]
    assert "“nowhere” is no mail address" in found[4]
    assert "Row 6 has this mail address already" in found[8]


def test_file_touches_neither_staff_nor_who_left(course: Course) -> None:
    EnrolmentFactory(course=course, role="assistant", student_number="T1", family_name="Tani")
    withdraw(enrolment=enrol(course=course, role="student", student_number="L1", family_name="Lea"))
    found = problems(course, "T1;Other;;;", "L1;Lea;;;")
    assert "Tani" in found[2]
    assert "as assistant" in found[2]
    assert "Lea has left the course" in found[3]


def test_name_alone_means_who_is_known_by_the_name_alone(course: Course) -> None:
    ada = enrol(course=course, role="student", family_name="佐藤", given_name="花子")
    enrol(course=course, role="student", family_name="Bob", student_number="A2")
    found = planned(course, "佐藤　花子", "Bob", "Cid", header="氏名")
    assert found.unchanged == (ada.pk,)
    assert [one.values["family_name"] for one in found.new] == ["Cid"]
    assert "somebody called Bob already" in found.problems[0].sentence


def test_place_of_another_course_is_another_place(course: Course) -> None:
    enrol(course=CourseFactory(), role="student", student_number="A1", family_name="Ada")
    assert [one.row for one in planned(course, "A1;Ada;;;").new] == [2]


def test_fingerprint_tells_outcomes_apart(course: Course) -> None:
    before = planned(course, "A1;Ada;;;")
    assert planned(course, "A1;Ada;;;").fingerprint == before.fingerprint
    enrol(course=course, role="student", student_number="A1", family_name="Ada")
    assert planned(course, "A1;Ada;;;").fingerprint != before.fingerprint
