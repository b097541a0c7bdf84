import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grading.agreement import Reason
from grading.agreement.rubric import NAMES, rubric_components
from tests.grading.agreement.tables_points import obvious_rubric


def sheets_of(marks):
    """Rows of persons, criteria, graders and values from marks[person][grader][criterion]."""
    rows = [
        (p, c, f"{p}/{g}", value)
        for p, sheets in enumerate(marks)
        for g, sheet in enumerate(sheets)
        for c, value in enumerate(sheet)
    ]
    return list(zip(*rows, strict=True))


def test_rubric_worked_by_hand():
    # Means of persons by criteria (1, 3) and (6, 6): MS_p 16, MS_c 1, MS_pc 1. Sheets 1.5, 2.5 and 5, 7: MS_g:p 5/2.
    # What is left of person P is ±½ in four places, of Q nothing: MS_e 1/2.
    found = rubric_components(*sheets_of([[[1, 2], [1, 4]], [[5, 5], [7, 7]]]))
    got = [found.person, found.criterion, found.person_criterion, found.grader_in_person, found.residual]
    assert got == pytest.approx([(16 - 1) / 2 - 1 / 2, (1 - 1) / 2, 1 - 1 / 4, (5 / 2 - 1 / 2) / 2, 1 / 2], abs=1e-12)
    assert (found.n_persons, found.n_criteria, found.n_sheets, found.reason) == (2, 2, 4, None)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rubric_equals_fractions_for_any_number_of_sheets(data):
    criteria = data.draw(st.integers(2, 3))
    sheet = st.lists(st.integers(0, 5), min_size=criteria, max_size=criteria)
    marks = data.draw(st.lists(st.lists(sheet, min_size=1, max_size=4), min_size=2, max_size=5))
    assume(any(len(sheets) > 1 for sheets in marks) and len({v for each in marks for row in each for v in row}) > 1)
    found = rubric_components(*sheets_of(marks))
    expected = obvious_rubric(marks)
    got = [found.person, found.criterion, found.person_criterion, found.grader_in_person, found.residual]
    assert got == pytest.approx([max(float(value), 0.0) for value in expected], abs=1e-9)
    assert {name for name, value in zip(NAMES, expected, strict=True) if value < 0} <= set(found.truncated)


@pytest.mark.parametrize("most", [2, 4])
def test_rubric_simulation_finds_its_components(most):
    rng = np.random.default_rng(8)
    persons, criteria = 1500, 30
    person, criterion = rng.normal(size=persons) * 1.5, rng.normal(size=criteria)
    marks = []
    for p in range(persons):
        own = rng.normal(size=criteria) * 0.5
        marks.append(
            [
                (person[p] + criterion + own + 0.8 * rng.normal() + rng.normal(size=criteria)).tolist()
                for _ in range(rng.integers(2, most + 1))
            ]
        )
    found = rubric_components(*sheets_of(marks))
    assert found.truncated == ()
    got = [found.person, found.person_criterion, found.grader_in_person, found.residual]
    assert got == pytest.approx([2.25, 0.25, 0.64, 1.0], rel=0.12)
    assert found.criterion == pytest.approx(float(np.var(criterion, ddof=1)), rel=0.02)


def test_rubric_negative_component_is_nothing_and_said():
    found = rubric_components(*sheets_of([[[1, 5], [5, 1]], [[2, 4], [5, 2]], [[3, 3], [3, 4]]]))
    assert "person_criterion" in found.truncated
    assert found.person_criterion == 0


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ([[[1, 2], [3]], [[1, 2], [2, 2]]], Reason.INCOMPLETE),
        ([[[1, 2]], [[1, 2]]], Reason.NO_OVERLAP),
        ([[[1, 2], [3, 3]]], Reason.ONE_UNIT),
        ([[[1], [2]], [[3], [3]]], Reason.TOO_FEW),
        ([[[2, 2], [2, 2]], [[2, 2], [2, 2]]], Reason.NO_VARIATION),
        ([[["a", "b"], ["a", "a"]], [["b", "b"], ["a", "b"]]], Reason.WRONG_SCALE),
        ([[[1e300, 0], [2, 2]], [[-1e300, 2], [2, 5]]], Reason.WRONG_SCALE),
    ],
)
def test_rubric_undefined_is_none_with_reason(marks, reason):
    found = rubric_components(*sheets_of(marks))
    assert (found.person, found.criterion, found.residual, found.truncated, found.reason) == (
        None,
        None,
        None,
        (),
        reason,
    )


def test_rubric_without_rows_has_no_overlap():
    assert rubric_components([], [], [], []).reason == Reason.NO_OVERLAP
