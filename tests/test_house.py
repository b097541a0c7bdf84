"""The rules of this test suite, each with what it refuses planted."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.db.models import FileField
from django.template import Context, Engine
from pytest_socket import SocketConnectBlockedError

from tests.support.postgresql import MISSING, postgresql_url
from tests.support.servers import NotHere, unprivileged_user
from tests.support.undefined import FailOnOurs, UndefinedVariable

ROOT = Path(__file__).resolve().parents[1]


def render(source: str, name: str) -> str:
    engine = Engine(string_if_invalid=FailOnOurs(), loaders=[("django.template.loaders.locmem.Loader", {name: source})])
    template = engine.get_template(name)
    template.origin.name = name
    return template.render(Context({"known": "yes"}))


OURS = str(settings.BASE_DIR / "templates/site/home.html")


@pytest.mark.parametrize("source", ["{{ nam }}", "{{ known.nam }}", "{% if known %}{{ nam }}{% endif %}"])
def test_undefined_variable_in_a_template_of_ours_fails(source):
    with pytest.raises(UndefinedVariable, match=r"nam is undefined in .*home.html"):
        render(source, OURS)


def test_undefined_variable_in_a_condition_is_a_question_not_a_mistake():
    assert render("{% if nam %}a{% else %}b{% endif %}{{ known }}", OURS) == "byes"


def test_undefined_variable_in_a_template_of_others_passes():
    assert render("a{{ nam }}b", "/elsewhere/allauth/templates/account/login.html") == "ab"


def test_network_beyond_this_machine_is_out_of_reach():
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_files_of_a_test_lie_in_its_own_folder(tmp_path):
    fields = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, FileField)]
    used = {str(field): field.storage for field in fields} | {
        name: storages[name] for name in ("default", "renditions")
    }
    assert len(used) >= 4
    assert {name for name, storage in used.items() if not Path(storage.location).is_relative_to(tmp_path)} == set()


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_sqlite_is_a_file_as_in_service():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert Path(connection.settings_dict["NAME"]).exists()


def test_postgresql_is_started_and_gone_afterwards(monkeypatch):
    psycopg = pytest.importorskip("psycopg")
    monkeypatch.setenv("TEST_SERVICES", "own")
    monkeypatch.delenv("TEST_POSTGRESQL_URL", raising=False)
    try:
        with postgresql_url() as url, psycopg.connect(url) as link:
            folder = Path(link.execute("SHOW data_directory").fetchone()[0])
            assert folder.owner() == (unprivileged_user() or folder.parent.owner())
    except NotHere as reason:
        pytest.skip(str(reason))
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_redis_answers(redis_url):
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


def nested(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A test run of its own, in an environment like that of a shell."""
    inherited = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(("ci", "code"), [("false", 0), ("true", 1)])
def test_without_postgresql_says_so_and_ci_fails(ci, code):
    run = nested("--database=postgresql", "tests/edu_crowd/people", TEST_SERVICES="none", CI=ci)
    assert (run.returncode, run.stderr.strip()) == (code, f"Exit: {MISSING}")


@pytest.mark.parametrize(("ci", "code"), [("false", 0), ("true", 1)])
def test_without_redis_says_so_and_ci_fails(ci, code):
    run = nested("-rs", f"{__file__}::test_redis_answers", TEST_SERVICES="none", CI=ci)
    assert run.returncode == code, run.stdout
    assert "needs Redis: no server answers and there is no redis-server (apt install redis-server)" in run.stdout


def test_settings_are_those_of_the_tests():
    assert (settings.PRODUCTION, settings.DEMO_SIGN_IN, settings.REDIS_URL) == (False, False, "")
    assert settings.EMBEDDED_WORKER is False


def test_settings_of_the_shell_do_not_leak_in():
    one = f"{__file__}::test_settings_are_those_of_the_tests"
    run = nested(one, PRODUCTION="true", DEMO_SIGN_IN="true", REDIS_URL="redis://127.0.0.1:1", DATABASE_URL="no://1")
    assert run.returncode == 0, run.stdout
    run = nested(one, DJANGO_SETTINGS_MODULE="edu_crowd.settings")
    assert "unset DJANGO_SETTINGS_MODULE" in run.stderr
