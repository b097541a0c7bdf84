"""The student's page of one assignment, and the list of all: terms in words, and where the paper stands."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from assignments.models import Assignment, Enrolment, Submission
from assignments.services.extension import extend
from assignments.services.submission import hand_in, start, take_back
from grading.queries.submission import listed, own_assignments, state_of
from tests.factories import AssignmentFactory, CourseFactory, EnrolmentFactory, QuestionFactory
from tests.flows.stages import full
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def seat(**fields: object) -> tuple[Assignment, Enrolment]:
    assignment = AssignmentFactory(**{"due_at": timezone.now() + DAY, **fields})
    QuestionFactory(assignment=assignment)
    return assignment, EnrolmentFactory(course=assignment.course)


def page(assignment: Assignment, student: Enrolment) -> str:
    text = client_of(student.user).get(f"/assignments/{assignment.pk}/").content.decode()
    return " ".join(text.split())


def test_terms_are_told_before_beginning() -> None:
    assignment, student = seat(
        instructions="*Think* first.", late_rule="deduct", late_percent_per_day=20, attempts=2, time_limit_minutes=30
    )
    extend(assignment=assignment, enrolment=student, due_at=timezone.now() + 2 * DAY, extra_minutes=15)
    text = page(assignment, student)
    for told in (
        "<em>Think</em> first.",
        "this is your own due time",
        "Each day late, also one just begun, costs 20 % of the points you earn.",
        "45 minutes from the moment you begin.",
        "This includes 15 extra minutes for you.",
        "The clock starts when you press this.",
        "0 of 2 handed in. The last one handed in counts.",
        "For 30 minutes after handing in",
        "(UTC; ",
        " in Asia/Tokyo)",
        "You have not begun.",
        f'formaction="/assignments/{assignment.pk}/start/"',
        "Begin</button>",
    ):
        assert told in text, told


def test_not_open_yet_says_when_and_offers_nothing() -> None:
    assignment, student = seat(opens_at=timezone.now() + MINUTE)
    text = page(assignment, student)
    assert "The assignment opens on" in text
    assert "formaction" not in text


def test_begun_leads_on_and_too_late_says_so() -> None:
    assignment, student = seat()
    paper = start(assignment=assignment, enrolment=student, now=timezone.now())
    assert f'href="/papers/{paper.pk}/"> Go on writing' in page(assignment, student).replace('">', '"> ')
    Assignment.objects.update(due_at=timezone.now() - DAY)
    text = page(assignment, student)
    assert "You have begun a paper and not handed it in." in text
    assert "Papers were taken until" in text
    assert "Go on writing" not in text


def test_several_attempts_are_listed_and_the_one_that_counts() -> None:
    assignment, student = seat(attempts=2)
    for _ in range(2):
        paper = start(assignment=assignment, enrolment=student, now=timezone.now())
        hand_in(submission=paper, now=timezone.now())
    text = page(assignment, student)
    assert text.count("this one counts") == 1
    assert "2 of 2 handed in." in text
    assert "Take it back and go on writing" in text
    assert "Begin another attempt" not in text


def where(world: World, now: datetime) -> tuple[list[str], bool]:
    state = state_of(Submission.objects.filter(enrolment=world.enrolments[0]), now=now)
    return [step.label for step in state.steps if step.is_now], state.take_back_until is not None


def test_paper_moves_on_by_the_clock_and_the_release_alone() -> None:
    world = World(seed=1)
    assert where(world, world.now) == ([], False)
    world.write(world.enrolments[0], "So far.")
    assert where(world, world.now) == (["Writing"], False)
    world.everybody_hands_in()
    assert where(world, world.now) == (["Handed in"], True)
    assert where(world, world.now + 30 * MINUTE) == (["Being marked"], False)
    world.open_round()
    assert where(world, world.now) == (["Being marked"], False)
    world.everybody_marks()
    world.later(minutes=40)
    assert where(world, world.now) == (["Being marked"], False)


def test_page_before_release_is_the_same_whatever_was_marked() -> None:
    world = World(seed=1).opened()
    before = page(world.assignment, world.enrolments[0]).split('id="paper-state"')[1].split("</section>")[0]
    world.everybody_marks(points=3)
    world.later(minutes=40)
    after = page(world.assignment, world.enrolments[0]).split('id="paper-state"')[1].split("</section>")[0]
    assert "Being marked" in before
    assert without_token(before) == without_token(after)


def without_token(text: str) -> str:
    head, _, rest = text.partition('csrfmiddlewaretoken" value="')
    return head + rest.partition('"')[2]


def test_released_paper_leads_to_its_feedback() -> None:
    course = full(1)
    text = page(course.world.assignment, course.feedback.submission.enrolment)
    assert f"/feedback/{course.feedback.pk}/" in text
    assert '<li aria-current="step">Feedback</li>' in text


def test_take_back_ends_with_the_time_to_hand_in() -> None:
    now = timezone.now()
    assignment, student = seat(due_at=now + 10 * MINUTE)
    hand_in(submission=start(assignment=assignment, enrolment=student, now=now), now=now)
    state = state_of(Submission.objects.filter(enrolment=student), now=now)
    assert state.take_back_until == now + 10 * MINUTE


def test_list_puts_what_can_be_handed_in_first_by_due_time() -> None:
    now = timezone.now()
    course = CourseFactory()
    student = EnrolmentFactory(course=course)

    def one(title: str, due: timedelta, **fields: object) -> Assignment:
        return AssignmentFactory(course=course, title=title, due_at=now + due, **fields)

    one("missed", -2 * DAY)
    one("late", -DAY / 2, late_rule="accept")
    one("far", 9 * DAY)
    one("closed", DAY, state="closed")
    extended = one("extended", -3 * DAY, state="closed")
    extend(assignment=extended, enrolment=student, due_at=now + 2 * DAY)
    one("opens", 5 * DAY, opens_at=now + DAY)
    begun, done, back = one("begun", DAY), one("done", DAY / 2), one("back", 3 * DAY)
    for assignment in (begun, done, back):
        paper = start(assignment=assignment, enrolment=student, now=now)
        if assignment != begun:
            hand_in(submission=paper, now=now)
        if assignment == back:
            take_back(submission=paper, now=now)
    rows = listed(list(own_assignments(student.user, now=now)), now=now)
    assert [(row.assignment.title, row.state) for row in rows] == [
        ("late", "begin"),
        ("begun", "writing"),
        ("extended", "begin"),
        ("back", "writing"),
        ("opens", "opens"),
        ("far", "begin"),
        ("closed", "missed"),
        ("done", "handed_in"),
        ("missed", "missed"),
    ]
    assert rows[2].due_at == now + 2 * DAY
    text = client_of(student.user).get("/").content.decode()
    for told in ("late, still taken", "due in 1", "being written", "not begun", "not open yet", "handed in"):
        assert told in text, told


def test_list_has_pages() -> None:
    student = EnrolmentFactory()
    for _ in range(31):
        AssignmentFactory(course=student.course)
    client = client_of(student.user)
    assert client.get("/").content.decode().count("list-group-item") == 30
    assert client.get("/?page=2").content.decode().count("list-group-item") == 1
