"""What may change, by state: a table of setting × state, and what only the students' favour allows."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assignments.models import Assignment
from assignments.queries.assignment import SETTINGS
from assignments.services.settings import CannotChange, Stricter, WrongBands, edit_assignment
from assignments.services.state import WrongTimes
from edu_crowd.shared.checks import InvalidField
from edu_crowd.shared.errors import Problem
from tests.factories import NOW, AssignmentFactory, SubmissionFactory
from tests.support.trail import trail_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# A change of each setting that no rule but the state can refuse.
CHANGES: dict[str, Any] = {
    "title": "Essay, corrected",
    "instructions": "Write.",
    "opens_at": NOW + DAY,
    "due_at": NOW + 9 * DAY,
    "late_rule": "accept",
    "late_percent_per_day": Decimal(5),
    "late_days": 9,
    "cooling_minutes": 45,
    "attempts": 2,
    "time_limit_minutes": None,
    "reporting": "points",
    "report_step": Decimal(1),
    "bands": [{"label": "A", "from": "70"}],
}
OPEN = {
    "draft": set(CHANGES),
    "published": set(CHANGES),
    "closed": {"title", "instructions", "late_rule", "late_percent_per_day", "late_days"}
    | {"reporting", "report_step", "bands"},
    "released": {"title", "instructions"},
    "archived": set(),
}


def row(state: str = "published", **fields: Any) -> Assignment:
    usual = {
        "opens_at": NOW + 2 * DAY,
        "late_rule": "deduct",
        "time_limit_minutes": 30,
        "reporting": "bands",
        "bands": [{"label": "A", "from": "80"}],
    }
    return AssignmentFactory(state=state, **(usual | fields))


def test_table_knows_every_setting() -> None:
    assert set(CHANGES) == SETTINGS


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("state", OPEN)
def test_each_setting_changes_in_its_states_alone(state: str, name: str) -> None:
    assignment = row(state)
    before = getattr(assignment, name)
    if name in OPEN[state]:
        edit_assignment(assignment=assignment, changes={name: CHANGES[name]}, now=NOW)
    else:
        with pytest.raises(CannotChange):
            edit_assignment(assignment=assignment, changes={name: CHANGES[name]}, now=NOW)
    expected = CHANGES[name] if name in OPEN[state] else before
    assert (getattr(Assignment.objects.get(), name), getattr(assignment, name)) == (expected, expected)


REFUSED: list[tuple[dict[str, Any], dict[str, Any], type[Problem]]] = [
    ({"opens_at": NOW - DAY}, {"opens_at": NOW + DAY}, CannotChange),
    ({}, {"due_at": NOW}, WrongTimes),
    ({}, {"due_at": None}, WrongTimes),
    ({}, {"due_at": NOW + DAY}, WrongTimes),  # before it opens
    ({"opens_at": None}, {"due_at": NOW + timedelta(minutes=1)}, Stricter),
    ({}, {"cooling_minutes": 29}, Stricter),
    ({}, {"late_rule": "refuse"}, Stricter),
    ({"late_rule": "accept"}, {"late_rule": "deduct"}, Stricter),
    ({}, {"late_days": 6}, Stricter),
    ({}, {"late_rule": "accept", "late_days": 6}, Stricter),
    ({}, {"late_percent_per_day": Decimal(11)}, Stricter),
    ({"attempts": 2}, {"attempts": 1}, Stricter),
    ({}, {"time_limit_minutes": 29}, Stricter),
    ({"time_limit_minutes": None}, {"time_limit_minutes": 300}, Stricter),
    ({}, {"bands": []}, WrongBands),
    ({}, {"reporting": "pass_fail", "bands": [{"label": "P", "from": "101"}]}, WrongBands),
    ({}, {"report_step": Decimal(0)}, WrongBands),
    ({}, {"title": ""}, InvalidField),
    ({}, {"title": "x" * 201}, InvalidField),
]


@pytest.mark.parametrize(("fields", "changes", "problem"), REFUSED)
def test_what_takes_from_students_is_refused_and_leaves_no_trace(
    fields: dict[str, Any], changes: dict[str, Any], problem: type[Problem]
) -> None:
    assignment = row(**fields)
    before = Assignment.objects.values().get()
    with pytest.raises(problem):
        edit_assignment(assignment=assignment, changes=changes, now=NOW)
    assert Assignment.objects.values().get() == before
    assert {name: getattr(assignment, name) for name in changes} == {name: before[name] for name in changes}
    assert not trail_of("assignment").exists()


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        ({"opens_at": NOW - DAY, "due_at": NOW}, {"due_at": NOW + timedelta(minutes=1)}),
        ({}, {"cooling_minutes": 31}),
        ({"opens_at": NOW - 9 * DAY, "due_at": NOW - DAY}, {"due_at": NOW + DAY}),
        ({}, {"opens_at": None}),
        ({"late_rule": "refuse"}, {"late_rule": "deduct", "late_percent_per_day": Decimal(50), "late_days": 1}),
        ({}, {"late_rule": "accept", "late_percent_per_day": Decimal(50)}),
        ({}, {"time_limit_minutes": 31, "attempts": 9}),
    ],
)
def test_what_gives_to_students_is_taken(fields: dict[str, Any], changes: dict[str, Any]) -> None:
    assignment = row(**fields)
    edit_assignment(assignment=assignment, changes=changes, now=NOW)
    saved = Assignment.objects.get()
    assert {name: getattr(saved, name) for name in changes} == changes
    entry = trail_of("assignment").get()
    assert (entry.action, entry.details) == ("assignment.edited", {"fields": sorted(changes)})


def test_time_to_take_back_stays_once_a_paper_is_past_it() -> None:
    assignment = row(opens_at=None)
    SubmissionFactory(assignment=assignment)
    later = NOW + timedelta(minutes=assignment.cooling_minutes)
    with pytest.raises(CannotChange, match="Write 30 again"):
        edit_assignment(assignment=assignment, changes={"cooling_minutes": 60}, now=later)
    edit_assignment(assignment=assignment, changes={"cooling_minutes": 60}, now=later - timedelta(seconds=1))
    assert Assignment.objects.get().cooling_minutes == 60


def test_what_is_as_it_was_is_no_change() -> None:
    assignment = row("archived")
    edit_assignment(assignment=assignment, changes={"title": assignment.title, "attempts": 1}, now=NOW)
    assert not trail_of("assignment").exists()


def test_draft_may_have_any_times_in_order() -> None:
    assignment = row("draft")
    edit_assignment(assignment=assignment, changes={"opens_at": None, "due_at": NOW - DAY}, now=NOW)
    with pytest.raises(WrongTimes):
        edit_assignment(assignment=assignment, changes={"opens_at": NOW}, now=NOW)


def test_label_that_no_record_could_keep_is_refused() -> None:
    assignment = AssignmentFactory()
    bands = [{"label": "x" * 41, "from": "50"}]
    with pytest.raises(WrongBands, match="40"):
        edit_assignment(assignment=assignment, changes={"reporting": "bands", "bands": bands}, now=NOW)
    bands = [{"label": "x" * 40, "from": "50"}]
    edit_assignment(assignment=assignment, changes={"reporting": "bands", "bands": bands}, now=NOW)
