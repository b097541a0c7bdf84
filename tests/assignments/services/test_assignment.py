from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from assignments.models import Assignment
from assignments.services import assignment as services
from assignments.services.assignment import Incomplete
from assignments.services.question import add_question
from assignments.services.state import WrongState, WrongTimes
from edu_crowd.shared.checks import InvalidField
from edu_crowd.shared.models import AuditEntry
from grading.services.result import reported_grade
from tests.factories import NOW, AssignmentFactory, CourseFactory, QuestionFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)


def draft(**fields: Any) -> Assignment:
    return services.create_assignment(course=CourseFactory(), title="Essay", **({"due_at": LATER} | fields))


def ready(**fields: Any) -> Assignment:
    assignment = draft(**fields)
    add_question(assignment=assignment, kind="long_text", prompt="Why?", points=Decimal(10))
    return assignment


def test_create_assignment_opening_after_due_refused() -> None:
    with pytest.raises(WrongTimes):
        draft(opens_at=LATER)


def test_create_assignment_wrong_field_refused() -> None:
    with pytest.raises(InvalidField, match="percent lost per day"):
        draft(late_percent_per_day=Decimal(101))


def test_publish_complete_draft_is_published_once() -> None:
    assignment = ready()
    services.publish(assignment=assignment, now=NOW)
    services.publish(assignment=assignment, now=NOW)
    assert Assignment.objects.get().state == "published"


def test_publish_says_everything_that_is_missing() -> None:
    assignment = draft(due_at=None, reporting="bands")
    with pytest.raises(Incomplete) as failure:
        services.publish(assignment=assignment, now=NOW)
    assert str(failure.value) == "Set a due time. Add a question. Give at least one band with its cut score."
    add_question(assignment=assignment, kind="numeric", prompt="?", points=Decimal(1))
    with pytest.raises(Incomplete, match=r"Question 1: Give the right number\."):
        services.publish(assignment=assignment, now=NOW)
    assert Assignment.objects.get().state == "draft"


def test_publish_due_in_the_past_refused() -> None:
    with pytest.raises(Incomplete, match="over already"):
        services.publish(assignment=ready(), now=LATER)


@pytest.mark.parametrize(
    ("reporting", "bands", "sentence"),
    [
        ("bands", [{"label": "A", "from": "80"}, {"label": "B", "from": "80"}], "Order the bands"),
        ("bands", [{"label": "B", "from": "60"}, {"label": "A", "from": "80"}], "Order the bands"),
        ("bands", [{"label": "A", "from": "101"}], "from 0 to 100"),
        ("bands", [{"label": " ", "from": "80"}], "from 0 to 100"),
        ("bands", [{"label": "A", "from": "NaN"}], "from 0 to 100"),
        ("bands", [{"label": "A"}], "from 0 to 100"),
        ("bands", [{"label": "A", "from": "many"}], "from 0 to 100"),
        ("bands", "A", "from 0 to 100"),
        ("pass_fail", [], "one cut score"),
        ("pass_fail", [{"label": "A", "from": "80"}, {"label": "B", "from": "60"}], "one cut score"),
    ],
)
def test_publish_wrong_bands_refused(reporting: str, bands: Any, sentence: str) -> None:
    with pytest.raises(Incomplete, match=sentence):
        services.publish(assignment=ready(reporting=reporting, bands=bands), now=NOW)


@pytest.mark.parametrize(
    ("reporting", "bands"),
    [
        ("bands", [{"label": "A", "from": "80"}, {"label": "B", "from": "59.5"}, {"label": "C", "from": 0}]),
        ("pass_fail", [{"label": "Pass", "from": "60"}]),
    ],
)
def test_publish_right_bands(reporting: str, bands: Any) -> None:
    assignment = ready(reporting=reporting, bands=bands)
    services.publish(assignment=assignment, now=NOW)
    assert assignment.state == "published"


