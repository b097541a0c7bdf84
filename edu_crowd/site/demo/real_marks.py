"""The flow on marks that real graders gave: from a file to cases, and on to feedback."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from django.db import transaction

from assignments.models import Assignment, Enrolment
from assignments.services.enrolment import join
from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from edu_crowd.site.demo.course import create_staff, create_user
from edu_crowd.site.demo.waiting import STUDENT, TEACHER
from grading import pipeline
from grading.models import Round
from grading.queries.mark import sealed_marks
from grading.queries.review import open_cases
from grading.services.feedback import release
from grading.services.review import decide
from grading.workbooks.marks_in import readings_of
from grading.workbooks.marks_in_text import loaded_lines, remark_lines
from grading.workbooks.references import read_truth
from grading.workbooks.rubric_in import into_new

REASON = "Settled at the median of the readings"


@transaction.atomic
def load(
    *,
    file: str,
    options: Mapping[str, Any],
    stage: str,
    now: datetime,
    rng: Random,
    say: Callable[[str], object],
) -> tuple[Round, list[str]]:
    """Load a file as a course of the demo's teacher; return its round and what is to be said of it.

    In the stage "released" the teacher decides every case by the median and the class has its feedback.
    """
    teacher = User.objects.filter(email=TEACHER).first() or create_staff()
    incoming = into_new(title=Path(file).stem, owner=teacher, options={**options, "files": [file]}, now=now)
    reference = read_truth(options, incoming.marks)
    loaded = pipeline.load_marks(
        assignment=incoming.assignment, criteria=incoming.criteria, marks=incoming.marks, now=now, rng=rng, say=say
    )
    lines = list(remark_lines(incoming.marks, readings_of(incoming.marks)))
    if stage == "released" and loaded.round.state != Round.State.RELEASED:
        lines += settle_and_release(incoming.assignment, loaded.round, teacher, now=now)
    return loaded.round, [*lines, *loaded_lines(loaded, reference)]


def settle_and_release(assignment: Assignment, round_: Round, teacher: User, *, now: datetime) -> Iterator[str]:
    cases = list(open_cases(round_))
    for case in cases:
        given = sealed_marks(case.script)[case.criterion_id]
        points = median(mark.points for mark in given)
        decide(case=case, by=teacher, points=points, reason=REASON, key=f"median-{case.pk}", now=now)
    outbox.drain(now=now)
    yield f"{len(cases)} cases decided by the median, in the teacher's name"
    student = User.objects.filter(email=STUDENT).first() or create_user(STUDENT, "Student", "en", "UTC")
    first = Enrolment.objects.filter(course=assignment.course, user=None).order_by("pk").first()
    if first is not None:
        join(enrolment=first, user=student)
        yield f"{STUDENT} reads as {first.student_number}"
    yield f"{release(assignment=assignment, now=now)} students have their feedback"
