"""The system's Chromium, driven by Playwright against a live server.

Playwright's synchronous API leaves an event loop running in the test's thread, and Django then takes each query of the
test for one from async code: hence DJANGO_ALLOW_ASYNC_UNSAFE, for as long as the browser is open. The browser belongs
to one module, so that the loop is gone when other tests follow in the same worker.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

HERE = Path(__file__).parent
MISSING = "needs Chromium: none is on PATH (apt install chromium)"
# As root Chromium refuses its sandbox; /dev/shm is small in containers.
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium; Playwright's own download does not work behind closed networks."""
    hidden = os.environ.get("TEST_SERVICES") == "none"
    found = None if hidden else shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.skip(MISSING)
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def _server(django_db_setup: None) -> Iterator[str]:
    """The service as a newcomer runs it, pages and sockets in one uvicorn, in a thread of this process."""
    from edu_crowd.asgi import application

    server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="warning"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield "http://{}:{}".format(*listening.getsockname())
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def live_site(transactional_db: None, _server: str) -> str:
    """The server's address. Unlike pytest-django's `live_server` it answers sockets, too."""
    return _server


@pytest.fixture
def context(live_site: str, browser: Browser) -> Iterator[BrowserContext]:
    """One person's browser. Addresses are relative to the server: `page.goto("/accounts/login/")`."""
    context = browser.new_context(base_url=live_site, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test on a script's error, a missing asset, a blocked one, or a server error."""
    troubles: list[str] = []

    def judge(answer: Response) -> None:
        is_asset = answer.request.resource_type in {"script", "stylesheet", "image", "font"}
        if answer.status >= (400 if is_asset else 500):
            troubles.append(f"{answer.status} {answer.url}")

    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("response", judge)
    page.on("console", lambda line: troubles.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    page.close()
    assert troubles == []
