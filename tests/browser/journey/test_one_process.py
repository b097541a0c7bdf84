"""The whole walk as a newcomer runs the service: SQLite, one process, its own frames."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.journey.people import Cast
from tests.browser.journey.story import tell
from tests.browser.sites import served

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite"), pytest.mark.first]


def test_course_from_first_page_to_gradebook(browser: Browser, tmp_path: Path) -> None:
    with served(tmp_path) as [address]:
        tell(Cast(browser, address, address, tmp_path))
