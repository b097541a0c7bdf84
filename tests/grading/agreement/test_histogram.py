from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import (
    Histogram,
    Ratings,
    brennan_prediger,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alphas,
    percent_all_exact,
    percent_all_within_one,
    percent_exact,
    percent_within_one,
)
from grading.agreement.counting import listed

LEVELS = [0, 1, 2, 3]
ODD_BYTES = [
    b"",
    b"[]",
    b'{"levels":[1,2],"levels_from":"declared","counts":[[0,0.5,2]]}',
    b'{"levels":[1,2],"levels_from":"declared","counts":[[0,1,2.5]]}',
    b'{"levels":[1,2],"levels_from":"declared","counts":[[]]}',
    b'{"levels":[1,2],"levels_from":"declared","counts":[[0,2,1]]}',
    b'{"levels":[1,2],"levels_from":"somewhere","counts":[[0,1,2]]}',
]


def table_of(patterns):
    width = max((len(pattern) for pattern in patterns), default=1)
    return [[LEVELS[level] for level in pattern] + [None] * (width - len(pattern)) for pattern in patterns]


def figures(data):
    """All that can be told from a histogram, as numbers."""
    others = percent_exact, percent_within_one, percent_all_exact, percent_all_within_one
    others = *others, fleiss_kappa, gwet_ac, partial(gwet_ac, weights="identity"), brennan_prediger
    found = [*krippendorff_alphas(data).values(), *(figure(data) for figure in others)]
    return [(one.value, one.standard_error, one.reason, one.n_units) for one in found]


def nearly(one, other):
    return all(
        a == b or (isinstance(a, float) and a == pytest.approx(b, abs=1e-11))
        for left, right in zip(one, other, strict=True)
        for a, b in zip(left, right, strict=True)
    )


patterns = st.lists(st.lists(st.integers(0, 3), max_size=4).map(lambda levels: tuple(sorted(levels))), max_size=8)


@settings(max_examples=150, deadline=None)
@given(patterns)
def test_histogram_counts_the_units_of_each_pattern(units):
    histogram = Histogram.of(Ratings.from_table(table_of(units), levels=LEVELS))
    assert histogram.counts == Counter(pattern for pattern in units if pattern)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ied"), st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)), max_size=30)
)
def test_any_series_of_scores_equals_counting_afresh(steps):
    histogram, units = Histogram(LEVELS), [()] * 5
    for act, unit, level, other in steps:
        if act == "i":
            units[unit] = histogram.insert(units[unit], level)
        elif level in units[unit] and act == "d":
            units[unit] = histogram.delete(units[unit], level)
        elif level in units[unit]:
            units[unit] = histogram.edit(units[unit], level, other)
    ratings = Ratings.from_table(table_of(units), levels=LEVELS)
    assert histogram == Histogram.of(ratings)
    assert nearly(figures(histogram), figures(ratings))
    for number, pattern in enumerate(units):
        for level in pattern:
            units[number] = histogram.delete(units[number], level)
    assert histogram == Histogram(LEVELS)


@settings(max_examples=100, deadline=None)
@given(patterns, patterns)
def test_shards_add_up_and_bytes_come_back(left, right):
    shards = [Histogram.of(Ratings.from_table(table_of(units), levels=LEVELS)) for units in (left, right)]
    merged = shards[0] + shards[1]
    assert merged.counts == Counter(pattern for pattern in left + right if pattern)
    assert Histogram.from_bytes(merged.to_bytes()) == merged


def test_full_class_is_stored_in_some_hundred_bytes():
    rng = np.random.default_rng(1)
    histogram = Histogram.of(Ratings.from_table(rng.integers(1, 6, (100_000, 3)), levels=range(1, 6)))
    assert len(histogram.counts) == 35
    assert len(histogram.to_bytes()) < 600


