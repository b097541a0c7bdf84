"""`.ci/setup` on machines that lack something: one sentence that helps, nothing half-made left behind."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "dirname", "env", "mktemp", "rm", "tail", "touch", "mkdir")
OLD = '#!/bin/sh\ncase "$2" in *print*) echo 3.9;; *) exit 1;; esac\n'
WITHOUT_VENV = '#!/bin/sh\ncase "$1$2" in -mvenv) mkdir -p .venv/bin; exit 1;; *print*) echo 3.11;; esac\n'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout with a space in its path, and a PATH of just these tools."""
    checkout = tmp_path / "a check out"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci/setup", checkout / ".ci/setup")
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    return checkout


def python(machine: Path, script: str, name: str = "python3") -> None:
    program = machine.parent / "bin" / name
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def set_up(machine: Path, **environment: str) -> str:
    """Run it, see it fail, and return its last line."""
    result = subprocess.run(
        [".ci/setup", "run", ".venv/.ready-run"],
        cwd=machine,
        env={"PATH": str(machine.parent / "bin"), "HOME": str(machine.parent)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert not (machine / ".venv").exists()
    return result.stderr.splitlines()[-1]


def test_set_up_without_python(machine):
    assert set_up(machine) == "There is no python3 here: apt install python3 python3-venv"


def test_set_up_with_old_python_only(machine):
    python(machine, OLD)
    assert set_up(machine) == (
        "Python 3.11 or newer is needed and this is 3.9: install one, then PYTHON=python3.12 make run"
    )


def test_set_up_without_venv_removes_the_half_made_folder(machine):
    python(machine, WITHOUT_VENV)
    assert set_up(machine) == ("Python came without its venv part: apt install python3-venv, then run make again.")


def test_set_up_takes_a_newer_python_beside_an_old_one(machine):
    python(machine, OLD)
    python(machine, WITHOUT_VENV, name="python3.12")
    assert "apt install python3-venv" in set_up(machine)


@pytest.mark.parametrize("name", ["python3.9", "no-such-python"])
def test_set_up_with_unfit_python_asked_for(machine, name):
    python(machine, OLD, name="python3.9")
    assert set_up(machine, PYTHON=name) == f"PYTHON={name} does not start or is older than 3.11: choose another."


def test_set_up_without_network(machine):
    """A real venv, then an index that nobody answers."""
    shutil.copy(ROOT / "requirements.txt", machine)
    python(machine, f'#!/bin/sh\nexec "{sys._base_executable}" "$@"\n')
    nowhere = "http://127.0.0.1:1/simple"
    last = set_up(machine, PIP_INDEX_URL=nowhere, PIP_CONFIG_FILE=os.devnull, UV_DEFAULT_INDEX=nowhere)
    assert last == "The packages could not be fetched: see the lines above, check the network, then run make again."


def test_installed_packages_fit_together_but_for_the_overrides():
    """The lists are installed without resolving, so whatever a package asks for must be in them."""
    check = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, timeout=120)
    complaint = re.compile(r"irrcac \S+ has requirement (scipy|coverage)\b")
    assert [line for line in check.stdout.splitlines() if not complaint.match(line)] == []
    assert sorted(complaint.findall(check.stdout)) == ["coverage", "scipy"]


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_lock_names_no_registry(name):
    assert "://" not in (ROOT / name).read_text()
