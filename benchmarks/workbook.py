"""What does a gradebook of 100,000 sheets cost?  `make bench-workbook ARGS="--json FILE"`

Our export, from the database to the finished file, against openpyxl's own write-only loop over the same cells, which
lie ready in lists; both in one process, in turn, medians of three. Then the peak memory of an export of a quarter, of
half and of all of it, each in a fresh process. `--tenth` does the same with 10,000 sheets.
"""

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks._scratch import database

if TYPE_CHECKING:
    from assignments.models import Assignment, Question
    from rubrics.models import Criterion

SHEETS = 100_000
READINGS = 4  # sheets per paper
GRADERS = 200
RUNS = 3
ALLOWED, ALLOWED_GROWTH = 1.3, 1.25
BATCH = 2_000
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
SAID = (
    "The cause is named; its second effect is missing.",
    "Clear and complete. The last step could be shorter.",
    "理由は正しく書けています。単位を忘れずに書きましょう。",
    "Compare your second paragraph with the model answer: where does the energy go?",
)


class Class:
    """A course with one assignment that grows paper by paper, as if everybody had marked."""

    def __init__(self) -> None:
        from grading.models import Enlistment, Grader, Round, RoundQuestion
        from tests.factories import AssignmentFactory, QuestionFactory, RubricFactory, UserFactory, criterion

        self.rng, self.size = Random(0), 0
        self.assignment: Assignment = AssignmentFactory(state="closed")
        self.question: Question = QuestionFactory(assignment=self.assignment, points=Decimal(12))
        keys = ("content", "reasoning", "evidence", "language")
        rubric = RubricFactory(question=self.question, criteria=[criterion(key) for key in keys])
        self.criteria: list[Criterion] = list(rubric.criteria.prefetch_related("levels"))
        self.round: Round = Round.objects.create(assignment=self.assignment, state="closed", opened_at=NOW)
        RoundQuestion.objects.create(round=self.round, question=self.question, rubric=rubric)
        self.graders: list[Grader] = Grader.objects.bulk_create(
            Grader(user=UserFactory(), kind=Grader.Kind.CROWD) for _ in range(GRADERS)
        )
        Enlistment.objects.bulk_create(
            Enlistment(round=self.round, grader=grader, pseudonym=f"Grader {number}", state="active")
            for number, grader in enumerate(self.graders)
        )

    def grow(self, sheets: int) -> None:
        """Add papers, each with its readings and its result, until there are so many sheets."""
        from django.db import connection, transaction

        papers = sheets // READINGS
        while self.size < papers:
            with transaction.atomic():
                self.add(range(self.size, min(papers, self.size + BATCH)))
            self.size = min(papers, self.size + BATCH)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def add(self, numbers: range) -> None:
        from assignments.models import Enrolment, Submission
        from grading.models import Result, Script
        from grading.queries import origin

        students: list[Enrolment] = Enrolment.objects.bulk_create(
            Enrolment(
                course=self.assignment.course,
                role="student",
                student_number=f"{number:07}",
                family_name=self.rng.choice(["佐藤", "鈴木", "Martin", "O'Neill"]),
                given_name=self.rng.choice(["陽葵", "蓮", "Camille", "Aoife"]),
                reading="さとう ひまり",
            )
            for number in numbers
        )
        papers = Submission.objects.bulk_create(
            Submission(assignment=self.assignment, enrolment=one, state="handed_in", started_at=NOW, handed_in_at=NOW)
            for one in students
        )
        scripts = Script.objects.bulk_create(
            Script(
                round=self.round,
                question=self.question,
                language="en",
                readings_wanted=READINGS,
                readings_taken=READINGS,
                rnd=self.rng.random(),
                settled_at=NOW,
            )
            for _ in papers
        )
        origin.record_all(zip(scripts, papers, strict=True))
        self.mark(scripts)
        Result.objects.bulk_create(
            Result(
                submission=paper,
                version=1,
                total=(points := Decimal(self.rng.randrange(0, 25)) / 2),
                maximum=12,
                reported=str(points),
                standard_error=self.rng.random(),
                parts=[{"question": self.question.pk, "points": str(points), "criteria": []}],
                reason="settled",
                computed_at=NOW,
            )
            for paper in papers
        )

    def mark(self, scripts: list[Any]) -> None:
        from grading.models import Allocation, Mark, MarkSheet, TextBody

        rng = self.rng
        allocations = Allocation.objects.bulk_create(
            Allocation(script=script, grader=grader, state="sealed", claimed_at=NOW)
            for script in scripts
            for grader in rng.sample(self.graders, READINGS)
        )
        # One salt and code for all: nobody erases anything here, and making one each would take longer than the rest.
        body = TextBody.of("")
        texts = [TextBody(text=rng.choice(SAID), salt=body.salt, mac=body.mac) for _ in allocations]
        TextBody.objects.bulk_create(texts, batch_size=BATCH)
        sheets = MarkSheet.objects.bulk_create(
            MarkSheet(
                allocation=allocation,
                version=1,
                client_mark_id="1",
                sealed_at=NOW + timedelta(seconds=rng.randrange(10**6)),
                active_ms=rng.randrange(30_000, 900_000),
                comment=text if rng.random() < 0.5 else None,
            )
            for allocation, text in zip(allocations, texts, strict=True)
        )
        levels = [[(level, level.points) for level in one.levels.all()] for one in self.criteria]
        marks = []
        for sheet, text in zip(sheets, texts, strict=True):
            for place, one in enumerate(self.criteria):
                level, points = rng.choice(levels[place])
                said = text if place == 0 and sheet.comment_id is None else None
                marks.append(Mark(sheet=sheet, criterion=one, level=level, points=points, comment=said))
        Mark.objects.bulk_create(marks, batch_size=BATCH)


