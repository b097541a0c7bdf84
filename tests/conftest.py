"""One run, one database: `pytest` is SQLite; `pytest --database=postgresql` runs what touches rows once more."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import django
import pytest

from tests.support.postgresql import postgresql_url
from tests.support.redis_server import redis_url as redis_server
from tests.support.servers import NotHere

# A developer's own settings must not leak into the tests.
OURS = ("PRODUCTION", "DEBUG", "DEMO_SIGN_IN", "SECRET_KEY", "REDIS_URL", "FILES_DIR", "EMAIL_URL", "ALLOWED_HOSTS")
USES_ROWS = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}
IN_CI = os.environ.get("CI") == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="the database of this run")


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment before Django reads it; workers inherit it."""
    if hasattr(config, "workerinput"):
        return
    if os.environ.get("DJANGO_SETTINGS_MODULE", "tests.settings") != "tests.settings":
        pytest.exit("The tests bring their own settings: unset DJANGO_SETTINGS_MODULE.", returncode=4)
    stack = ExitStack()
    config.add_cleanup(stack.close)
    var = tempfile.mkdtemp(prefix="edu-crowd-tests-")
    stack.callback(shutil.rmtree, var, ignore_errors=True)
    (Path(var) / "static").mkdir()  # WhiteNoise warns where it is missing
    url = f"sqlite:///{var}/unused.sqlite3"
    if config.getoption("--database") == "postgresql":
        try:
            url = stack.enter_context(postgresql_url())
        except NotHere as reason:
            pytest.exit(str(reason), returncode=1 if IN_CI else 0)
    for name in OURS:
        os.environ.pop(name, None)
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "EMBEDDED_WORKER": "false",
        "TEST_RUN": str(os.getpid()),
        "VAR_DIR": var,
    }
    django.setup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    database = config.getoption("--database")

    def belongs(item: pytest.Item) -> bool:
        only = item.get_closest_marker("only_on")
        if only and only.args[0] != database:
            return False
        uses_rows = item.get_closest_marker("django_db") or USES_ROWS & set(getattr(item, "fixturenames", ()))
        return database == "sqlite" or bool(uses_rows)

    config.hook.pytest_deselected(items=[item for item in items if not belongs(item)])
    items[:] = sorted(filter(belongs, items), key=lambda item: item.get_closest_marker("first") is None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A file without rows has nothing to do on PostgreSQL; that is no failure."""
    empty = session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
    if empty and session.config.getoption("--database") == "postgresql":
        session.exitstatus = pytest.ExitCode.OK


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A test that cannot run says why; in CI that is a failure."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"CI does not skip: {report.longrepr[-1]}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """Let Django empty append-only tables after a `transaction=True` test."""
    from django.db import connection

    from tests.support.triggers import let_flush_pass

    let_flush_pass(connection)


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and cache of one test are unknown to the next."""
    from django.core.cache import cache
    from django.core.files.storage import storages

    from grading.models import Export, Rendition

    cache.clear()
    monkeypatch.setattr("edu_crowd.shared.publish.Silence.until", 0.0)
    settings.STORAGES = {
        name: storage | {"OPTIONS": {"location": tmp_path / "files" / name}} if "OPTIONS" in storage else storage
        for name, storage in settings.STORAGES.items()
    }
    # A field asks for its storage once, when its class is made; the default one alone follows the settings by itself.
    monkeypatch.setattr(Rendition._meta.get_field("image"), "storage", storages["renditions"])
    monkeypatch.setattr(Export._meta.get_field("file"), "storage", storages["exports"])


@pytest.fixture
def now() -> datetime:
    """A Wednesday noon; services take the time as an argument."""
    return datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture
def rng() -> random.Random:
    return random.Random(0)


@pytest.fixture(scope="session")
def redis_url(worker_id: str) -> Iterator[str]:
    """A Redis, one database per worker; without one the test says what to install."""
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    try:
        with redis_server(15 - number % 15) as url:
            yield url
    except NotHere as reason:
        pytest.skip(str(reason))
