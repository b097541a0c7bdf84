"""Settings are shown, changed, and kept as typed when they are refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from assignments.models import Assignment
from tests.assignments.views.desk import Desk, text_of
from tests.factories import AssignmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def settings(**more: Any) -> dict[str, Any]:
    """A draft's form as the browser sends it."""
    return {
        "title": "Essay",
        "instructions": "",
        "opens_at": "",
        "due_at": "",
        "late_rule": "refuse",
        "late_percent_per_day": "10.00",
        "late_days": "7",
        "cooling_minutes": "30",
        "attempts": "1",
        "time_limit_minutes": "",
        "reporting": "points",
        "report_step": "0.50",
        "band_label": ["", "", ""],
        "band_from": ["", "", ""],
        "pass_label": "pass",
        "pass_from": "60",
    } | more


def published(desk: Desk, **fields: Any) -> Assignment:
    return AssignmentFactory(course=desk.course, **({"due_at": timezone.now() + timedelta(days=7)} | fields))


def shown(desk: Desk, assignment: Assignment) -> dict[str, Any]:
    """The form as the page shows it, ready to be sent back."""
    form = desk.get("assignment_settings", assignment.pk).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}
    times = {name: value.strftime("%Y-%m-%dT%H:%M") for name, value in typed.items() if isinstance(value, datetime)}
    rows = {"band_label": [one.label for one in form.bands], "band_from": [one.cut for one in form.bands]}
    return typed | times | (rows if form.asks_bands else {})


def test_every_setting_of_a_draft_can_be_changed(desk: Desk) -> None:
    typed = settings(
        title="Quiz",
        opens_at="2030-05-01T09:00",
        due_at="2030-05-08T09:00",
        late_rule="deduct",
        late_percent_per_day="１２,５",
        late_days="３",
        cooling_minutes="0",
        attempts="2",
        time_limit_minutes="45",
        reporting="bands",
        band_label=["A", "", "B"],
        band_from=["８０", "", "59,5"],
    )
    assert "The settings are saved." in desk.told(desk.post("assignment_settings", desk.draft.pk, **typed))
    desk.draft.refresh_from_db()
    row = desk.draft
    assert (row.opens_at, row.due_at) == (datetime(2030, 5, 1, tzinfo=UTC), datetime(2030, 5, 8, tzinfo=UTC))
    assert (row.late_rule, row.late_percent_per_day, row.late_days) == ("deduct", Decimal("12.5"), 3)
    assert (row.cooling_minutes, row.attempts, row.time_limit_minutes) == (0, 2, 45)
    assert (row.reporting, row.bands) == ("bands", [{"label": "A", "from": "80"}, {"label": "B", "from": "59.5"}])


def test_pass_and_fail_has_one_cut_score(desk: Desk) -> None:
    desk.post("assignment_settings", desk.draft.pk, **settings(reporting="pass_fail", pass_label="合格"))
    desk.draft.refresh_from_db()
    assert desk.draft.bands == [{"label": "合格", "from": "60"}]
    page = text_of(desk.get("assignment_settings", desk.draft.pk))
    assert 'value="合格"' in page


@pytest.mark.parametrize("state", Assignment.State.values)
def test_sending_back_what_is_shown_changes_nothing(desk: Desk, state: str) -> None:
    now = timezone.now()
    row = published(
        desk,
        state=state,
        opens_at=now - timedelta(days=9),
        due_at=now - timedelta(seconds=59),
        instructions="One\nTwo",
        reporting="bands",
        bands=[{"label": "A", "from": "80"}],
    )
    before = Assignment.objects.values().get(pk=row.pk)
    desk.told(desk.post("assignment_settings", row.pk, **shown(desk, row)))
    assert Assignment.objects.values().get(pk=row.pk) == before


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"attempts": "0"}, "greater than or equal to 1"),
        ({"attempts": "1.5"}, "Write a whole number."),
        ({"late_days": "many"}, "Write a whole number"),
        ({"late_percent_per_day": "101"}, "less than or equal to 100"),
        ({"opens_at": "2030-05-08T09:00", "due_at": "2030-05-01T09:00"}, "opens after it is due"),
        ({"reporting": "bands"}, "at least one band"),
        ({"reporting": "bands", "band_label": ["A", "B"], "band_from": ["80", "90"]}, "Order the bands"),
        ({"reporting": "bands", "band_label": ["A"], "band_from": ["most"]}, "from 0 to 100 percent"),
        ({"reporting": "pass_fail", "pass_from": ""}, "from 0 to 100 percent"),
    ],
)
def test_wrong_settings_are_refused_and_stay_typed(desk: Desk, wrong: dict[str, Any], sentence: str) -> None:
    answer = desk.post("assignment_settings", desk.draft.pk, **settings(instructions="Long words.", **wrong))
    assert (answer.status_code, sentence in text_of(answer)) == (422, True)
    for page in (text_of(answer), text_of(desk.get("assignment_settings", desk.draft.pk))):
        assert "Long words." in page
        for value in wrong.values():
            for one in value if isinstance(value, list) else [value]:
                assert f'value="{one}"' in page
    desk.draft.refresh_from_db()
    assert desk.draft.instructions == ""


def test_bands_are_added_and_removed_without_a_script(desk: Desk) -> None:
    typed = settings(reporting="bands", band_label=["A", "B"], band_from=["80", "60"], attempts="?")
    answer = desk.post("assignment_settings", desk.draft.pk, **typed, action="add-band")
    assert [one.label for one in answer.context["form"].bands] == ["A", "B", ""]
    assert (answer.status_code, 'value="?"' in text_of(answer)) == (200, True)
    answer = desk.post("assignment_settings", desk.draft.pk, **typed, action="remove-band-0")
    assert [one.label for one in answer.context["form"].bands] == ["B"]


def test_after_publication_what_is_fixed_is_text(desk: Desk) -> None:
    row = published(desk, time_limit_minutes=30)
    answer = desk.get("assignment_settings", row.pk)
    assert "opens_at" not in answer.context["form"].fields
    assert "what can no longer change is shown as text" in text_of(answer)
    typed = shown(desk, row) | {"time_limit_minutes": "20", "cooling_minutes": "40"}
    answer = desk.post("assignment_settings", row.pk, **typed)
    assert (answer.status_code, "promised 30 minutes" in text_of(answer)) == (422, True)
    desk.told(desk.post("assignment_settings", row.pk, **(typed | {"time_limit_minutes": "40"})))
    row.refresh_from_db()
    assert (row.time_limit_minutes, row.cooling_minutes) == (40, 40)
