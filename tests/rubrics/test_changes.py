"""What changed between two versions, in words."""

from dataclasses import replace
from decimal import Decimal

import pytest

from rubrics.changes import changes_between
from rubrics.queries import CriterionSpec, LevelSpec, worths_of
from tests.factories import criterion

A, B = criterion("a", levels=3), criterion("b")
NONE, SOME, ALL = A.levels


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        ([A, B], []),
        ([B, A], ["The criteria stand in another order."]),
        ([A], ["Criterion “B” was removed."]),
        ([A, B, criterion("c")], ["Criterion “C” was added."]),
        ([replace(A, title="New"), B], ["“A” is now called “New”."]),
        ([replace(A, weight=Decimal("2.50")), B], ["“A”: the weight changed from 1 to 2.5."]),
        ([replace(A, tolerance=0), B], ["“A”: the tolerance changed from 1 to 0."]),
        (
            [replace(A, scale="nominal"), B],
            ["“A”: the scale changed from “ordered levels” to “categories without order”."],
        ),
        ([replace(A, levels=(NONE, SOME)), B], ["“A”: the level “level 2” (points: 2) was removed."]),
        (
            [replace(A, levels=(*A.levels, LevelSpec(Decimal("9.5"), "more"))), B],
            ["“A”: the level “more” (points: 9.5) was added."],
        ),
        (
            [replace(A, levels=(NONE, SOME, replace(ALL, points=Decimal(4)))), B],
            ["“A”: the level “level 2” changed from 2 to 4 points."],
        ),
        (
            [replace(A, levels=(NONE, SOME, replace(ALL, label="all"))), B],
            ["“A”: the level “level 2” is now called “all”."],
        ),
        (
            [replace(A, levels=(NONE, SOME, replace(ALL, descriptor="All of it."))), B],
            ["“A”: the words of the level “level 2” changed."],
        ),
        ([replace(A, levels=(NONE, SOME, replace(ALL, descriptor="\r\n "))), B], []),
        ([replace(A, levels=(ALL, NONE, SOME)), B], ["“A”: the levels stand in another order."]),
    ],
)
def test_each_change_is_one_sentence(after: list[CriterionSpec], sentences: list[str]) -> None:
    assert changes_between([A, B], after) == sentences


def test_worth_of_each_criterion_adds_up_to_the_question() -> None:
    worths = worths_of([replace(A, weight=Decimal(2)), B], Decimal(14))
    assert [(one.title, one.weighted, one.points) for one in worths] == [("A", 4, 8), ("B", 3, 6)]
    assert [one.points for one in worths_of([replace(A, levels=(NONE,))], Decimal(10))] == [None]
    assert [one.points for one in worths_of([A])] == [None]
