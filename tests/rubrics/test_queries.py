from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from rubrics.queries import criteria_of, maximum, question_score
from tests.factories import RubricFactory, criterion

points = st.decimals("0.01", "1000", places=2)


@pytest.mark.django_db
@pytest.mark.parametrize("rubrics", [1, 5])
def test_criteria_of_in_order_with_levels_in_two_queries(
    rubrics: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = [RubricFactory(criteria=[criterion("b", levels=3), criterion("a")]) for _ in range(rubrics)]
    RubricFactory()
    with django_assert_num_queries(2):
        loaded = [(one.rubric_id, one.key, maximum(one)) for one in criteria_of(made)]
    assert loaded == [row for rubric in made for row in ((rubric.pk, "b", 2), (rubric.pk, "a", 3))]


@pytest.mark.parametrize(
    ("criteria", "score"),
    [
        ([("1", "3", "3"), ("1", "3", "0")], "5"),
        ([("3", "4", "4"), ("1", "4", "0")], "7.5"),
        ([("0", "4", "4"), ("1", "4", "1")], "2.5"),
        ([("0", "4", "4")], "0"),
        ([("1", "0", "0")], "0"),
        ([], "0"),
    ],
)
def test_question_score(criteria: list[tuple[str, str, str]], score: str) -> None:
    rows = [(Decimal(weight), Decimal(most), Decimal(given)) for weight, most, given in criteria]
    assert question_score(points=Decimal(10), criteria=rows) == Decimal(score)


@given(points, st.lists(st.tuples(points, points), min_size=1, max_size=8))
def test_question_score_best_levels_give_all_points_and_order_does_not_matter(
    worth: Decimal, rows: list[tuple[Decimal, Decimal]]
) -> None:
    best = [(weight, most, most) for weight, most in rows]
    half = [(weight, most, most / 2) for weight, most in rows]
    assert question_score(points=worth, criteria=best) == worth
    assert question_score(points=worth, criteria=half) == question_score(points=worth, criteria=half[::-1])
