"""A roster file: chosen, looked at, written or put away."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from assignments.models import Course
from assignments.services.enrolment import enrol
from tests.factories import CourseFactory
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
FILE = "学籍番号,姓,名,備考\nA1,佐藤,花子,x\nA2,Bob,,\n"


class Teacher:
    """A teacher at the import page of a course."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.client: Client = client_of(course.enrolments.get(role="owner").user)
        self.url = reverse("roster_import", args=[course.pk])

    def choose(self, text: str | bytes, name: str = "class.csv") -> HttpResponse:
        content = text if isinstance(text, bytes) else text.encode()
        return self.client.post(self.url, {"action": "look", "file": SimpleUploadedFile(name, content)}, follow=True)

    def write(self, page: HttpResponse, **form: str) -> HttpResponse:
        found = re.search('name="fingerprint" value="([0-9a-f]+)"', page.content.decode())
        assert found is not None
        return self.client.post(self.url, {"action": "import", "fingerprint": found[1]} | form, follow=True)

    def numbers(self) -> list[str]:
        return list(self.course.enrolments.exclude(student_number="").values_list("student_number", flat=True))


@pytest.fixture
def teacher() -> Teacher:
    return Teacher(CourseFactory())


def test_file_is_looked_at_before_it_is_written(teacher: Teacher) -> None:
    enrol(course=teacher.course, role="student", student_number="A1", family_name="佐東", given_name="花子")
    enrol(course=teacher.course, role="student", student_number="A9", family_name="Zoe")
    page = teacher.choose(FILE)
    text = page.content.decode()
    for words in (
        "What class.csv would do",
        "1 student would be new.",
        "1 would be changed.",
        "1 on the roster is not in the file, and stays.",
        "<del>佐東</del> → <ins>佐藤</ins>",
        "The column “備考” is not used.",
        "Zoe",
        "Import 2 rows",
    ):
        assert words in text
    assert sorted(teacher.numbers()) == ["A1", "A9"]
    done = teacher.write(page)
    assert done.redirect_chain[-1][0] == reverse("roster", args=[teacher.course.pk])
    assert "1 student added. 1 changed." in done.content.decode()
    assert sorted(teacher.numbers()) == ["A1", "A2", "A9"]
    assert "would do" not in teacher.client.get(teacher.url).content.decode()


def test_rows_with_problems_are_left_out_only_when_asked(teacher: Teacher) -> None:
    page = teacher.choose("ID,Name,Mail\nA1,Ada,nowhere\nA2,Bob,\n")
    text = page.content.decode()
    assert "1 row has a problem." in text
    assert "“nowhere” is no mail address" in text
    refused = teacher.write(page)
    assert (refused.status_code, teacher.numbers()) == (409, [])
    done = teacher.write(refused, leave_out="1")
    assert "1 student added. 0 changed. 1 row left out." in done.content.decode()
    assert teacher.numbers() == ["A2"]


def test_roster_changed_meanwhile_is_shown_again(teacher: Teacher) -> None:
    page = teacher.choose(FILE)
    enrol(course=teacher.course, role="student", student_number="A1", family_name="Other")
    again = teacher.write(page)
    assert (again.status_code, "The roster has changed meanwhile" in again.content.decode()) == (409, True)
    assert teacher.numbers() == ["A1"]
    assert teacher.write(again).status_code == 200
    assert sorted(teacher.numbers()) == ["A1", "A2"]


def test_file_with_nothing_to_write_offers_nothing(teacher: Teacher) -> None:
    enrol(course=teacher.course, role="student", student_number="A1", family_name="Ada")
    text = teacher.choose("ID,Family name\nA1,Ada\n").content.decode()
    assert "There is nothing to import" in text
    assert 'name="fingerprint"' not in text
    assert "No other row would change anything" in teacher.choose("ID,Mail\nA1,nowhere\n").content.decode()


def test_unreadable_files_are_refused_and_the_last_good_one_stays(teacher: Teacher) -> None:
    teacher.choose(FILE)
    for content, sentence in (
        (b"", "class.csv is empty"),
        (b"Colour\nred\n", "No column is called"),
        (b"ID\n" + b"1" * (5 * 2**20), "larger than 5 MB"),
    ):
        page = teacher.choose(content)
        assert (page.status_code, sentence in page.content.decode()) == (422, True)
        assert "What class.csv would do" in page.content.decode()
    assert teacher.client.post(teacher.url, {"action": "look"}).status_code == 422


def test_file_can_be_put_away_and_then_is_not_written(teacher: Teacher) -> None:
    page = teacher.choose(FILE)
    teacher.client.post(teacher.url, {"action": "forget"})
    assert "Choose it again" in teacher.write(page).content.decode()
    assert teacher.numbers() == []


def test_file_of_one_course_is_not_shown_in_another(teacher: Teacher) -> None:
    teacher.choose(FILE)
    owner = teacher.course.enrolments.get(role="owner").user
    other = reverse("roster_import", args=[CourseFactory(owner=owner).pk])
    assert "would do" not in teacher.client.get(other).content.decode()


def test_names_that_look_like_markup_are_text(teacher: Teacher) -> None:
    text = teacher.choose("ID,Name\n<b>1</b>,=HYPERLINK(1)\n", name="<i>.csv").content.decode()
    assert "&lt;b&gt;1&lt;/b&gt;" in text
    assert "<b>1</b>" not in text
    assert "<i>" not in text


def test_template_is_a_csv_that_a_spreadsheet_reads(teacher: Teacher) -> None:
    response = teacher.client.get(reverse("roster_template", args=[teacher.course.pk]))
    assert response.content == "\ufeffstudent number,family name,given name,reading,mail address\r\n".encode()
    assert response["Content-Disposition"] == 'attachment; filename="roster.csv"'
