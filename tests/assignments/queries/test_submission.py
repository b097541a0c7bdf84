from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import translation

from assignments.models import Assignment, Submission
from assignments.queries.submission import (
    NoDueTime,
    counting_last,
    counting_submissions,
    due_at,
    due_for_intake,
    last_moment,
    late_days,
    share_kept,
)
from assignments.services.extension import extend
from assignments.services.submission import hand_in, start, take_back
from tests.factories import NOW, AssignmentFactory, EnrolmentFactory, SubmissionFactory

pytestmark = pytest.mark.django_db
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def test_due_for_intake_waits_for_each_assignments_own_cooling_window() -> None:
    short = SubmissionFactory(assignment__cooling_minutes=10)
    long = SubmissionFactory(assignment__cooling_minutes=30)
    none = SubmissionFactory(assignment__cooling_minutes=0)
    odd = SubmissionFactory(assignment__cooling_minutes=10, now=NOW + timedelta(microseconds=1))

    def due(now: datetime) -> set[Submission]:
        return set(due_for_intake(now=now))

    assert due(NOW - SECOND) == set()
    assert due(NOW) == {none}
    assert due(NOW + 10 * MINUTE - SECOND) == {none}
    assert due(NOW + 10 * MINUTE) == {none, short}
    assert due(NOW + 10 * MINUTE + SECOND) == {none, short, odd}
    assert due(NOW + 30 * MINUTE) == {none, short, odd, long}


@pytest.mark.parametrize("state", Assignment.State.values)
def test_due_for_intake_only_while_papers_are_marked(state: str) -> None:
    paper = SubmissionFactory()
    Assignment.objects.update(state=state)
    assert list(due_for_intake(now=NOW + DAY)) == ([paper] if state in ("published", "closed") else [])


def test_due_for_intake_leaves_out_drafts_and_papers_taken_back() -> None:
    SubmissionFactory(now=None)
    take_back(submission=SubmissionFactory(), now=NOW)
    assert list(due_for_intake(now=NOW + DAY)) == []


def test_several_attempts_last_handed_in_counts() -> None:
    first = SubmissionFactory(assignment__attempts=3)
    assignment, student = first.assignment, first.enrolment
    other = SubmissionFactory(assignment=assignment)
    elsewhere = SubmissionFactory()
    second = start(assignment=assignment, enrolment=student, now=NOW)
    assert set(counting_submissions(assignment)) == {first, other}
    hand_in(submission=second, now=NOW)
    assert set(counting_submissions(assignment)) == {second, other}
    assert set(due_for_intake(now=NOW + DAY)) == {second, other, elsewhere}
    take_back(submission=second, now=NOW)
    third = start(assignment=assignment, enrolment=student, now=NOW)
    assert set(counting_submissions(assignment)) == {first, other}
    own = student.submissions.all()
    assert list(counting_last(own)) == [second, third, first]
    assert list(counting_last(own.exclude(pk=first.pk))) == [second, third]


def test_due_for_intake_can_be_locked() -> None:
    paper = SubmissionFactory()
    with transaction.atomic():
        assert list(due_for_intake(now=NOW + DAY).select_for_update(of=("self",))) == [paper]


def test_due_at_extension_gives_time_and_never_takes_any() -> None:
    assignment = AssignmentFactory()
    student, other = EnrolmentFactory.create_batch(2, course=assignment.course)
    due = assignment.due_at
    extend(assignment=assignment, enrolment=student, due_at=due + DAY)
    assert (due_at(assignment, student), due_at(assignment, other)) == (due + DAY, due)
    assignment.due_at = due + 2 * DAY
    assert due_at(assignment, student) == due + 2 * DAY


def test_due_at_draft_without_due_time_refused() -> None:
    assignment = AssignmentFactory(state="draft", due_at=None)
    with pytest.raises(NoDueTime):
        due_at(assignment, EnrolmentFactory(course=assignment.course))


@pytest.mark.parametrize(
    ("late", "days", "kept"),
    [
        (-SECOND, 0, "1"),
        (timedelta(0), 0, "1"),
        (timedelta(microseconds=1), 1, "0.75"),
        (DAY, 1, "0.75"),
        (DAY + SECOND, 2, "0.5"),
        (4 * DAY, 4, "0"),
        (6 * DAY, 6, "0"),
    ],
)
def test_each_started_day_late_costs_its_share(late: timedelta, days: int, kept: str) -> None:
    rule = {"late_rule": "deduct", "late_percent_per_day": Decimal(25), "late_days": 7}
    assignment = AssignmentFactory(**rule)
    paper = SubmissionFactory(assignment=assignment, now=assignment.due_at + late)
    assert (late_days(paper), share_kept(paper.assignment, late_days(paper))) == (days, Decimal(kept))


@pytest.mark.parametrize(("language", "words"), [("en", "of the points earned"), ("ja", "得点")])
def test_late_rule_is_called_what_it_does(language: str, words: str) -> None:
    """The factor is taken from what was earned, and so says the form."""
    with translation.override(language):
        assert words in Assignment.LateRule.DEDUCT.label
        assert words.lower() in Assignment._meta.get_field("late_percent_per_day").help_text.lower()


def test_lateness_accepted_costs_nothing_and_an_extension_is_not_late() -> None:
    accepted = AssignmentFactory(late_rule="accept")
    paper = SubmissionFactory(assignment=accepted, now=accepted.due_at + 3 * DAY)
    assert (late_days(paper), share_kept(paper.assignment, late_days(paper))) == (3, Decimal(1))
    extend(assignment=accepted, enrolment=paper.enrolment, due_at=accepted.due_at + 3 * DAY)
    assert late_days(paper) == 0


ZONES = (
    "America/New_York America/St_Johns America/Santiago America/Havana America/Nuuk Europe/Berlin Europe/London"
    " Africa/Cairo Asia/Jerusalem Australia/Lord_Howe Australia/Sydney Pacific/Auckland"
)


def changes_of_the_clocks(zone: ZoneInfo) -> list[datetime]:
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + hour * timedelta(hours=1) for hour in range(365 * 24)]
    return [
        after
        for before, after in pairwise(hours)
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    ]


@pytest.mark.parametrize("name", ZONES.split())
@pytest.mark.parametrize("night", [0, 1])
def test_late_days_are_of_24_hours_also_over_a_change_of_the_clocks(name: str, night: int) -> None:
    zone = ZoneInfo(name)
    due = (changes_of_the_clocks(zone)[night] - timedelta(hours=12)).astimezone(zone)
    # Unsaved rows still carry the zone in which somebody typed the time.
    paper = Submission(assignment=Assignment(due_at=due, late_rule="accept", late_days=1), enrolment=EnrolmentFactory())
    paper.assignment.course = paper.enrolment.course
    paper.assignment.save()
    last = last_moment(paper.assignment, paper.enrolment)
    assert last == due.astimezone(UTC) + DAY
    assert last != due + DAY, "the control: a day by the wall clock is another one here"
    for seconds, days in ((-86_400, 0), (-86_399, 1), (-1, 1), (0, 1), (1, 2)):
        paper.handed_in_at = (last + seconds * SECOND).astimezone(zone)
        assert late_days(paper) == days


def test_late_days_of_a_draft_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="handed in"):
        late_days(SubmissionFactory(now=None))
