"""Designs in several parts, and graders who alone hold parts together."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement.links import only_links
from grading.agreement.severity import severity_model

# Graders 0 and 1 share two papers, 2 and 3 share two others.
APART = [[1, 2, None, None], [3, 5, None, None], [None, None, 3, 6], [None, None, 1, 3]]


def parts_of(rows, without):
    """Sets of graders that still hang together when one is left out."""
    parts = {r: {r} for _, r in rows if r != without}
    for (s, r), (t, q) in combinations([row for row in rows if row[1] != without], 2):
        if s == t and parts[r] is not parts[q]:
            parts[r] |= parts[q]
            for one in parts[r]:
                parts[one] = parts[r]
    return {frozenset(part) for part in parts.values()}


@settings(max_examples=200, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 6)), max_size=16))
def test_only_links_are_those_whose_loss_parts_others(pairs):
    rows = sorted(pairs)
    units, graders = [f"s{s}" for s, _ in rows], [f"r{r}" for _, r in rows]
    ratings = Ratings.from_long(units, graders, [1] * len(rows))
    whole = parts_of(rows, None)
    expected = set()
    for part in whole:
        for grader in part:
            inside = [row for row in rows if row[1] in part]
            if len(parts_of(inside, grader)) > 1:
                expected.add(f"r{grader}")
    assert {ratings.grader_labels[position] for position in only_links(ratings)} == expected


def test_only_links_of_a_long_chain_need_no_recursion():
    n = 5000
    rows = [(s, r) for s in range(n) for r in (s, s + 1)]
    ratings = Ratings.from_long(*zip(*rows, strict=True), [1] * len(rows))
    assert only_links(ratings) == list(range(1, n))


def test_severity_is_told_inside_each_part():
    found = severity_model(Ratings.from_table(APART))
    assert found.n_components == 2
    assert [found.graders[r].component for r in range(4)] == [0, 0, 1, 1]
    severity = [found.graders[r].severity for r in range(4)]
    assert severity[0] == pytest.approx(-severity[1])
    assert severity[2] == pytest.approx(-severity[3])
    assert severity[0] > 0 < severity[2]
    assert found.only_links == []


def test_part_that_marks_lower_changes_no_severity_of_the_other():
    plain = severity_model(Ratings.from_table(APART), variances=(4, 1, 1))
    lower = [[1, 2, None, None], [3, 5, None, None], [None, None, 0, 3], [None, None, -2, 0]]
    found = severity_model(Ratings.from_table(lower), variances=(4, 1, 1))
    ratio = [found.graders[r].reliability for r in range(4)]
    assert ratio == pytest.approx([plain.graders[r].reliability for r in range(4)], rel=0.1)
    for r in (2, 3):
        assert found.graders[r].severity == pytest.approx(plain.graders[r].severity, abs=0.05)


def test_grader_alone_in_a_part_has_no_severity():
    table = [[1, 2, None], [3, 5, None], [None, None, 3], [None, None, 4], [2, 2, None]]
    found = severity_model(Ratings.from_table(table))
    alone = found.graders[2]
    assert (alone.n, alone.component, alone.severity, alone.standard_error) == (2, 1, None, None)
    assert alone.reason == Reason.DISCONNECTED
    assert found.scripts[3].estimate is not None


def test_one_grader_links_two_pairs():
    table = [[1, 2, None], [3, 5, None], [None, 5, 3], [None, 2, 1]]
    found = severity_model(Ratings.from_table(table))
    assert (found.n_components, found.only_links) == (1, [1])


def test_single_ratings_lean_on_their_grader():
    """A paper with one rating has an estimate: what its grader is known to mark too low is given back."""
    rng = np.random.default_rng(2)
    worth = 10 + 2 * rng.normal(size=60)
    rows = [(s, r, worth[s] + 2 * (r == 0) + rng.normal()) for s in range(60) for r in (0, 1)]
    rows += [("by the lenient", 0, 10.0), ("by the severe", 1, 10.0)]
    found = severity_model(Ratings.from_long(*zip(*rows, strict=True)))
    lenient, severe = found.scripts["by the lenient"], found.scripts["by the severe"]
    assert (lenient.n, lenient.mean, severe.mean) == (1, 10, 10)
    assert lenient.adjusted < 10 < severe.adjusted
    assert lenient.standard_error > found.scripts[0].standard_error
    assert found.graders[1].severity == pytest.approx(1, abs=0.3)
