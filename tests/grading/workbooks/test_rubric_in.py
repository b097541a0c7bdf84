"""Which criteria imported marks go to."""

from decimal import Decimal

import pytest
from django.core.management import CommandError

from grading.models import Mark, Round
from rubrics.models import Level, Rubric
from rubrics.services import new_version
from tests.factories import QuestionFactory, RubricFactory, criterion
from tests.grading.workbooks.loading import COLUMNS, FILE, create, load

pytestmark = pytest.mark.django_db


def test_labels_are_refused(file, owner):
    file.write_text("paper,who,verdict\np1,Ann,good\np1,Bob,bad\n")
    with pytest.raises(CommandError, match="holds labels"):
        create(file, "--unit", "paper", "--grader", "who", "--score", "verdict")


def test_marks_go_into_an_assignment_by_the_names_of_its_criteria(file):
    question = QuestionFactory()
    RubricFactory(question=question, criteria=[criterion("form"), criterion("idea")])
    load(question.assignment.pk, file, *COLUMNS[:-2])
    assert sorted(
        Mark.objects.filter(sheet__allocation__grader__external_name="Bob").values_list("criterion__key", "points")
    ) == [("form", 1), ("form", 2), ("idea", 2), ("idea", 3)]


def test_assignment_with_other_criteria_is_refused(file):
    question = QuestionFactory()
    RubricFactory(question=question, criteria=[criterion("style")])
    with pytest.raises(CommandError, match="1 criteria"):
        load(question.assignment.pk, file, *COLUMNS)


def test_column_misspelt_beside_one_that_is_not_is_refused(file):
    question = QuestionFactory()
    RubricFactory(question=question, criteria=[criterion("form"), criterion("ideas")])
    with pytest.raises(CommandError, match=r"Call all as it does: Form, Ideas\."):
        load(question.assignment.pk, file, *COLUMNS[:-2])
    assert not Round.objects.exists()


def test_columns_of_other_names_are_taken_in_order(file):
    question = QuestionFactory()
    RubricFactory(question=question, criteria=[criterion("content"), criterion("language")])
    load(question.assignment.pk, file, *COLUMNS[:-2])
    assert sorted(
        Mark.objects.filter(sheet__allocation__grader__external_name="Bob").values_list("criterion__key", "points")
    ) == [("content", 2), ("content", 3), ("language", 1), ("language", 2)]


def test_corrections_reach_the_version_that_the_round_pinned(file, owner):
    create(file)
    pinned = Rubric.objects.get()
    new_version(rubric=pinned, by=owner, criteria=[criterion("idea", levels=6), criterion("form")])
    file.write_text(FILE.replace("p1,Bob,2,2", "p1,Bob,3,3"))
    assert "1 corrected" in create(file)
    assert set(Mark.objects.values_list("criterion__rubric", flat=True)) == {pinned.pk}


def test_points_without_levels_get_even_steps(tmp_path, owner):
    path = tmp_path / "points.csv"
    path.write_text("paper,who,points\np1,Ann,61.5\np1,Bob,70\np2,Ann,12\np2,Bob,15\n")
    create(path, "--unit", "paper", "--grader", "who", "--score", "points", "--levels", "0..100")
    assert list(Level.objects.values_list("points", flat=True)) == [Decimal(10 * step) for step in range(11)]
    assert Mark.objects.get(points=Decimal("61.5")).level is None
