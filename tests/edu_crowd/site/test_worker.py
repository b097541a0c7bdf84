"""The worker does what is due, goes on after a failure, and stops when told."""

import asyncio
import logging
import signal
import subprocess
import sys
import threading
from threading import Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from edu_crowd.shared import outbox
from edu_crowd.site import worker
from grading.models import ConsensusScore, Export
from grading.services.export import ask_for
from tests.flows.world import World

pytestmark = pytest.mark.django_db


def test_work_once_does_what_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(seed=1).opened()
    with monkeypatch.context() as nobody_works:
        nobody_works.setattr(outbox, "drain", lambda **_: 0)
        world.everybody_marks()
    assert ConsensusScore.objects.count() == 0
    call_command("work", "--once")
    assert ConsensusScore.objects.count() == 10


def test_work_goes_on_after_a_failure_and_stops_when_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, calls = Event(), []

    def stumble() -> None:
        calls.append(1)
        if len(calls) > 2:
            stop.set()
        raise OperationalError("the database is away")

    monkeypatch.setattr(worker, "work_once", stumble)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "OUTBOX_PAUSE_SECONDS", 0.001)
    caplog.set_level(logging.CRITICAL, logger="edu_crowd.site.worker")
    worker.work(stop)
    assert len(calls) == 3


def test_work_once_writes_the_files_that_wait() -> None:
    world = World(seed=1)
    for kind in ("csv", "rows"):
        ask_for(assignment=world.assignment, by=world.teacher, kind=kind, now=world.now)
    call_command("work", "--once")
    assert set(Export.objects.values_list("state", flat=True)) == {"done"}


def test_slow_work_goes_on_after_a_failure_and_stops_when_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stop, calls = Event(), []

    def stumble(now: Any, is_stopping: Any) -> bool:
        calls.append(is_stopping())
        if len(calls) > 2:
            stop.set()
        raise OperationalError("the database is away")

    monkeypatch.setattr(worker.pipeline, "write_next", stumble)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "SLOW_PAUSE_SECONDS", 0.001)
    caplog.set_level(logging.CRITICAL, logger="edu_crowd.site.worker")
    worker.work_slowly(stop)
    assert calls == [False] * 3


def test_slow_work_writes_what_waits_and_stops_between_two_files(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, written = Event(), []

    def write_next(now: Any, is_stopping: Any) -> bool:
        written.append(1)
        if len(written) == 2:
            stop.set()
        return True

    monkeypatch.setattr(worker.pipeline, "write_next", write_next)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.work_slowly(stop)
    assert len(written) == 2


@pytest.mark.parametrize("embedded", [True, False])
def test_lifespan_runs_the_workers_as_long_as_the_server(
    monkeypatch: pytest.MonkeyPatch, settings: Any, embedded: bool
) -> None:
    settings.EMBEDDED_WORKER = embedded
    seen: list[str] = []

    def work(stop: Event) -> None:
        seen.append("started")
        stop.wait(5)
        seen.append("stopped")

    monkeypatch.setattr(worker, "work", work)
    monkeypatch.setattr(worker, "work_slowly", work)
    received = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> Any:
        return next(received)

    async def send(message: Any) -> None:
        seen.append(message["type"])

    asyncio.run(worker.Lifespan()({"type": "lifespan"}, receive, send))
    answers = ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [one for one in seen if one in answers] == answers
    assert sorted(one for one in seen if one not in answers) == (
        ["started", "started", "stopped", "stopped"] if embedded else []
    )
    assert not any("worker" in thread.name for thread in threading.enumerate())


def test_work_command_stops_cleanly_on_sigterm(tmp_path: Any) -> None:
    environment = {"VAR_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "manage.py"]
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True)
    process = subprocess.Popen([*command, "work"], env=environment, stderr=subprocess.PIPE)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=4)
    process.send_signal(signal.SIGTERM)
    _, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, b"")
