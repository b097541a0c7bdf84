import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from edu_crowd.shared import outbox
from edu_crowd.shared.access import SYSTEM
from edu_crowd.shared.models import OutboxEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Callable[[outbox.Job], None]:
    """Register a job for the length of one test."""

    def register(name: str, function: outbox.Job) -> None:
        monkeypatch.setitem(outbox.JOBS, name, function)

    return register


@pytest.fixture
def seen(job) -> list[dict[str, Any]]:
    """What the job `note` was called with."""
    calls: list[dict[str, Any]] = []
    job("note", lambda payload, now: calls.append(payload))
    return calls


def put(name: str, key: str, run_at: datetime, **payload: Any) -> None:
    with transaction.atomic():
        outbox.put(name, key=key, payload=payload, run_at=run_at)


def test_put_same_key_twice_runs_once(seen, now):
    put("note", "1", now, turn="first")
    put("note", "1", now, turn="second")
    assert outbox.drain(now=now) == 1
    assert seen == [{"turn": "first"}]


def test_put_same_key_after_it_ran_is_still_once(seen, now):
    put("note", "1", now)
    outbox.drain(now=now)
    put("note", "1", now)
    assert outbox.drain(now=now) == 0


def test_put_same_key_of_another_job_runs_both(job, seen, now):
    job("other", lambda payload, now: seen.append({"other": True}))
    put("note", "1", now, turn="first")
    put("other", "1", now)
    outbox.drain(now=now)
    assert seen == [{"turn": "first"}, {"other": True}]


@pytest.mark.django_db(transaction=True)
def test_put_outside_a_transaction_refused(seen, now):
    with pytest.raises(AssertionError, match="in the transaction"):
        outbox.put("note", key="1", payload={}, run_at=now)


@pytest.mark.django_db(transaction=True)
def test_put_rolled_back_runs_nothing(seen, now):
    with transaction.atomic():
        outbox.put("note", key="1", payload={}, run_at=now)
        transaction.set_rollback(True)
    assert outbox.drain(now=now) == 0


def test_put_unknown_job_refused(now):
    with pytest.raises(AssertionError, match="no job is called"):
        put("nobody", "1", now)


def test_drain_before_its_time_waits(seen, now):
    put("note", "1", now + timedelta(minutes=5))
    assert outbox.drain(now=now) == 0
    assert outbox.drain(now=now + timedelta(minutes=5)) == 1


def test_drain_runs_in_order_of_time(seen, now):
    put("note", "later", now, turn="later")
    put("note", "earlier", now - timedelta(seconds=1), turn="earlier")
    outbox.drain(now=now)
    assert seen == [{"turn": "earlier"}, {"turn": "later"}]


def test_drain_failure_does_not_block_the_next(job, seen, now):
    job("broken", fail)
    put("broken", "1", now)
    put("note", "1", now, turn="after")
    outbox.drain(now=now)
    assert seen == [{"turn": "after"}]


def test_failure_is_written_down_and_retried_later_each_time(job, now):
    job("broken", fail)
    put("broken", "1", now)
    waits = []
    for _ in range(4):
        outbox.run_next(now=now)
        entry = OutboxEntry.objects.get()
        waits.append(int((entry.run_at - now).total_seconds()))
        now = entry.run_at
    assert waits == [1, 2, 4, 8]
    assert (entry.attempts, entry.done_at, entry.error) == (4, None, "ValueError('broken on purpose')")


def test_failure_wait_is_an_hour_at_most(job, now):
    job("broken", fail)
    put("broken", "1", now)
    OutboxEntry.objects.update(attempts=30)
    outbox.run_next(now=now)
    assert OutboxEntry.objects.get().run_at == now + timedelta(hours=1)


def test_failure_however_often_still_retried(job, now):
    job("broken", fail)
    put("broken", "1", now)
    OutboxEntry.objects.update(attempts=60)
    outbox.run_next(now=now)
    assert OutboxEntry.objects.get().run_at == now + timedelta(hours=1)


def test_failure_takes_back_what_the_job_wrote(job, now):
    def half_done(payload: Any, now: datetime) -> None:
        OutboxEntry.objects.create(job="note", key="written", payload={}, run_at=now + timedelta(days=1))
        raise ValueError("broken on purpose")

    job("half done", half_done)
    put("half done", "1", now)
    outbox.run_next(now=now)
    assert list(OutboxEntry.objects.values_list("key", flat=True)) == ["half done:1"]


def test_success_after_failure_clears_the_error(job, now):
    outcomes = iter([fail, lambda payload, now: None])
    job("shaky", lambda payload, now: next(outcomes)(payload, now))
    put("shaky", "1", now)
    outbox.drain(now=now)
    outbox.drain(now=now + timedelta(seconds=1))
    entry = OutboxEntry.objects.get()
    assert (entry.error, entry.done_at) == ("", now + timedelta(seconds=1))


def test_job_registered_acts_for_the_site(monkeypatch):
    monkeypatch.setattr(outbox, "JOBS", {})
    outbox.job("note")(fail)
    assert list(outbox.JOBS.items()) == [("note", fail)]
    assert outbox.JOBS["note"].right == SYSTEM
    with pytest.raises(AssertionError, match="two jobs"):
        outbox.job("note")(fail)


@pytest.mark.django_db(transaction=True)
def test_two_workers_race_runs_each_once(job, now):
    """Eight pieces of work, two workers that start together: eight runs, each in a transaction of its own."""
    runs: list[int] = []
    job("count", lambda payload, now: runs.append(payload["number"]))
    for number in range(8):
        put("count", str(number), now, number=number)
    work_together(lambda: outbox.drain(now=now))
    assert sorted(runs) == list(range(8))


@pytest.mark.django_db(transaction=True)
def test_two_workers_race_without_lock_runs_twice(job, now):
    """The control: reading first and marking done later lets both workers in."""
    runs: list[int] = []
    both_have_read = threading.Barrier(2, timeout=10)
    job("count", lambda payload, now: runs.append(payload["number"]))
    put("count", "1", now, number=1)

    def careless() -> None:
        entry = OutboxEntry.objects.filter(done_at=None).first()
        both_have_read.wait()
        outbox.JOBS[entry.job](entry.payload, now=now)
        OutboxEntry.objects.filter(pk=entry.pk).update(done_at=now)

    work_together(careless)
    assert runs == [1, 1]


def fail(payload: Any, now: datetime) -> None:
    raise ValueError("broken on purpose")


def work_together(work: Callable[[], Any]) -> None:
    """Run this in two threads, each with a connection of its own; a failure there is a failure here."""
    failures: list[BaseException] = []
    start = threading.Barrier(2, timeout=10)

    def run() -> None:
        try:
            start.wait()
            work()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
