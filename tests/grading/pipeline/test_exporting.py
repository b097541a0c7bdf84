"""An export is written once, tells how far it is, survives its writer, and says what went wrong."""

import csv
import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from openpyxl import load_workbook

from assignments.services.enrolment import enrol
from assignments.services.extension import extend
from assignments.services.settings import edit_assignment
from edu_crowd.people.models import User
from edu_crowd.shared.models import AuditEntry
from grading import pipeline
from grading.models import Export, Result
from grading.pipeline import exporting
from grading.queries.gradebook import gradebook_of
from grading.services import export as service
from tests.factories import NOW, EnrolmentFactory, UserFactory
from tests.flows.world import World

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that moves on by so many seconds whenever somebody looks."""

    def __init__(self, seconds: float = 0) -> None:
        self.time, self.step = NOW, timedelta(seconds=seconds)

    def __call__(self) -> datetime:
        self.time += self.step
        return self.time


@pytest.fixture
def world() -> World:
    return World(students=3, round_settings={"batch_minimum": 1}).release_all()


def asked(world: World, kind: str = "xlsx", by: User | None = None) -> Export:
    return service.ask_for(assignment=world.assignment, by=by or world.teacher, kind=kind, now=NOW)


def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Collect what is said about the progress."""
    seen: list[tuple[int, int]] = []
    keep_alive = service.keep_alive

    def listen(*, export: Export, rows_done: int, rows_total: int, now: datetime) -> None:
        seen.append((rows_done, rows_total))
        keep_alive(export=export, rows_done=rows_done, rows_total=rows_total, now=now)

    monkeypatch.setattr(service, "keep_alive", listen)
    return seen


@pytest.mark.parametrize("kind", ["xlsx", "csv", "rows"])
def test_export_is_written_and_kept(world: World, kind: str) -> None:
    export = asked(world, kind)
    assert pipeline.write_next(now=Clock())
    assert not pipeline.write_next(now=Clock())
    export.refresh_from_db()
    rows = {"xlsx": 9, "csv": 3, "rows": 6}[kind]
    assert (export.state, export.rows_done, export.rows_total, export.error) == ("done", rows, rows, "")
    with export.file.open("rb") as file:
        if kind == "xlsx":
            assert load_workbook(file)["Results"].max_row == 4
        else:
            assert file.read().startswith(b"\xef\xbb\xbfStudent number,")


def test_asking_again_returns_the_one_under_way_and_is_recorded_once(world: World) -> None:
    export = asked(world)
    assert asked(world) == export
    assert asked(world, "csv") != export
    Export.objects.filter(pk=export.pk).update(state="running", alive_at=NOW)
    assert asked(world) == export
    Export.objects.update(state="done")
    assert asked(world) != export
    entries = AuditEntry.objects.filter(action="gradebook.exported").order_by("pk")
    assert [entry.details["kind"] for entry in entries] == ["xlsx", "csv", "xlsx"]
    assert entries[0].target == f"export:{export.pk}"


