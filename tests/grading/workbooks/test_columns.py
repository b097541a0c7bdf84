import pytest

from edu_crowd.shared.tables import UnreadableTable
from grading.workbooks.columns import Declared, Place, parse_levels, read_column


def read(*cells, comma=True, **settings):
    places = [Place("marks.csv", row, comma) for row in range(2, len(cells) + 2)]
    return read_column("k1", cells, places, **settings)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2,3", Declared((1.0, 2.0, 3.0), 1.0, 3.0)),
        ("3, 0,1.5", Declared((0.0, 1.5, 3.0), 0.0, 3.0)),
        ("０..２", Declared((0.0, 1.0, 2.0), 0.0, 2.0)),
        ("0..1.5", Declared(None, 0.0, 1.5)),
        ("0..100000", Declared(None, 0.0, 100000.0)),
    ],
)
def test_levels_are_listed_or_a_range(text, expected):
    assert parse_levels(text) == expected


def test_levels_of_text_keep_their_order():
    assert parse_levels("low,mid,high").levels == ("low", "mid", "high")


@pytest.mark.parametrize("text", ["", "1,,2", "1,1", "1,1.0", "1,b", "3..1", "a,a"])
def test_levels_that_are_none_are_refused(text):
    with pytest.raises(UnreadableTable, match="are no levels"):
        parse_levels(text)


@pytest.mark.parametrize(
    ("cells", "scale", "levels"),
    [
        (("1", "３", None, "2.0"), "ordinal", (1.0, 2.0, 3.0)),
        (("1", "2.5"), "interval", None),
        (tuple(str(level) for level in range(13)), "interval", None),
        (("yes", "no", None), "nominal", ("no", "yes")),
        ((None, None), "interval", None),
    ],
)
def test_scale_without_option_follows_the_marks(cells, scale, levels):
    # tables.clean has narrowed full-width digits before; a number parser of our own would not.
    column = read(*(cell and cell.replace("３", "3") for cell in cells))
    assert (column.scale, column.levels, column.levels_from) == (scale, levels, levels and "data")
    assert column.weights == ("identity" if scale == "nominal" else "quadratic")


def test_mark_between_levels_makes_the_column_interval():
    column = read("1", "2.5", declared=parse_levels("1..5"))
    assert (column.scale, column.on_levels, column.levels_from, column.highest) == ("interval", False, "declared", 5.0)
    assert column.notes == (
        "Marks between the declared levels: 1, the first 2.5 (marks.csv, row 3); treated as interval.",
    )


@pytest.mark.parametrize(
    ("cells", "options", "sentence"),
    [
        (("1", "6"), {"declared": parse_levels("1..5")}, "marks.csv, row 3: 6 in column “k1” is outside"),
        (("1", "b"), {"declared": parse_levels("1..5")}, "row 3: “b” in column “k1” is not a number"),
        (("a", "b"), {"declared": parse_levels("1..5")}, "row 2: “a” in column “k1” is outside"),
        (("a", "c"), {"declared": parse_levels("a,b")}, "row 3: “c” in column “k1” is outside"),
        (("1", "1.5"), {"declared": parse_levels("1,2"), "scale": "nominal"}, "row 3: 1.5"),
        (("1", "x"), {}, "row 3: “x” in column “k1” is not a number as others are"),
        (("1", "inf"), {}, "row 3: “inf”"),
        (("1", "1e999"), {}, "row 3: 1e999 in column “k1” is too large"),
        (("1,5", "2"), {"comma": False}, "can be read in two ways"),
        (("1,500", "2"), {}, "can be read in two ways"),
        (("a", "b"), {"scale": "ordinal"}, "holds text"),
        (("a", "b"), {"scale": "interval"}, "holds text"),
    ],
)
def test_mark_that_does_not_fit_is_refused_with_its_row(cells, options, sentence):
    with pytest.raises(UnreadableTable, match=sentence):
        read(*cells, **options)


def test_decimal_comma_is_read_and_said():
    column = read("1,5", "−2")
    assert (column.marks, column.notes) == (
        (1.5, -2.0),
        ("marks.csv: commas in numbers were read as decimal points.",),
    )


def test_nominal_takes_numbers_and_text_together():
    assert read("1.0", "x", None, scale="nominal").marks == ("1", "x", None)
    assert read("low", "high", scale="ordinal", declared=parse_levels("low,high")).levels == ("low", "high")
