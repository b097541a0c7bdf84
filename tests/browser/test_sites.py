"""Servers of their own on the test's database, which is what the journeys walk on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.sites import let_time_pass, served
from tests.browser.visitor import Visitor
from tests.factories import AssignmentFactory, CourseFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_servers_know_the_same_people(browser: Browser, tmp_path: Path) -> None:
    person = UserFactory(display_name="Somebody Known")
    with served(tmp_path, processes=2) as addresses:
        for address in addresses:
            page = Visitor(browser, address, person, tmp_path).go("/me/")
            assert page.locator("#id_display_name").input_value() == "Somebody Known"


def test_time_passes_for_rows() -> None:
    assignment = AssignmentFactory(course=CourseFactory())
    due_at = assignment.due_at
    let_time_pass(hours=3)
    assignment.refresh_from_db()
    assert (due_at - assignment.due_at).total_seconds() == 3 * 3600