def plan_of(assignment_id: int) -> Any:
    from assignments.models import Assignment
    from grading.workbooks.gradebook import Plan

    return Plan(Assignment.objects.select_related("course").get(pk=assignment_id))


def export(assignment_id: int) -> float:
    """Write the whole workbook from the database; return the seconds it took."""
    from grading.workbooks.gradebook import write_workbook

    started = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        write_workbook(plan_of(assignment_id), file, progress=lambda _: None, now=NOW)
        return time.perf_counter() - started


def values_of(assignment_id: int) -> dict[str, list[list[Any]]]:
    """Return the same cells as plain values, sheet by sheet."""
    from grading.workbooks.gradebook import Results, Sheets
    from grading.workbooks.gradebook.agreement import Agreement
    from grading.workbooks.gradebook.flags import Flags

    plan = plan_of(assignment_id)
    tables: list[Any] = [Results(plan), Sheets(plan), Agreement(plan), Flags(plan)]
    return {table.title: [[one.title for one in table.columns], *table.rows()] for table in tables}


def bare_loop(tables: dict[str, list[list[Any]]]) -> float:
    """Write these values as openpyxl's documentation does; return the seconds it took."""
    from openpyxl import Workbook

    started = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        book = Workbook(write_only=True)
        for title, rows in tables.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(file)
        return time.perf_counter() - started


def peak(assignment_id: int, name: str) -> int:
    """Return by how many KiB an export raises the memory of a fresh process."""
    code = "from benchmarks.workbook import child; child()"
    run = subprocess.run(
        [sys.executable, "-c", code, str(assignment_id), name], capture_output=True, text=True, check=True
    )
    return int(run.stdout)


def child() -> None:
    """Export in this process alone and print how far the peak of its memory rose."""
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = sys.argv[2]
    plan_of(int(sys.argv[1]))  # what is loaded once counts for nobody
    before = high_water()
    export(int(sys.argv[1]))
    print(high_water() - before)


def high_water() -> int:
    """Return the most memory this process ever had, in KiB."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # `getrusage` would tell the most its parent had, where that was more.
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:"))


def measure(sheets: int) -> dict[str, Any]:
    from django.db import connection

    started = time.perf_counter()
    course, memory = Class(), {}
    for size in (sheets // 4, sheets // 2, sheets):
        course.grow(size)
        memory[size] = peak(course.assignment.pk, str(connection.settings_dict["NAME"])) / 1024
    built = time.perf_counter() - started
    tables = values_of(course.assignment.pk)
    gc.collect()
    gc.freeze()  # else the lists that lie ready would be walked again and again, in either run
    ours, bare = [], []
    for _ in range(RUNS):
        ours.append(export(course.assignment.pk))
        bare.append(bare_loop(tables))
    return {
        "sheets": sheets,
        "cells": sum(len(row) for rows in tables.values() for row in rows),
        "built_s": built,
        "export_s": median(ours),
        "openpyxl_s": median(bare),
        "ratio": median(ours) / median(bare),
        "runs": {"export_s": ours, "openpyxl_s": bare},
        "peak_mib": memory,
        "growth": memory[sheets] / memory[sheets // 4],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument("--sheets", type=int, default=SHEETS, help="how many sheets (%(default)s)")
    parser.add_argument("--tenth", action="store_true", help="a tenth of them")
    options = parser.parse_args()
    started = time.perf_counter()
    with database() as vendor:
        figures = measure(options.sheets // 10 if options.tenth else options.sheets)
    wall = time.perf_counter() - started
    print(f"A gradebook of {figures['sheets']:,} sheets, {figures['cells']:,} cells, median of {RUNS}, {vendor}")
    print(f"  our export, from the database   {figures['export_s']:8.2f} s")
    print(f"  openpyxl alone, the same cells  {figures['openpyxl_s']:8.2f} s")
    print(f"  ratio                           {figures['ratio']:8.2f}     allowed {ALLOWED}")
    for size, mib in figures["peak_mib"].items():
        print(f"  peak memory above the start at {size:>7,} sheets {mib:8.1f} MiB")
    print(f"  growth                          {figures['growth']:8.2f}     allowed {ALLOWED_GROWTH}")
    print(f"wall time {wall:.1f} s")
    if options.json:
        options.json.write_text(json.dumps({"vendor": vendor, "workbook": figures, "wall_s": wall}, indent=2))
    if figures["ratio"] > ALLOWED:
        raise SystemExit("The export costs too much beside openpyxl's own loop.")
    if figures["growth"] > ALLOWED_GROWTH:
        raise SystemExit("The export's memory grows with its sheets.")


if __name__ == "__main__":
    main()
