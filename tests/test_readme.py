"""What the README promises, done for real: a fresh copy, an empty home, its two commands."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers import free_port

ROOT = Path(__file__).resolve().parents[1]
# The caches spare the network; nothing else of this home, this checkout or this `make` is passed on.
PASSED_ON = re.compile(
    r"PATH|LANG|CI|TMPDIR|TEST_(SERVICES|POSTGRESQL_URL|REDIS_URL)|(PIP|UV|SSL)_.*|.*_(CA_BUNDLE|proxy|PROXY)"
)
START_SECONDS = 240
ONE_FILE = "tests/edu_crowd/people/test_user.py"

pytestmark = pytest.mark.first


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracked files as they are now, in a folder with a space in its name."""
    tracked = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    copy = tmp_path_factory.mktemp("fresh") / "edu crowd"
    for name in filter(None, tracked.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    return copy


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    def cache(command: list[str]) -> str:
        found = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
        return found.stdout.strip() if found.returncode == 0 else str(tmp_path_factory.mktemp("cache"))

    caches = {"UV_CACHE_DIR": cache(["uv", "cache", "dir"]), "PIP_CACHE_DIR": cache(["pip", "cache", "dir"])}
    passed_on = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return caches | passed_on | {"HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture
def make(
    copy: Path, environment: dict[str, str], tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[bytes], Path, int]]:
    """`make run` on a free port, stopped as by Ctrl-C."""
    port, log = free_port(), tmp_path / "make.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"], cwd=copy, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    yield process, log, port
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def page(port: int) -> str | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            body: bytes = answer.read()
            return body.decode()
    except OSError:
        return None


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_readme_names_its_two_commands_first(name):
    commands = re.findall(r"^    (.+)$", (ROOT / name).read_text(), re.MULTILINE)
    assert commands[:2] == ["make run", "make test"]


def test_make_run_from_nothing_answers_and_says_how_long_it_took(make):
    process, log, port = make
    until = time.monotonic() + START_SECONDS
    while (body := page(port)) is None:
        assert process.poll() is None, f"make run ended:\n{log.read_text()}"
        assert time.monotonic() < until, f"nothing answers after {START_SECONDS} s:\n{log.read_text()}"
        time.sleep(0.3)
    assert "EduCrowd" in body
    assert re.search(r"\b\d+(\.\d+)? s\b", log.read_text()), log.read_text()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(20)
    assert page(port) is None
    assert "Traceback" not in log.read_text()


def test_make_test_runs_one_file_on_both_databases(copy, environment):
    result = subprocess.run(
        ["make", "test", f"TESTS={ONE_FILE}"], cwd=copy, env=environment, capture_output=True, text=True, timeout=600
    )
    assert result.returncode == 0, result.stdout + result.stderr
    counts = re.findall(r"^=+ (\d+) passed in ", result.stdout, re.MULTILINE)
    without_postgresql = "PostgreSQL tests were not run" in result.stderr
    assert len(set(counts)) == 1
    assert len(counts) == (1 if without_postgresql else 2)
