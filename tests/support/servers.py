"""Servers that tests need: one that answers already, or one started here and removed afterwards."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 20


class NotHere(Exception):
    """A server that can neither be reached nor started; the message says what to install."""


def may_use_running() -> bool:
    """`TEST_SERVICES=own` leaves running servers alone and starts new ones; `none` behaves as if there were nothing."""
    return os.environ.get("TEST_SERVICES", "any") == "any"


def may_start() -> bool:
    return os.environ.get("TEST_SERVICES", "any") != "none"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: name somebody else to be. None where we are nobody special ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@contextmanager
def data_folder(name: str, user: str | None) -> Iterator[Path]:
    """A folder that this user can reach: the usual temp folder may lie under a home that only its owner may enter."""
    places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108  # mkdtemp makes it private
    place = next(p for p in places if user is None or all(q.stat().st_mode & 1 for q in (p, *p.parents)))
    folder = Path(tempfile.mkdtemp(prefix=f"edu-crowd-{name}-", dir=place))
    try:
        if user:
            shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def die_with_parent() -> None:
    """A test run that is killed takes its servers along (Linux only; elsewhere they are stopped in the usual way)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def as_user(user: str | None, folder: Path) -> dict[str, object]:
    """Arguments of `subprocess` for a child that is somebody else and gets no Ctrl-C of ours."""
    entry = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    return {**entry, "cwd": folder, "start_new_session": True}


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    answers: Callable[[], bool],
    folder: Path,
    user: str | None,
    environment: Mapping[str, str] | None = None,
) -> Iterator:
    log = folder / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            command,
            stdout=out,
            stderr=out,
            env=environment,
            preexec_fn=die_with_parent,  # no thread runs yet
            **as_user(user, folder),
        )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while not answers():
            if server.poll() is not None or time.monotonic() > until:
                raise NotHere(f"{Path(command[0]).name} did not start: {log.read_text()[-500:]}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