def test_publish_spells_cut_scores_plainly() -> None:
    """Whoever reports a grade reads them by `Decimal`, which knows neither full width nor a decimal comma."""
    typed = {"A": "８０．５", "B": "60,5", "C": 50, "D": "4e1", "E": " 0 "}
    assignment = ready(reporting="bands", bands=[{"label": label, "from": cut} for label, cut in typed.items()])
    services.publish(assignment=assignment, now=NOW)
    assignment.refresh_from_db()
    assert {band["label"]: band["from"] for band in assignment.bands} == {
        "A": "80.5",
        "B": "60.5",
        "C": "50",
        "D": "40",
        "E": "0",
    }
    reported = [reported_grade(assignment=assignment, total=Decimal(n), highest=Decimal(100)) for n in (81, 80, 1)]
    assert reported == ["A", "B", "E"]


MOVES = {
    "publish": lambda assignment: services.publish(assignment=assignment, now=NOW),
    "close": lambda assignment: services.close(assignment=assignment, now=LATER),
    "reopen": lambda assignment: services.reopen(assignment=assignment, due_at=LATER, now=NOW),
    "release": lambda assignment: services.mark_released(assignment=assignment),
    "withdraw": lambda assignment: services.withdraw_release(assignment=assignment),
    "archive": lambda assignment: services.archive(assignment=assignment),
}
# Where each move leads, from each state; itself where it was made already.
LEADS = {
    ("draft", "publish"): "published",
    ("published", "publish"): "published",
    ("published", "close"): "closed",
    ("published", "reopen"): "published",
    ("closed", "close"): "closed",
    ("closed", "reopen"): "published",
    ("closed", "release"): "released",
    ("closed", "withdraw"): "closed",
    ("released", "release"): "released",
    ("released", "withdraw"): "closed",
    ("released", "archive"): "archived",
    ("archived", "archive"): "archived",
}


@pytest.mark.parametrize("state", Assignment.State.values)
@pytest.mark.parametrize("move", MOVES)
def test_state_moves_along_and_nowhere_else(state: str, move: str) -> None:
    assignment = AssignmentFactory(state=state)
    QuestionFactory(assignment=assignment)
    if (state, move) in LEADS:
        MOVES[move](assignment)
    else:
        with pytest.raises(WrongState, match=assignment.get_state_display()):
            MOVES[move](assignment)
    assert Assignment.objects.get().state == LEADS.get((state, move), state)


def test_each_move_leaves_one_line_in_the_trail() -> None:
    assignment = ready()
    for move in ("publish", "publish", "close", "close", "reopen", "close", "release", "archive", "archive"):
        MOVES[move](assignment)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [action for action in actions if action.startswith("assignment.")] == [
        "assignment.created",
        "assignment.published",
        "assignment.closed",
        "assignment.reopened",
        "assignment.closed",
        "assignment.archived",
    ]


def test_copy_takes_settings_and_questions_along_and_no_times() -> None:
    source = ready(attempts=2, late_rule="deduct", instructions="All of it.", opens_at=NOW)
    course = CourseFactory()
    draft_ = services.copy_assignment(assignment=source, course=course, title="Essay again")
    saved = Assignment.objects.get(pk=draft_.pk)
    assert (saved.course, saved.title, saved.state) == (course, "Essay again", "draft")
    assert (saved.opens_at, saved.due_at, saved.attempts, saved.late_rule) == (None, None, 2, "deduct")
    assert [(one.position, one.prompt, one.points) for one in saved.questions.all()] == [(1, "Why?", Decimal(10))]
    entry = AuditEntry.objects.get(action="assignment.copied")
    assert entry.details == {"course": course.pk, "source": source.pk}
    with pytest.raises(InvalidField):
        services.copy_assignment(assignment=source, course=course, title="")


def test_close_early_makes_now_the_due_time() -> None:
    assignment = AssignmentFactory()
    services.close(assignment=assignment, now=NOW)
    assert Assignment.objects.get().due_at == NOW


def test_close_before_opening_refused() -> None:
    assignment = AssignmentFactory(opens_at=NOW)
    with pytest.raises(WrongTimes):
        services.close(assignment=assignment, now=NOW)
    assert Assignment.objects.get().state == "published"


def test_reopen_needs_a_later_due_time() -> None:
    assignment = AssignmentFactory(state="closed", due_at=NOW)
    with pytest.raises(WrongTimes):
        services.reopen(assignment=assignment, due_at=NOW, now=NOW)
    services.reopen(assignment=assignment, due_at=LATER, now=NOW)
    assert (assignment.state, assignment.due_at) == ("published", LATER)
