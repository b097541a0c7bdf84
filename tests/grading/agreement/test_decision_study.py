import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason
from grading.agreement.decision_study import Decision, GradersNeeded, decision_study, graders_needed
from grading.agreement.icc import icc_all
from grading.agreement.variance import VarianceComponents, variance_components
from tests.grading.agreement.tables_points import SHROUT_FLEISS


def components(unit, grader, residual):
    return VarianceComponents(unit, grader, residual, 0.0, "reml", (), 10, 3, 30, None)


def test_as_many_graders_as_there_were_give_the_intraclass_correlations():
    ratings = Ratings.from_table(SHROUT_FLEISS)
    one, four = decision_study(variance_components(ratings), [1, 4])
    found = icc_all(ratings)
    assert [one.relative, one.absolute] == pytest.approx([found["C,1"].value, found["A,1"].value])
    assert [four.relative, four.absolute] == pytest.approx([found["C,k"].value, found["A,k"].value])


def test_worked_by_hand():
    # σ²_a 4, σ²_b 1, σ²_e 3: with two graders 4/(4 + 3/2), 4/(4 + 4/2), √(3/2), √2.
    (row,) = decision_study(components(4.0, 1.0, 3.0), [2])
    assert row == Decision(2, 4 / 5.5, 4 / 6, 1.5**0.5, 2**0.5, None)
    assert len(decision_study(components(4.0, 1.0, 3.0))) == 10


def test_edx_shares_need_nine_graders():
    # Three peers with reliability .59 have (σ²_b + σ²_e)/σ²_a = 3 · .41/.59; .8 then takes 4 times that: 8.3, so 9.
    assert graders_needed(components(1.0, 0.0, 3 * 0.41 / 0.59), 0.8) == GradersNeeded(9, None)


@given(st.floats(0.01, 100), st.floats(0, 100), st.floats(0, 100), st.floats(0.05, 0.95))
def test_graders_needed_are_enough_and_one_less_is_not(unit, grader, residual, reliability):
    needed = graders_needed(components(unit, grader, residual), reliability).graders
    (row,) = decision_study(components(unit, grader, residual), [needed])
    assert row.absolute >= reliability * (1 - 1e-8)
    if needed > 1:
        assert decision_study(components(unit, grader, residual), [needed - 1])[0].absolute < reliability


def test_whole_number_is_not_rounded_up_by_rounding():
    # ρ/(1−ρ) is 9 for ρ = .9, though not in binary.
    assert graders_needed(components(1.0, 0.5, 0.5), 0.9).graders == 9
    assert graders_needed(components(1.0, 0.0, 0.0), 0.9).graders == 1


def test_papers_that_do_not_differ_have_no_number():
    none = components(0.0, 1.0, 1.0)
    assert graders_needed(none, 0.8) == GradersNeeded(None, Reason.NO_VARIATION)
    assert graders_needed(components(1e-320, 0.0, 1e20), 0.8) == GradersNeeded(None, Reason.NO_VARIATION)
    assert decision_study(none, [2])[0] == Decision(2, 0.0, 0.0, 0.5**0.5, 1.0, None)


def test_nothing_at_all_has_no_reliability():
    (row,) = decision_study(components(0.0, 0.0, 0.0), [3])
    assert row == Decision(3, None, None, 0.0, 0.0, Reason.NO_VARIATION)
    (row,) = decision_study(components(0.0, 1.0, 0.0), [4])
    assert row == Decision(4, None, 0.0, 0.0, 0.5, Reason.NO_VARIATION)


def test_undefined_components_pass_their_reason_on():
    undefined = variance_components(Ratings.from_table([[1, 2]]))
    assert decision_study(undefined, [2]) == (Decision(2, None, None, None, None, Reason.ONE_UNIT),)
    assert graders_needed(undefined, 0.8) == GradersNeeded(None, Reason.ONE_UNIT)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="0 graders are too few"):
        decision_study(components(1.0, 1.0, 1.0), [0])
    for reliability in (0, 1, 1.2, float("nan")):
        with pytest.raises(ValueError, match="lies between 0 and 1"):
            graders_needed(components(1.0, 1.0, 1.0), reliability)
