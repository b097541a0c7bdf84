import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings
from grading.agreement.conger import conger_kappa
from tests.grading.agreement.chance import (
    EXACT,
    GWET_2014,
    LEVELS,
    beyond,
    by_level,
    conger_chance,
    error_of_gwet,
    ratings_of,
    tables,
)
from tests.grading.agreement.chance import given as units_of


# Gwet (2014), table 2.10 and the output of his package irrCAC for it.
def test_gwet_2014_with_missing_ratings():
    kappa = conger_kappa(Ratings.from_table(GWET_2014, levels=[1, 2, 3, 4, 5]), interval="linearised")
    assert (round(kappa.value, 5), round(kappa.standard_error, 5)) == (0.76282, 0.14917)


def terms(table, weight):
    """What each unit adds to p_e, in the mean p_e: Gwet's λ, by the influence of each mark on its grader's shares."""
    graders = [[v for v in column if v is not None] for column in zip(*table, strict=True)]
    graders = [(column, marks) for column, marks in enumerate(graders) if marks]
    n, r, found = len(units_of(table)), len(graders), []
    by_others = {
        (column, v): sum(
            sum(weight[v, w] for w in others) / len(others) for other, others in graders if other != column
        )
        for column, _ in graders
        for v in LEVELS
    }
    for row in table:
        if set(row) == {None}:
            continue
        term = 0
        for column, marks in graders:
            average = sum(by_others[column, v] for v in marks) / len(marks)
            own = by_others[column, row[column]] - average if row[column] is not None else 0
            term += (own * n / len(marks) + average) / (r * (r - 1))
        found.append(term)
    return found


@settings(max_examples=150, deadline=None)
@given(tables(), st.sampled_from(EXACT))
def test_linearised_error_is_gwets(table, scheme):
    found = conger_kappa(ratings_of(table), scheme, interval="linearised")
    if found.standard_error is None:
        return
    weight, value = by_level(scheme), beyond(table, scheme, conger_chance)
    expected = error_of_gwet(table, scheme, terms(table, weight), value, conger_chance(table, weight))
    assert found.standard_error == pytest.approx(expected, rel=1e-4, abs=1e-7)