def test_progress_of_a_big_class_moves_and_arrives(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(500):
        EnrolmentFactory(course=world.course, user=None)
    seen = told(monkeypatch)
    asked(world)
    pipeline.write_next(now=Clock(seconds=1))
    done = [rows for rows, _ in seen]
    assert (seen[0], seen[-1]) == ((0, 509), (509, 509))
    assert done == sorted(done)
    assert {0, 200, 400, 503} <= set(done)


def test_signs_come_once_a_second_at_most(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = told(monkeypatch)
    asked(world)
    pipeline.write_next(now=Clock(seconds=0.001))
    assert len(seen) == 2  # when it begins and when it is packed


def test_export_of_a_dead_writer_is_taken_over(world: World) -> None:
    export = asked(world)
    dead = service.take_next(now=NOW)
    assert dead == export
    assert not pipeline.write_next(now=lambda: NOW + timedelta(seconds=59))
    assert pipeline.write_next(now=lambda: NOW + timedelta(seconds=61))
    export.refresh_from_db()
    assert export.state == "done"
    with pytest.raises(service.ExportLost):
        service.keep_alive(export=dead, rows_done=1, rows_total=9, now=NOW)


def test_writer_that_was_replaced_stops_and_leaves_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    export = asked(world, "csv")

    def slow(*_: object, **__: object) -> None:
        Export.objects.filter(pk=export.pk).update(alive_at=NOW + timedelta(seconds=90))  # another has taken it

    monkeypatch.setattr(exporting, "write_csv", slow)
    monkeypatch.setattr(logging.getLogger("grading.pipeline.exporting"), "disabled", True)
    assert pipeline.write_next(now=Clock())
    export.refresh_from_db()
    assert (export.state, export.file.name) == ("running", "")
    assert files() == []


def test_finished_twice_keeps_one_file(world: World) -> None:
    export = asked(world, "csv")
    late = service.take_next(now=NOW)
    assert late is not None
    pipeline.write_next(now=lambda: NOW + timedelta(seconds=61))
    with pytest.raises(service.ExportLost), Path(__file__).open("rb") as file:
        service.finish(export=late, file=file, now=NOW)
    export.refresh_from_db()
    assert [str(path) for path in files()] == [export.file.path]


def files() -> list[Path]:
    return [path for path in Path(storages["exports"].location).rglob("*") if path.is_file()]


def test_failure_is_a_sentence_and_stops_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    export, other = asked(world), asked(world, "csv")

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(exporting, "write_workbook", broken)
    monkeypatch.setattr(logging.getLogger("grading.pipeline.exporting"), "disabled", True)
    while pipeline.write_next(now=Clock()):
        pass
    export.refresh_from_db()
    other.refresh_from_db()
    assert (export.state, export.error) == ("failed", "Something went wrong while the file was written.")
    assert other.state == "done"


def test_broken_off_workbook_leaves_no_temporary_files(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    asked(world)

    def crash(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("grading.workbooks.gradebook.files.draw_agreement", crash)
    monkeypatch.setattr(logging.getLogger("grading.pipeline.exporting"), "disabled", True)
    pipeline.write_next(now=Clock())
    assert Export.objects.get().state == "failed"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_right_withdrawn_meanwhile_writes_nothing(world: World) -> None:
    export = asked(world)
    world.course.courseuserobjectpermission_set.filter(user=world.teacher).delete()
    pipeline.write_next(now=Clock())
    export.refresh_from_db()
    assert (export.state, export.file.name) == ("failed", "")
    assert export.error == "You no longer manage this course, so its gradebook was not written."


def test_worker_that_stops_hands_the_export_back(world: World) -> None:
    export = asked(world)
    assert pipeline.write_next(now=Clock(seconds=1), is_stopping=lambda: True)
    export.refresh_from_db()
    assert (export.state, export.alive_at) == ("waiting", None)


def test_export_begun_for_hours_is_given_up(world: World) -> None:
    export = asked(world)
    service.take_next(now=NOW)
    assert not pipeline.write_next(now=lambda: NOW + timedelta(hours=3))
    export.refresh_from_db()
    assert export.state == "failed"


def test_asker_s_language_is_spoken(world: World) -> None:
    colleague = UserFactory(locale="ja", time_zone="Asia/Tokyo")
    enrol(course=world.course, role="teacher", user=colleague)
    export = asked(world, by=colleague)
    pipeline.write_next(now=Clock())
    export.refresh_from_db()
    with export.file.open("rb") as file:
        book = load_workbook(file)
    written = {row[1] for row in book.worksheets[-1].iter_rows(values_only=True)}
    assert "2026-05-20 21:00 (Asia/Tokyo)" in written


def test_files_are_removed_after_a_week_by_the_clock(world: World) -> None:
    export = asked(world, "csv")
    pipeline.write_next(now=Clock())
    pipeline.tick(now=NOW + timedelta(days=6), rng=world.rng)
    assert len(files()) == 1
    pipeline.tick(now=NOW + timedelta(days=8), rng=world.rng)
    export.refresh_from_db()
    assert (files(), export.state, export.file.name) == ([], "done", "")


@pytest.mark.parametrize("changes", [{"reporting": "points"}, {"reporting": "bands"}])
def test_file_before_the_release_goes_by_the_rules_there_are_now(changes: dict[str, object]) -> None:
    world = World(students=3, round_settings={"batch_minimum": 1})
    bands = {"reporting": "bands", "bands": [{"label": "best", "from": "0"}]}
    if changes["reporting"] == "points":
        edit_assignment(assignment=world.assignment, changes=bands, now=world.now)
    else:
        changes = bands
    world.papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(points=2)
    pipeline.close_round(round_=world.round, now=world.now)
    edit_assignment(assignment=world.assignment, changes=changes, now=world.now)
    export = asked(world, "csv")
    assert pipeline.write_next(now=Clock())
    export.refresh_from_db()
    assert (export.state, export.error) == ("done", "")
    with export.file.open("rb") as file:
        lines = list(csv.DictReader(file.read().decode("utf-8-sig").splitlines()))
    shown = {line.reported for line in gradebook_of(world.assignment).lines}
    assert {line["Reported grade"] for line in lines} == shown


def test_file_says_what_students_were_told_after_the_release(world: World) -> None:
    before = Result.objects.count()
    world.assignment.refresh_from_db()
    extend(assignment=world.assignment, enrolment=world.enrolments[0], due_at=world.now + timedelta(days=9))
    asked(world, "csv")
    assert pipeline.write_next(now=Clock())
    assert Result.objects.count() == before
