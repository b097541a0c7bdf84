from argparse import ArgumentParser

import pytest

from edu_crowd.shared.tables import UnreadableTable
from grading.workbooks.mark_files import add_column_arguments, read_marks


@pytest.fixture
def read(tmp_path):
    """Read marks from the texts of files, with the options of a command line."""

    def reading(texts, *options):
        paths = []
        for number, text in enumerate([texts] if isinstance(texts, str) else texts):
            paths.append(tmp_path / f"marks{number}.csv")
            paths[-1].write_text(text)
        parser = ArgumentParser()
        parser.add_argument("files", nargs="+")
        add_column_arguments(parser)
        return read_marks(vars(parser.parse_args([*map(str, paths), *options])))

    return reading


LONG = "--unit", "u", "--grader", "g", "--score"


def test_long_file_is_read_with_missing_marks(read):
    marks = read("u,g,a,b\np,X,1,NA\np,Y,n/a,2\nq,X,-,9\n", *LONG, "a,b", "--missing", "9")
    assert (marks.units, marks.graders) == (("p", "p", "q"), ("X", "Y", "X"))
    assert [column.marks for column in marks.criteria] == [(1.0, None, None), (None, 2.0, None)]


def test_units_join_columns_and_files_join(read):
    files = ["u,v,g,a\np,1,X,1\n", "u,v,g,a\np,2,X,2\n"]
    assert read(files, "--unit", "u,v", "--grader", "g", "--score", "a").units == ("p,1", "p,2")


def test_wide_file_numbers_its_rows(read):
    marks = read(["A,B\n1,2\nNA,3\n", "A,B\n3,3\n"], "--wide")
    assert (marks.units, marks.graders) == (("1", "1", "2", "2", "3", "3"), ("A", "B") * 3)
    assert marks.criteria[0].marks == (1.0, 2.0, None, 3.0, 3.0, 3.0)


def test_wide_file_with_unit_and_chosen_graders(read):
    marks = read("u,A,note,B\np,1,good,2\n", "--wide", "--unit", "u", "--grader", "A,B")
    assert (marks.units, marks.graders) == (("p", "p"), ("A", "B"))


def test_settings_go_once_or_once_per_column(read):
    text = "u,g,a,b\np,X,1,1\np,Y,2,2\n"
    once = read(text, *LONG, "a,b", "--scale", "nominal").criteria
    each = read(text, *LONG, "a,b", "--scale", "nominal,ratio", "--levels", "1,2", "--levels", "0..9").criteria
    assert [column.scale for column in once] == ["nominal", "nominal"]
    assert [(column.scale, len(column.levels)) for column in each] == [("nominal", 2), ("ratio", 10)]


def test_cluster_belongs_to_the_unit(read):
    marks = read("u,g,a,c\np,X,1,I\np,Y,2,I\nq,X,2,II\n", *LONG, "a", "--cluster", "c")
    assert marks.clusters == {"p": "I", "q": "II"}


@pytest.mark.parametrize(
    ("text", "options", "sentence"),
    [
        ("u,g,a\np,X,1\n", ("--grader", "g", "--score", "a"), r"--unit is missing.*The columns are: u, g, a"),
        ("u,g,a\np,X,1\n", (*LONG, "z"), "no column “z”"),
        ("u,g,a\np,,1\n", (*LONG, "a"), "row 2 has marks and names no grader"),
        ("u,g,a\n,X,1\n", (*LONG, "a"), "row 2 has marks and names no unit"),
        ("u,g,a\n,X,NA\n", (*LONG, "a"), "no row with a unit"),
        ("u,g,a,total\np,X,1,2\n", (*LONG, "a,total"), "“total” is the sum"),
        ("u,g,a\np,X,1\n", (*LONG, "a,a"), "“a” is named twice"),
        ("u,g,a\np,X,1\n", (*LONG, "a", "--scale", "metric"), "“metric” is none of nominal"),
        ("u,g,a\np,X,1\n", (*LONG, "a", "--scale", "ratio,ratio"), "2 times for 1 columns"),
        ("u,g,a,c\np,X,1,I\np,Y,1,II\n", (*LONG, "a", "--cluster", "c"), "lies in cluster II and in I"),
        ("u,g,a,c\np,X,1,\n", (*LONG, "a", "--cluster", "c"), "names no cluster"),
        ("A,,B\n1,2,3\n", ("--wide",), "has no name"),
        ("A,B\n1,2\n", ("--wide", "--grader", "A", "--score", "B"), "not both"),
    ],
)
def test_layout_that_cannot_be_is_refused_with_a_sentence(read, text, options, sentence):
    with pytest.raises(UnreadableTable, match=sentence):
        read(text, *options)
