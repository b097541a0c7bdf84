"""The desk's script: what it calls saved is saved, and nothing typed is lost on the way to another page."""

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Locator, expect

from grading.models import Allocation, MarkDraft, MarkSheet
from tests.browser.visitor import Visitor
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_site: str) -> World:
    return World(seed=1).opened()


@pytest.fixture
def desk(world: World) -> Allocation:
    allocation = world.claim(world.crowd[0])
    assert allocation is not None
    return allocation


@pytest.fixture
def grader(browser: Browser, live_site: str, desk: Allocation, tmp_path: Path) -> Visitor:
    visitor = Visitor(browser, live_site, desk.grader.user, tmp_path)
    visitor.go(f"/desk/{desk.public_id}/")
    return visitor


def comment(visitor: Visitor) -> Locator:
    return visitor.page.locator("textarea[name=comment]")


def test_signed_out_is_never_called_saved(grader: Visitor, desk: Allocation, live_site: str) -> None:
    saved = grader.page.locator("#saved")
    Session.objects.all().delete()
    comment(grader).fill("Typed after the session ended.")
    expect(saved).to_have_text(saved.get_attribute("data-signed-out") or "", timeout=8_000)
    grader.page.locator("#desk button").first.click()
    expect(comment(grader)).to_have_value("Typed after the session ended.")
    assert not MarkDraft.objects.exists()
    # Signed in again in another tab: the same text is saved by itself.
    session = client_of(desk.grader.user).cookies["sessionid"].value
    grader.page.context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": live_site},
            {"name": "csrftoken", "value": "x" * 32, "url": live_site},
        ]
    )
    expect(saved).to_have_text(saved.get_attribute("data-saved") or "", timeout=8_000)
    assert MarkDraft.objects.get().body["comment"] == "Typed after the session ended."


def test_text_typed_a_moment_ago_survives_the_change_of_language(grader: Visitor) -> None:
    comment(grader).press_sequentially("Just typed.")
    grader.page.locator("button[name=language][value=ja]").click()
    expect(grader.page.locator("html")).to_have_attribute("lang", "ja")
    expect(comment(grader)).to_have_value("Just typed.")


def test_sealing_right_after_typing_is_one_sheet_with_that_text(grader: Visitor) -> None:
    for criterion in grader.page.locator("fieldset:has(.level)").all():
        criterion.locator("input[type=radio]").nth(1).check()
    comment(grader).press_sequentially("Just typed.")
    grader.page.locator("#desk button").first.click()
    expect(grader.page.locator(".alert-success")).to_be_visible()
    assert [sheet.comment.text for sheet in MarkSheet.objects.all() if sheet.comment] == ["Just typed."]


def test_enter_among_the_reasons_gives_the_paper_back(grader: Visitor, desk: Allocation) -> None:
    for criterion in grader.page.locator("fieldset:has(.level)").all():
        criterion.locator("input[type=radio]").nth(1).check()
    grader.page.get_by_text("Give this paper back").click()
    grader.page.locator("#skip-other").check()
    grader.page.locator("#skip-other").press("Enter")
    expect(grader.page.locator(".alert-success")).to_be_visible()
    desk.refresh_from_db()
    assert (desk.state, MarkSheet.objects.count()) == ("released", 0)
