"""The quality board while marks come in, and the page with its drawings, by keyboard."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect

from tests.browser.visitor import Visitor
from tests.flows.stages import full

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_somebody_opened_stays_open_when_marks_come_in(browser: Browser, live_site: str, tmp_path: Path) -> None:
    here = full(1)
    visitor = Visitor(browser, live_site, here.world.teacher, tmp_path)
    page = visitor.go(reverse("board", args=[here.world.round.pk]))
    summaries = page.get_by_text("How sure is this?")
    summaries.first.focus()
    page.keyboard.press("Enter")
    error = page.get_by_text("Standard error of one mark")
    expect(error.first).to_be_visible()
    page.evaluate("document.getElementById('agreement').dataset.old = 'yes'")
    page.evaluate("document.getElementById('board').dispatchEvent(new Event('topic-changed'))")
    expect(page.locator("#agreement[data-old]")).to_have_count(0)
    expect(error.first).to_be_visible()
    expect(error.last).to_be_hidden()
    expect(summaries.first).to_be_focused()
    assert visitor.complaints == []


def test_detail_is_one_step_from_the_board_and_fits_a_phone(browser: Browser, live_site: str, tmp_path: Path) -> None:
    here = full(1)
    visitor = Visitor(browser, live_site, here.world.teacher, tmp_path, viewport={"width": 360, "height": 640})
    page = visitor.go(reverse("board", args=[here.world.round.pk]))
    page.get_by_role("link", name="Agreement in detail").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreement/")
    expect(page.get_by_role("img", name="Levels given on “Content”")).to_be_visible()
    page.get_by_text("The numbers behind it").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").first).to_be_visible()
    visitor.shoot("detail")
