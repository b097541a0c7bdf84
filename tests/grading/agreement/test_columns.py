"""Columns as people have them: narrow numbers, huge ones, masks, and things that are no column."""

import numpy as np
import pytest

from grading.agreement import Coefficient, Ratings, Reason, gwet_ac, kendall_w, krippendorff_alphas

PAIRS = [0, 0, 1, 1, 2, 2], [0, 1] * 3


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", ">i2", "float16", "float64"])
@pytest.mark.parametrize("gap", [False, True])
def test_narrow_labels_stay_apart(kind, gap):
    labels = [label for label in range(-100, 101) if not gap or label % 7]
    ratings = Ratings.from_long(np.array(labels, dtype=kind), np.zeros(len(labels), dtype=np.int8), labels)
    assert [ratings.unit_labels[unit] for unit in ratings.unit.tolist()] == labels
    assert ratings.n_units == len(labels)


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", ">i2", "float16", "float32"])
@pytest.mark.parametrize("levels", [None, range(-100, 101)])
def test_narrow_marks_keep_their_value(kind, levels):
    marks = [-100, 100, 50, -100, 0, 100]
    assert Ratings.from_long(*PAIRS, np.array(marks, dtype=kind), levels=levels).values.tolist() == marks


@pytest.mark.parametrize("kind", [np.int64, np.uint64])
@pytest.mark.parametrize("labels", [[2**63 - 1, 2**63 - 2, 5], [2**63 - 1, 2**63 - 3, 2**63 - 1]])
def test_huge_labels_stay_apart(kind, labels):
    ratings = Ratings.from_long(np.array(labels, dtype=kind), [0, 1, 2], [1, 2, 3])
    assert [ratings.unit_labels[unit] for unit in ratings.unit.tolist()] == labels


@pytest.mark.parametrize("kind", [np.int64, np.uint64, object])
def test_whole_numbers_that_are_one_float_are_one_level(kind):
    marks = np.array([2**53, 2**53 + 1, 2**53 + 1, 2**53], dtype=kind)
    ratings = Ratings.from_long([0, 0, 1, 1], [0, 1, 0, 1], marks)
    assert ratings.levels.tolist() == [2.0**53]
    found = [*krippendorff_alphas(ratings).values(), gwet_ac(ratings), kendall_w(ratings)]
    assert found == [Coefficient.undefined(Reason.NO_VARIATION, 2)] * 6


def test_unsigned_number_is_no_negative_level():
    with pytest.raises(ValueError, match="none of the levels"):
        Ratings.from_long([0, 0], [0, 1], np.array([2**64 - 1, 1], dtype=np.uint64), levels=[-1, 1])


@pytest.mark.parametrize("kind", [np.int64, np.float64])
@pytest.mark.parametrize("levels", [None, [1, 2, 3]])
def test_masked_marks_are_missing(kind, levels):
    marks = np.ma.masked_array(np.array([1, 2, 3, 99], dtype=kind), [False, False, False, True])
    assert Ratings.from_long([0, 0, 1, 1], [0, 1, 0, 1], marks, levels=levels).values.tolist() == [1, 2, 3]
    assert Ratings.from_table(marks.reshape(2, 2), levels=levels).values.tolist() == [1, 2, 3]


def test_masked_label_is_missing():
    with pytest.raises(ValueError, match="Row 1 names no unit"):
        Ratings.from_long(np.ma.masked_array([1, 2], [False, True]), [0, 1], [1, 2])


@pytest.mark.parametrize("label", [[1], {}, np.array([1, 2])])
def test_label_that_cannot_be_hashed_is_refused(label):
    with pytest.raises(TypeError, match="which cannot be a label"):
        Ratings.from_long([0, label], [0, 1], [1, 2])


@pytest.mark.parametrize("column", [5, 5.0, None, np.array(5)])
def test_what_is_no_column_is_refused(column):
    for columns in ((column, [0], [0]), ([0], column, [0]), ([0], [0], column)):
        with pytest.raises(TypeError):
            Ratings.from_long(*columns)


def test_views_and_generators_are_columns():
    plain = Ratings.from_long(*PAIRS, [1, 2, 3, 3, 1, 2])
    marks = np.array([[1.0, 2.0, 3.0, 3.0, 1.0, 2.0], [9.0] * 6]).T[:, 0]
    marks.flags.writeable = False
    unit = np.array(PAIRS[0])[::-1][::-1]
    for other in (
        Ratings.from_long(unit, np.tile([0, 1], 3).astype(np.uint8), marks),
        Ratings.from_long(iter(PAIRS[0]), (grader for grader in PAIRS[1]), marks.astype(">f4")),
    ):
        assert krippendorff_alphas(other) == krippendorff_alphas(plain)


@pytest.mark.parametrize(
    ("marks", "options", "error", "message"),
    [
        (["a", "b"], {"levels": [1, 2]}, TypeError, "both be numbers or both be text"),
        ([1, 2], {"levels": ["a", "b"]}, TypeError, "both be numbers or both be text"),
        (["a", "c"], {"levels": ["a", "b"]}, ValueError, "Row 1 has c, which is none of the levels"),
        ([None, "c"], {"levels": ["a", "b"]}, ValueError, "Row 1 has c, which is none of the levels"),
        ([1, 3], {"value_range": (1, 2)}, ValueError, "Row 1 has 3, outside 1 to 2"),
        ([1, 2], {"value_range": (2, 1)}, ValueError, "runs backwards"),
        (["a", "b"], {"value_range": (1, 2)}, TypeError, "A range needs numbers"),
    ],
)
def test_mark_off_the_scale_is_refused(marks, options, error, message):
    with pytest.raises(error, match=message):
        Ratings.from_long([0, 0], [0, 1], marks, **options)


def test_mark_at_the_ends_of_the_range_is_taken():
    assert Ratings.from_long([0, 0], [0, 1], [1, 2], value_range=(1, 2)).n_ratings == 2