def test_what_does_not_fit_is_refused_and_changes_nothing():
    histogram = Histogram(LEVELS, {(0, 2): 1})
    for act, message in [
        (lambda: histogram.insert((0, 2), 4), "no level 4; there are 4"),
        (lambda: histogram.insert((1,), 0), r"No unit shows \(1,\)"),
        (lambda: histogram.delete((0, 2), 1), "does not hold the level 1"),
        (lambda: histogram.delete((0, 1), 1), r"No unit shows \(0, 1\)"),
        (lambda: histogram.edit((0, 2), 1, 0), "does not hold the level 1"),
        (lambda: histogram.edit((0, 2), 0, 9), "no level 9"),
        (lambda: histogram + Histogram([1, 2]), "different levels"),
        (lambda: Histogram(LEVELS, {(2, 0): 1}), "is no pattern of 4 levels"),
        (lambda: Histogram(LEVELS, {(4,): 1}), "is no pattern of 4 levels"),
        (lambda: Histogram(LEVELS, {(0,): -1}), "has -1 units"),
        (lambda: Histogram([1, 1]), "repeated"),
        *((partial(Histogram.from_bytes, odd), "no histogram") for odd in ODD_BYTES),
    ]:
        with pytest.raises(ValueError, match=message):
            act()
    assert histogram == Histogram(LEVELS, {(0, 2): 1})
    with pytest.raises(TypeError, match="cannot cluster"):
        percent_exact(histogram, clusters=["a"])
    with pytest.raises(TypeError):
        histogram + 1
    assert histogram != "histogram"
    assert repr(histogram) == "Histogram(levels=[0.0, 1.0, 2.0, 3.0], counts={(0, 2): 1})"


def test_levels_taken_from_the_data_stay_so():
    ratings = Ratings.from_table([[1, 2], [2, 4]])
    histogram = Histogram.of(ratings)
    back = Histogram.from_bytes(histogram.to_bytes())
    assert (histogram.levels_from, back.levels_from, (back + histogram).levels_from) == ("data", "data", "data")
    assert percent_within_one(back).value == percent_within_one(ratings).value == 0.5
    assert not Histogram.of(Ratings.from_table([["a", "b"]])).is_ordered


WAYS = {
    "tuples listed": (5, 3, True),
    "counts as digits": (5, 3, False),
    "counts as digits, many": (12, 5, True),
    "levels as digits": (101, 3, False),
    "a row per unit": (101, 12, True),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_count_gives_the_patterns_of_the_rows(way):
    n_levels, graders, complete = WAYS[way]
    rng = np.random.default_rng(8)
    table = rng.integers(0, n_levels, (60, graders)).astype(float)
    if not complete:
        table[rng.random(table.shape) < 0.3] = np.nan
    rows = [tuple(sorted(int(mark) for mark in row if mark == mark)) for row in table.tolist()]
    ratings = Ratings.from_table(table, levels=range(n_levels))
    assert Histogram.of(ratings).counts == Counter(row for row in rows if row)
    assert ratings.patterns.paired.n_units == sum(len(row) > 1 for row in rows)


def test_units_of_equal_size_are_seen_across_blocks():
    for units, size in [(70_000, 2), (3, 5000)]:
        unit, grader = np.repeat(np.arange(units), size), np.tile(np.arange(size), units)
        value = (unit + grader) % 3
        whole = Ratings.from_long(unit, grader, value, levels=range(3))
        assert whole.size == (size if size < 4096 else None)
        assert whole.patterns.n_units == units
        assert whole.patterns.size.sum() == whole.patterns.units.size * size
    unit[size - 1] = 1
    assert Ratings.from_long(unit, np.arange(len(unit)), value, levels=range(3)).patterns.n_units == 3


def test_listed_tuples_share_the_pattern_of_their_order():
    of_tuple, table = listed(3, 2)
    assert of_tuple.tolist() == [0, 1, 2, 1, 3, 4, 2, 4, 5]
    assert table.tolist() == [[2, 0, 0], [1, 1, 0], [1, 0, 1], [0, 2, 0], [0, 1, 1], [0, 0, 2]]


def test_patterns_without_units_or_ratings_are_left_out():
    assert dict(Histogram([1, 2], {(0, 1): 2, (1,): 0, (): 3}).counts) == {(0, 1): 2}
