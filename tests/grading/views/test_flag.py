"""A grader asks the teacher; the teacher answers."""

import pytest
from django.test import Client
from django.urls import reverse

from edu_crowd.shared import outbox
from edu_crowd.shared.models import AuditEntry
from grading.models import Allocation, Flag, MarkDraft, MarkSheet, ReviewCase
from grading.queries.script import criteria_of_script
from grading.services.agreement import clear_flags, raise_flags
from tests.flows.references import opened, put_first
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
NOTE = "The last page is missing."


@pytest.fixture
def world() -> World:
    return World(seed=1).opened()


@pytest.fixture
def desk(world: World) -> Allocation:
    allocation = world.claim(world.crowd[0])
    assert allocation is not None
    return allocation


@pytest.fixture
def grader(desk: Allocation) -> Client:
    return client_of(desk.grader.user)


def form_of(desk: Allocation, **more: str) -> dict[str, str]:
    levels = {f"level-{one.pk}": str(one.levels.get(points=1).pk) for one in criteria_of_script(desk.script)}
    return {**levels, "comment": "So far.", "draft_version": "0", "client_mark_id": "a", **more}


def ask(client: Client, desk: Allocation, note: str = NOTE) -> tuple[int, str]:
    response = client.post(reverse("desk_flag", args=[desk.public_id]), form_of(desk, note=note))
    return response.status_code, response.content.decode()


def test_grader_asks_and_goes_on(grader: Client, desk: Allocation) -> None:
    status, text = ask(grader, desk)
    assert status == 200
    assert "Flagged: the teacher was asked to look." in text
    assert "So far." in text  # what was typed stays in the form
    flag = Flag.objects.get()
    assert (flag.reason, flag.allocation, flag.evidence, flag.criterion) == ("called", desk, {"note": NOTE}, None)
    entry = AuditEntry.objects.get(action="flag.raised")
    assert (entry.actor_id, NOTE in str(entry.details)) == (desk.grader.user_id, False)
    assert grader.post(reverse("desk_seal", args=[desk.public_id]), form_of(desk)).status_code == 302
    assert MarkSheet.objects.filter(allocation=desk).exists()


@pytest.mark.parametrize(("note", "said"), [(" ", "Say in a sentence"), ("x" * 1003, "3 characters too long")])
def test_refused_note_is_kept_with_all_that_was_typed(grader: Client, desk: Allocation, note: str, said: str) -> None:
    status, text = ask(grader, desk, note)
    assert (status, Flag.objects.count()) == (422, 0)
    for kept in (said, note.strip(), "So far.", 'id="call-form" open'):
        assert kept in text
    assert note.strip() in grader.get(reverse("desk", args=[desk.public_id])).content.decode()


def test_asking_twice_is_one_question_and_other_words_are_kept(grader: Client, desk: Allocation) -> None:
    ask(grader, desk)
    assert ask(grader, desk)[0] == 200
    status, text = ask(grader, desk, "Something else.")
    assert (status, Flag.objects.count()) == (409, 1)
    assert "Something else." in text


def test_question_that_was_not_sent_keeps_the_sheet_from_being_sealed(grader: Client, desk: Allocation) -> None:
    response = grader.post(reverse("desk_seal", args=[desk.public_id]), form_of(desk, note=NOTE))
    assert (response.status_code, MarkSheet.objects.count()) == (422, 0)
    assert NOTE in response.content.decode()


def test_draft_does_not_hold_the_question(grader: Client, desk: Allocation) -> None:
    grader.post(reverse("desk_draft", args=[desk.public_id]), form_of(desk, note=NOTE))
    assert NOTE not in str(MarkDraft.objects.get().body)


def test_marks_never_clear_what_a_grader_asks(world: World, grader: Client, desk: Allocation) -> None:
    ask(grader, desk)
    raise_flags(script=desk.script, now=world.now)
    clear_flags(script=desk.script, now=world.now)
    world.everybody_marks()
    desk.script.refresh_from_db()
    assert desk.script.settled_at is not None
    assert Flag.objects.get().cleared_at is None


def test_no_other_grader_sees_the_question(world: World, grader: Client, desk: Allocation) -> None:
    ask(grader, desk)
    for other in world.crowd[1:]:
        client = client_of(other.user)
        assert client.post(reverse("desk_flag", args=[desk.public_id]), {"note": "Mine."}).status_code == 404
        while (allocation := world.claim(other)) and allocation.script_id != desk.script_id:
            world.mark(allocation, 2)
        if allocation:
            assert NOTE not in client.get(reverse("desk", args=[allocation.public_id])).content.decode()


def test_teacher_sees_the_question_beside_all_sheets_and_settles_it(
    world: World, grader: Client, desk: Allocation
) -> None:
    ask(grader, desk)
    teacher, flag = client_of(world.teacher), Flag.objects.get()
    url = reverse("flag", args=[flag.pk])
    pseudonym = world.places[0].pseudonym
    for there in (url, reverse("board", args=[world.round.pk]), reverse("cases", args=[world.round.pk])):
        text = teacher.get(there).content.decode()
        assert NOTE in text
        assert pseudonym in text
        assert url in text
    assert "Nobody has read this script." in teacher.get(url).content.decode()
    world.everybody_marks(points=2, comment="Name the angle.")
    assert teacher.get(url).content.decode().count("Name the angle.") == 4
    assert teacher.post(url, {"answer": "settle"})["Location"] == reverse("board", args=[world.round.pk])
    assert url not in teacher.get(reverse("board", args=[world.round.pk])).content.decode()
    assert "This was answered on" in teacher.get(url).content.decode()
    assert teacher.post(url, {"answer": "settle"}).status_code == 409
    assert AuditEntry.objects.get(action="flag.cleared").actor_id == world.teacher.pk


def test_teacher_decides_a_criterion(world: World, grader: Client, desk: Allocation) -> None:
    ask(grader, desk)
    teacher, flag = client_of(world.teacher), Flag.objects.get()
    url = reverse("flag", args=[flag.pk])
    assert teacher.post(url, {"answer": "decide"}).status_code == 422
    criterion = criteria_of_script(desk.script)[0]
    response = teacher.post(url, {"answer": "decide", "criterion": criterion.pk})
    case = ReviewCase.objects.get()
    assert (case.reason, case.criterion, response["Location"]) == ("called", criterion, f"/cases/{case.pk}/")
    assert NOTE in teacher.get(response["Location"]).content.decode()
    form = {"choice": "3.00", "reason": "I looked.", "key": "a"}
    assert teacher.post(response["Location"], form).status_code == 302
    world.everybody_marks(points=1)
    outbox.drain(now=world.now)
    scores = dict(desk.script.scores.values_list("criterion", "points"))
    assert scores == {criterion.pk: 3, criteria_of_script(desk.script)[1].pk: 1}


def test_question_about_a_seed_looks_the_same_and_shows_the_teachers_marks() -> None:
    world = opened(papers=1)
    seed = put_first(world, world.crowd[0])
    assert ask(client_of(seed.grader.user), seed)[0] == 200
    world.mark(seed, 0)
    text = client_of(world.teacher).get(reverse("flag", args=[Flag.objects.get().pk])).content.decode()
    assert "As the key says." in text
    assert world.places[0].pseudonym in text
