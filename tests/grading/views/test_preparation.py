"""A round from the empty list to the open board, by its pages; and what they ask the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assignments.models import Answer, Assignment, Enrolment, Submission
from grading.models import Enlistment, Invitation, Round, Script
from grading.services.enlistment import enlist
from grading.services.round import create_round
from tests.factories import EnrolmentFactory, UserFactory
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
FORM = {
    "unit": "question",
    "pool": "crowd",
    "readings_wanted": "2",
    "readings_max": "4",
    "total_tolerance_percent": "１０",
    "policy": "median",
    "batch_minimum": "5",
    "lease_minutes": "30",
    "seeds_percent": "10",
    "is_blind": "on",
}


@pytest.fixture
def world() -> World:
    world = World(seed=1)
    world.papers = world.everybody_hands_in()
    return world


def get(world: World, name: str, *arguments: int, status: int = 200, **query: str) -> str:
    response = client_of(world.teacher).get(reverse(name, args=arguments), query)
    assert response.status_code == status
    return response.content.decode()


def post(world: World, name: str, *arguments: int, status: int = 200, **form: object) -> str:
    response = client_of(world.teacher).post(reverse(name, args=arguments), form, follow=True)
    assert response.status_code == status
    return response.content.decode()


def test_round_is_prepared_checked_and_opened(world):
    assert "Nothing is handed out for marking yet" in get(world, "rounds", world.assignment.pk)
    page = post(world, "round_new", world.assignment.pk, **FORM, questions=[world.essay.pk])
    assert "Choose its graders next" in page
    round_ = Round.objects.get()
    assert (round_.total_tolerance_percent, round_.is_blind, round_.questions.count()) == (10, True, 1)
    assert "At least 2 are needed" in get(world, "round_preflight", round_.pk)
    refused = post(world, "round_open", round_.pk, status=409)
    assert "Mend what is marked as a problem first" in refused
    addresses = [UserFactory().email for _ in range(4)]
    post(world, "round_graders", round_.pk, addresses="\n".join(addresses))
    Submission.objects.update(handed_in_at=timezone.now() - timedelta(hours=1))
    assert "5 papers go out at once" in get(world, "round_preflight", round_.pk)
    board = post(world, "round_open", round_.pk)
    assert "The round is open: 5 papers went out." in board
    assert "fewer than 10 readings so far" in board
    assert Round.objects.get().state == "open"
    assert "opened already" in post(world, "round_open", round_.pk)


def test_refused_form_keeps_what_was_typed(world):
    page = post(
        world, "round_new", world.assignment.pk, status=422, **FORM | {"readings_max": "1", "lease_minutes": "soon"}
    )
    assert "This cannot be fewer" in page
    assert 'value="soon"' in page
    assert "Choose at least one question." in page
    assert not Round.objects.exists()


def test_settings_change_until_the_round_is_open(world):
    round_ = create_round(assignment=world.assignment)
    page = post(world, "round_settings", round_.pk, **FORM | {"readings_wanted": "3"}, questions=[world.essay.pk])
    assert "The settings are saved." in page
    assert Round.objects.get().readings_wanted == 3
    enlist(round_=round_, user=UserFactory(), rng=world.rng)
    typed = FORM | {"pool": "assistants"}
    assert "Take them out first" in post(
        world, "round_settings", round_.pk, status=409, **typed, questions=[world.essay.pk]
    )
    Round.objects.update(state="open", opened_at=world.now)
    assert "its settings stay" in get(world, "round_settings", round_.pk)
    post(world, "round_settings", round_.pk, status=409, **FORM, questions=[world.essay.pk])


def test_draft_is_thrown_away_after_asking(world):
    round_ = create_round(assignment=world.assignment)
    assert "cannot be undone" in get(world, "round_discard", round_.pk)
    assert "thrown away" in post(world, "round_discard", round_.pk)
    assert not Round.objects.exists()
    opened = create_round(assignment=world.assignment)
    Round.objects.update(state="open", opened_at=world.now)
    assert "was opened" in post(world, "round_discard", opened.pk, status=409)


def test_preflight_reckons_with_the_minutes_given(world):
    round_ = create_round(assignment=world.assignment)
    Submission.objects.update(handed_in_at=timezone.now() - timedelta(hours=1))
    assert "About 0.8 hours" in get(world, "round_preflight", round_.pk)
    page = get(world, "round_preflight", round_.pk, minutes="１２")
    assert "About 2.0 hours of marking, at most 4.0, at 12 minutes per reading" in page
    assert "no number" in get(world, "round_preflight", round_.pk, minutes="many")


def test_graders_by_mail_are_answered_line_by_line(world):
    round_ = create_round(assignment=world.assignment)
    known = UserFactory()
    page = post(world, "round_graders", round_.pk, addresses=f"{known.email}, New@example.org；nobody")
    for said in ("has an account and a place", "has no account yet", "is no mail address"):
        assert said in page
    assert (Enlistment.objects.count(), Invitation.objects.filter(state="sent").count()) == (1, 1)
    invitation = Invitation.objects.get(state="sent")
    post(world, "round_graders", round_.pk, withdraw=invitation.pk)
    assert Invitation.objects.get(pk=invitation.pk).state == "withdrawn"
    place = Enlistment.objects.get()
    assert "taken out" in post(world, "round_grader", place.pk, action="remove")
    post(world, "round_graders", round_.pk, status=422, addresses=" , ")
    post(world, "round_graders", round_.pk, status=422, addresses=" ".join(f"{n}@example.org" for n in range(201)))


def test_page_of_people_holds_no_pseudonym_and_the_board_no_person(world):
    round_ = create_round(assignment=world.assignment)
    people = [UserFactory() for _ in range(3)]
    post(world, "round_graders", round_.pk, addresses=" ".join(user.email for user in people))
    Round.objects.update(state="open", opened_at=world.now)
    script = Script.objects.create(round=round_, question=world.essay, language="en", readings_wanted=2, rnd=0.5)
    for place in Enlistment.objects.all()[:2]:
        script.allocations.create(grader=place.grader, state="sealed")
    names, board = get(world, "round_graders", round_.pk), get(world, "board", round_.pk)
    for place in Enlistment.objects.all():
        assert place.pseudonym not in names
        assert (place.pseudonym in board) == place.grader.allocations.exists()
        assert place.grader.user.email not in board
        assert str(place.grader.user) not in board


def test_assistants_and_classmates_are_let_in(world):
    seat = EnrolmentFactory(course=world.course, role="assistant")
    round_ = create_round(assignment=world.assignment, pool="assistants")
    assert "1 grader was let in." in post(world, "round_graders", round_.pk, assistants=[seat.pk, "x"])
    peers = create_round(assignment=world.assignment, pool="classmates")
    assert "5 graders were let in." in post(world, "round_graders", peers.pk)
    assert str(world.enrolments[0]) in get(world, "round_graders", peers.pk)


def queries(world: World, url: str) -> int:
    client = client_of(world.teacher)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_rounds_and_graders_ask_as_often_for_thirty(world):
    round_ = create_round(assignment=world.assignment)
    enlist(round_=round_, user=UserFactory(), rng=world.rng)
    Invitation.objects.create(round=round_, email="a@example.org", by=world.teacher, invited_at=world.now)
    rounds, graders = reverse("rounds", args=[world.assignment.pk]), reverse("round_graders", args=[round_.pk])
    assert (queries(world, rounds), queries(world, graders)) == (8, 9)
    for _ in range(29):
        create_round(assignment=world.assignment)
        enlist(round_=round_, user=UserFactory(), rng=world.rng)
        Invitation.objects.create(round=round_, email=UserFactory.build().email, by=world.teacher, invited_at=world.now)
    assert (queries(world, rounds), queries(world, graders)) == (8, 9)


def test_board_asks_as_often_for_five_hundred_papers(world):
    world.open_round()
    Submission.objects.update(handed_in_at=timezone.now() - timedelta(days=1))
    board = reverse("board", args=[world.round.pk])
    assert queries(world, board) == 18
    seats = Enrolment.objects.bulk_create(Enrolment(course=world.course, role="student") for _ in range(500))
    papers = Submission.objects.bulk_create(
        Submission(
            assignment=Assignment(pk=world.assignment.pk),
            enrolment=seat,
            state="handed_in",
            started_at=world.now,
            handed_in_at=timezone.now() - timedelta(hours=1),
        )
        for seat in seats
    )
    Answer.objects.bulk_create(
        Answer(submission=paper, question=world.essay, text="The axis.", saved_at=world.now) for paper in papers
    )
    Script.objects.bulk_create(
        Script(round=world.round, question=world.essay, language="en", readings_wanted=2, rnd=0.5) for _ in range(500)
    )
    assert "500 papers are about to come in." in get(world, "board", world.round.pk)
    assert queries(world, board) == 18
