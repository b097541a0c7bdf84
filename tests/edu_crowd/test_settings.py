"""The service starts or says in one sentence why not. Each case is a process of its own: settings are read once."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRINT = "from django.conf import settings as s; print({})"


def start(tmp_path: Path, expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "edu_crowd.settings"}
    return subprocess.run(
        [sys.executable, "-c", PRINT.format(expression)],
        cwd=ROOT,
        env=env | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("switch", ["DEMO_SIGN_IN", "DEBUG"])
def test_production_with_switch_for_trying_out_refuses_to_start(tmp_path, switch):
    result = start(tmp_path, "s.DEBUG", PRODUCTION="true", SECRET_KEY="k" * 50, **{switch: "true"})
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].endswith("PRODUCTION is set: unset DEBUG and DEMO_SIGN_IN.")


def test_production_without_secret_key_refuses_to_start(tmp_path):
    result = start(tmp_path, "s.DEBUG", PRODUCTION="true")
    assert result.returncode == 1
    assert "SECRET_KEY" in result.stderr.splitlines()[-1]


def test_production_sends_cookies_and_pages_over_tls_only(tmp_path):
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "DEBUG", "EMBEDDED_WORKER"]
    expression = f"[getattr(s, name) for name in {names}]"
    result = start(tmp_path, expression, PRODUCTION="true", SECRET_KEY="k" * 50)
    assert result.stdout.strip() == "[True, True, True, False, False]"


def test_newcomer_needs_no_environment(tmp_path):
    result = start(tmp_path, "s.DATABASES['default']['ENGINE'], s.DEMO_SIGN_IN, s.DEBUG, s.ALLOWED_HOSTS")
    assert result.stdout.strip() == "django.db.backends.sqlite3 False False ['localhost', '127.0.0.1', '[::1]']"


def test_newcomer_keeps_one_secret_key_that_only_they_can_read(tmp_path):
    first, second = (start(tmp_path, "s.SECRET_KEY").stdout for _ in range(2))
    assert first == second != ""
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_options_of_a_database_url_are_kept(tmp_path):
    url = "postgresql://u@db.example/edu_crowd?sslmode=require"
    result = start(tmp_path, "s.DATABASES['default']['OPTIONS']", DATABASE_URL=url)
    assert result.stdout.strip() == "{'sslmode': 'require', 'pool': False}"


def test_sign_in_is_counted_by_all_processes_together(tmp_path, redis_url):
    """Adding a key that is there already is refused: the second process meets what the first one wrote."""
    key = f"tests-{uuid4().hex}"
    count = f"__import__('django.core.cache').core.cache.cache.add('{key}', 1, timeout=60)"
    printed = [start(tmp_path, count, REDIS_URL=redis_url).stdout.strip() for _process in range(2)]
    assert printed == ["True", "False"]


def test_frames_and_counts_wait_for_redis_no_longer_than_said(tmp_path):
    url = "redis://redis.example:6379/0"
    expression = "s.CHANNEL_LAYERS['default']['CONFIG'], s.CACHES['default']['OPTIONS']"
    assert start(tmp_path, expression, REDIS_URL=url).stdout.strip() == (
        "{'hosts': [{'address': 'redis://redis.example:6379/0', 'socket_connect_timeout': 1, 'socket_timeout': 10}]} "
        "{'socket_connect_timeout': 1, 'socket_timeout': 1}"
    )
