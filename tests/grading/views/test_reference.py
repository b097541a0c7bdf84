"""The teacher's pages of reference papers."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading import pipeline
from grading.models import ReferenceMark, Script
from grading.queries.script import criteria_of_script
from tests.flows.references import draft, give, mark_all, opened, references
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return draft(papers=2)


@pytest.fixture
def teacher(world: World) -> Client:
    return client_of(world.teacher)


def listed(world: World) -> str:
    return reverse("references", args=[world.round.pk])


def page(world: World, url: str) -> str:
    return " ".join(client_of(world.teacher).get(url).content.decode().split())


def form_of(script: Script, points: int = 2, **more: str) -> dict[str, str]:
    return {f"level-{one.pk}": str(one.levels.get(points=points).pk) for one in criteria_of_script(script)} | more


def test_draft_tells_how_many_are_in_chosen_and_marked(world: World) -> None:
    give(world, references(world)[0], 3)
    text = page(world, listed(world))
    assert "6 other papers are in and can be marked. 2 scripts are chosen, 1 of them marked." in text
    assert "last for the first 10 papers" in text
    assert text.count("not marked yet") == 1
    for person in world.enrolments:
        assert person.family_name not in text or not person.family_name


def test_choosing_draws_more_and_refuses_too_many(world: World, teacher: Client) -> None:
    response = teacher.post(listed(world), {"papers": "３"})
    assert response.status_code == 422
    assert "Choose 2 papers at most" in response.content.decode()
    assert 'value="３"' in response.content.decode()
    assert teacher.post(listed(world), {"papers": "2"}).status_code == 302
    assert len(references(world)) == 4
    for wrong in ("", "0", "1.5", "x"):
        assert teacher.post(listed(world), {"papers": wrong}).status_code == 422


def test_saving_leads_to_the_next_unmarked_one_and_then_to_the_list(world: World, teacher: Client) -> None:
    first, second = references(world)
    url = reverse("reference", args=[first.pk])
    response = teacher.post(url, form_of(first))
    assert response["Location"] == reverse("reference", args=[second.pk])
    response = teacher.post(response["Location"], form_of(second))
    assert response["Location"] == listed(world)
    assert ReferenceMark.objects.filter(points=2).count() == 4
    text = page(world, url)
    assert text.count("checked") == 2


def test_incomplete_marks_are_kept_on_the_page(world: World, teacher: Client) -> None:
    script = references(world)[0]
    criterion = criteria_of_script(script)[0]
    url = reverse("reference", args=[script.pk])
    response = teacher.post(url, {f"comment-{criterion.pk}": "Typed, not saved."})
    assert response.status_code == 422
    assert f'href="#criterion-{criterion.pk}"' in response.content.decode()
    for language in ("ja", "en"):
        text = teacher.post("/language/", {"language": language, "next": url}, follow=True).content.decode()
        assert "Typed, not saved." in text


def test_putting_back_asks_first(world: World, teacher: Client) -> None:
    script = references(world)[0]
    url = reverse("reference", args=[script.pk])
    assert "Keep it" in page(world, url + "?drop")
    assert len(references(world)) == 2
    assert teacher.post(url, {"drop": "1"})["Location"] == listed(world)
    assert len(references(world)) == 1
    assert teacher.get(url).status_code == 404


def test_marks_typed_while_the_round_was_opened_are_shown(world: World, teacher: Client) -> None:
    mark_all(world)
    script = references(world)[0]
    pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng)
    url = reverse("reference", args=[script.pk])
    response = teacher.post(url, form_of(script, **{f"comment-{criteria_of_script(script)[0].pk}": "Too late."}))
    assert (response.status_code, "Too late." in response.content.decode()) == (409, True)
    assert teacher.post(url, {"drop": "1"}, follow=True).status_code == 200
    assert teacher.post(listed(world), {"papers": "1"}).status_code == 409
    assert len(references(world)) == 2


def test_open_round_tells_how_graders_did() -> None:
    world = opened(papers=1, points=3)
    text = page(world, listed(world))
    assert "no grader has read it yet" in text
    world.everybody_marks(points=2)
    text = page(world, listed(world))
    assert '8 of 8 <span class="text-nowrap">(n = 8)</span>' in text
    text = page(world, reverse("reference", args=[references(world)[0].pk]))
    assert "4 graders have read it." in text
    assert "As the key says." in text


def test_answer_drawn_as_an_image_is_shown(world: World, teacher: Client) -> None:
    script = references(world)[0]
    piece = script.renditions.get()
    piece.pk, piece.position, piece.html = None, 9, ""
    piece.image.name = "missing.webp"
    piece.save()
    url = reverse("reference_page", args=[script.pk, 9])
    assert url in page(world, reverse("reference", args=[script.pk]))
    assert teacher.get(reverse("reference_page", args=[script.pk, 8])).status_code == 404


@pytest.mark.parametrize("is_open", [False, True])
def test_budget(is_open: bool) -> None:
    world = draft(papers=1)
    mark_all(world)
    if is_open:
        pipeline.open_for_marking(round_=world.round, now=world.now, rng=world.rng)
        world.everybody_marks()
    asked = [queries(world)]
    for number in range(29):
        Script.objects.create(
            round=world.round, question=world.essay, language="en", readings_wanted=0, rnd=number, is_reference=True
        )
    asked.append(queries(world))
    assert asked == [BUDGET[is_open]] * 2


BUDGET = {False: 19, True: 18}


def queries(world: World) -> int:
    client = client_of(world.teacher)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(listed(world)).status_code == 200
    return len(seen)
