"""The desk keeps what was typed, whatever refused it, and shows what another window did."""

import pytest
from django.test import Client
from django.urls import reverse

from grading.models import Allocation, MarkDraft, MarkSheet
from grading.queries.script import criteria_of_script
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


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


def form_of(desk: Allocation, comment: str, *, points: int = 1, version: int = 0, key: str = "a") -> dict[str, str]:
    levels = {f"level-{one.pk}": str(one.levels.get(points=points).pk) for one in criteria_of_script(desk.script)}
    return {**levels, "comment": comment, "draft_version": str(version), "client_mark_id": key}


def page(client: Client, desk: Allocation, query: str = "") -> str:
    return client.get(reverse("desk", args=[desk.public_id]) + query).content.decode()


def post(client: Client, name: str, desk: Allocation, form: dict[str, str]) -> tuple[int, str]:
    response = client.post(reverse(name, args=[desk.public_id]), form)
    return response.status_code, response.content.decode()


def test_incomplete_sheet_marks_each_criterion_that_lacks_a_level(grader: Client, desk: Allocation) -> None:
    first, second = criteria_of_script(desk.script)
    form = form_of(desk, "Kept.")
    del form[f"level-{second.pk}"]
    status, text = post(grader, "desk_seal", desk, form)
    assert status == 422
    assert f'href="#criterion-{second.pk}"' in text
    assert f'aria-describedby="missing-{second.pk}"' in text
    assert f"missing-{first.pk}" not in text


def test_refused_text_survives_a_change_of_language(grader: Client, desk: Allocation) -> None:
    post(grader, "desk_seal", desk, {"comment": "Typed, not saved.", "draft_version": "0"})
    for language in ("ja", "en"):
        back = {"language": language, "next": reverse("desk_seal", args=[desk.public_id])}
        response = grader.post("/language/", back, follow=True)
        assert response.status_code == 200
        assert "Typed, not saved." in response.content.decode()


def test_draft_saved_since_outlives_the_refused_text(grader: Client, desk: Allocation) -> None:
    post(grader, "desk_seal", desk, {"comment": "Refused.", "draft_version": "0"})
    post(grader, "desk_draft", desk, {"comment": "Saved since.", "draft_version": "0"})
    assert "Saved since." in page(grader, desk)
    assert "Refused." not in page(grader, desk)


def test_seal_on_an_older_draft_shows_both_texts(grader: Client, desk: Allocation, world: World) -> None:
    post(grader, "desk_draft", desk, form_of(desk, "The other window."))
    status, text = post(grader, "desk_seal", desk, form_of(desk, "This window.", key="b"))
    assert (status, MarkSheet.objects.count()) == (409, 0)
    assert "The other window." in text
    assert "This window." in text
    version = MarkDraft.objects.get().version
    assert post(grader, "desk_seal", desk, form_of(desk, "This window.", version=version, key="b"))[0] == 302
    assert [sheet.comment.text for sheet in MarkSheet.objects.all() if sheet.comment] == ["This window."]


def test_second_seal_shows_what_the_other_window_sealed(grader: Client, desk: Allocation) -> None:
    post(grader, "desk_seal", desk, form_of(desk, "Sealed there.", points=2))
    status, text = post(grader, "desk_seal", desk, form_of(desk, "Typed here.", key="b"))
    assert (status, MarkSheet.objects.count()) == (409, 1)
    assert "Sealed in the other window" in text
    assert "Sealed there." in text
    assert "Typed here." in text
    assert "Typed here." in page(grader, desk)
    assert post(grader, "desk_seal", desk, form_of(desk, "Typed here.", key="b") | {"change": "1"})[0] == 302
    assert [sheet.comment.text for sheet in MarkSheet.objects.all() if sheet.comment] == [
        "Sealed there.",
        "Typed here.",
    ]


def test_refused_change_is_forgotten_when_its_grader_leaves_it(grader: Client, desk: Allocation) -> None:
    post(grader, "desk_seal", desk, form_of(desk, "Sealed."))
    post(grader, "desk_seal", desk, {"comment": "Changed.", "change": "1"})
    assert "Changed." in page(grader, desk)
    assert "Changed." not in page(grader, desk, "?as-it-is")
    assert "Changed." not in page(grader, desk)


def test_giving_back_is_a_form_of_its_own(grader: Client, desk: Allocation) -> None:
    text = page(grader, desk)
    skip = text.index(f'action="{reverse("desk_skip", args=[desk.public_id])}"')
    assert text.index("</form>", text.index('id="desk"')) < skip < text.index('name="skip_reason"')
    post(grader, "desk_draft", desk, {"comment": "So far.", "draft_version": "0"})
    status, refused = post(grader, "desk_skip", desk, {})
    assert status == 422
    assert "So far." in refused
    response = grader.post(reverse("desk_skip", args=[desk.public_id]), {"skip_reason": "other"}, follow=True)
    assert "The paper was given back" in response.content.decode()


def test_change_in_two_windows_warns_the_second(grader: Client, desk: Allocation) -> None:
    post(grader, "desk_seal", desk, form_of(desk, "First."))
    assert 'name="sheet_version" value="1"' in page(grader, desk, "?change")
    change = {"change": "1", "sheet_version": "1"}
    assert post(grader, "desk_seal", desk, form_of(desk, "There.", key="b") | change)[0] == 302
    status, text = post(grader, "desk_seal", desk, form_of(desk, "Here.", key="c") | change)
    assert (status, MarkSheet.objects.count()) == (409, 2)
    assert "There." in text
    assert "Here." in text
    assert 'name="sheet_version" value="2"' in text
    again = {"change": "1", "sheet_version": "2"}
    assert post(grader, "desk_seal", desk, form_of(desk, "Here.", key="c") | again)[0] == 302
    assert [sheet.comment.text for sheet in MarkSheet.objects.all() if sheet.comment] == ["First.", "There.", "Here."]


def test_own_marks_are_found_by_the_words_in_them(grader: Client, desk: Allocation, world: World) -> None:
    post(grader, "desk_seal", desk, form_of(desk, "The axis is missing."))
    marks = reverse("marks", args=[world.round.pk])
    url = reverse("desk", args=[desk.public_id])
    for words, found in (("AXIS missing", True), ("axis orbit", False), ("", True)):
        assert (url in grader.get(marks, {"q": words}).content.decode()) == found
    assert "None of your marks fits." in grader.get(marks, {"q": "orbit"}).content.decode()


def test_rounds_say_in_words_what_is_left(grader: Client, desk: Allocation, world: World) -> None:
    text = grader.get("/marking/").content.decode()
    assert "A few papers are left for you." in text
    Allocation.objects.filter(state="planned").delete()
    assert "You may help out" in grader.get("/marking/").content.decode()
    world.everybody_marks()
    assert "Nothing left for you right now" in grader.get("/marking/").content.decode()


def test_draft_saved_on_the_way_out_is_no_other_window(grader: Client, desk: Allocation) -> None:
    """The page is loaded again while what was typed is still being saved from the page before."""
    assert post(grader, "desk_draft", desk, form_of(desk, "Typed once.", key="before"))[0] == 302
    assert post(grader, "desk_draft", desk, form_of(desk, "Typed once.", key="after"))[0] == 302
    assert post(grader, "desk_seal", desk, form_of(desk, "Typed once.", key="after"))[0] == 302
    assert MarkSheet.objects.get().comment.text == "Typed once."  # type: ignore[union-attr]
