"""Marks from elsewhere: loaded once, kept as they are, refused with a sentence."""

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError

from assignments.models import Enrolment
from edu_crowd.people.models import User
from grading.models import (
    AgreementReport,
    ConsensusScore,
    Enlistment,
    Grader,
    Mark,
    MarkSheet,
    Result,
    ReviewCase,
    Script,
)
from grading.workbooks import marks_in_text
from tests.factories import AssignmentFactory
from tests.grading.workbooks.loading import COLUMNS, FILE, counts, create, load

pytestmark = pytest.mark.django_db


def test_file_becomes_papers_sheets_cases_and_scores(file, owner):
    said = create(file)
    assert "3 units by 3 graders: 6 sheets added" in said
    assert counts() == {
        "User": 1,
        "Assignment": 1,
        "Enrolment": 4,  # three units and the owner
        "Submission": 3,
        "Round": 1,
        "Grader": 3,
        "Enlistment": 3,
        "Script": 3,
        "MarkSheet": 6,
        "Mark": 11,
        "ReviewCase": 1,
        "Flag": 2,  # p2: the idea lies three levels apart, and so do the totals
    }
    case = ReviewCase.objects.get()
    assert (case.criterion.title, case.state) == ("idea", "open")
    assert Script.objects.exclude(settled_at=None).count() == 2
    assert ConsensusScore.objects.count() == 4
    assert Result.objects.count() == 2
    assert set(AgreementReport.objects.values_list("sheets", flat=True)) == {6}
    assert {one.state for one in Enlistment.objects.all()} == {"ended"}
    assert {one.user for one in Enrolment.objects.exclude(student_number="")} == {None}
    assert not Grader.objects.exclude(kind="external").exists()


def test_long_load_says_how_far_it_is(file, owner, monkeypatch):
    monkeypatch.setattr(marks_in_text, "SCRIPTS_PER_LINE", 2)
    said = create(file)
    assert re.findall(r".* scripts looked at", said) == ["2 of 3 scripts looked at"]


def test_same_file_twice_adds_nothing(file, owner):
    create(file)
    before = counts()
    assert "0 sheets added, 0 corrected, 6 known" in create(file)
    assert counts() == before


def test_changed_row_is_the_next_version_and_settles_anew(file, owner):
    create(file)
    file.write_text(FILE.replace("p1,Bob,2,2", "p1,Bob,3,3"))
    assert "0 sheets added, 1 corrected, 5 known" in create(file)
    script = MarkSheet.objects.get(version=2).allocation.script
    newest = ConsensusScore.objects.filter(script=script, criterion__title="idea").order_by("version").last()
    assert newest is not None
    assert newest.points == Decimal("2.5")


def test_repeated_row_counts_once_and_is_said(file, owner):
    file.write_text(FILE + "p1,Ann,3,3\n")
    said = create(file)
    assert "1 rows mark a unit again" in said
    assert MarkSheet.objects.count() == 6
    mark = Mark.objects.get(criterion__title="idea", sheet__allocation__grader__external_name="Ann", points=3)
    assert mark.sheet.version == 1


def test_mark_between_levels_is_kept_as_points(file, owner):
    file.write_text(FILE.replace("p1,Ann,2,3", "p1,Ann,2.5,3"))
    assert "between the declared levels" in create(file)
    mark = Mark.objects.get(points=Decimal("2.5"))
    assert mark.level is None
    assert Mark.objects.filter(level=None).count() == 1


def test_missing_mark_leaves_the_rest_of_its_sheet(file, owner):
    assert "1 sheets lack “form”" in create(file)
    marked = {sheet.pk: [mark.criterion.title for mark in sheet.marks.all()] for sheet in MarkSheet.objects.all()}
    assert sorted(marked.values()) == [["idea"], *[["idea", "form"]] * 5]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [("p1,Ann,9,3", "row 2: 9 in column “idea” is outside"), ("p1,Ann,good,3", "row 2: “good”.* is not a number")],
)
def test_bad_mark_is_refused_with_its_row_and_nothing_is_written(file, owner, row, sentence):
    file.write_text(FILE.replace("p1,Ann,2,3", row))
    before = counts()
    with pytest.raises(CommandError, match=sentence):
        create(file)
    assert counts() == before


def test_unknown_column_is_refused_with_those_there_are(file, owner):
    with pytest.raises(CommandError, match="paper, who, idea, form"):
        create(file, "--unit", "paper", "--grader", "marker", "--score", "idea")


def test_dry_run_says_the_same_and_writes_nothing(file, owner):
    before = counts()
    said = load("--create", "Essay", "--owner", owner.email, file, *COLUMNS, "--dry-run")
    assert "6 sheets added" in said
    assert said.endswith("Dry run: nothing was written\n")
    assert counts() == before


def test_create_asks_for_the_owner_where_there_are_several_people(file, owner):
    with pytest.raises(CommandError, match="--owner"):
        load("--create", "Essay", file, *COLUMNS)


def test_create_in_an_empty_site_makes_the_first_account(file):
    assert "manage.py changepassword" in load("--create", "Essay", file, *COLUMNS)
    assert [person.has_usable_password() for person in User.objects.all()] == [False]


SWAPPED = ("--unit", "paper", "--grader", "who", "--score", "form,idea", "--levels", "0,1,2,3")


def test_same_marks_in_another_order_of_columns_add_nothing(file, owner):
    create(file)
    assert "0 sheets added, 0 corrected, 6 known" in create(file, *SWAPPED)


def test_correction_that_reads_like_the_old_row_in_another_order_is_taken(file, owner):
    create(file)
    file.write_text(FILE.replace("p1,Ann,2,3", "p1,Ann,3,2"))
    assert "1 corrected, 5 known" in create(file, *SWAPPED)
    newest = Mark.objects.filter(sheet__version=2)
    assert dict(newest.values_list("criterion__title", "points")) == {"idea": 3, "form": 2}


def test_unknown_assignment_is_refused(file):
    with pytest.raises(CommandError, match="number"):
        load(AssignmentFactory.create().pk + 1, file, *COLUMNS)


def test_peer_marks_lie_as_far_from_the_tutors_as_published(owner):
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    said = create(
        Path(folder) / "peer_tutor/peer_grades.csv",
        *("--unit", "file_name", "--grader", "assessor_id", "--score", "item1,item2,item3,item4,item5"),
        *(part for top in (2, 3, 2, 3, 4) for part in ("--levels", f"0..{top}")),
        *("--reference", Path(folder) / "peer_tutor/tutor_grades.csv"),
        *("--reference-score", ",".join(f"criteria_{number}" for number in range(1, 6))),
    )
    assert "247 units by 305 graders: 741 sheets added" in said
    found = {line.split()[0]: line.split()[1:4] for line in said.splitlines() if re.match(r"  (mean|median) ", line)}
    assert found["mean"][:2] == ["247", "1.315"]
    assert found["median"][:2] == ["247", "1.321"]
