"""What still lies ahead in the demo course: a homework to write, a draft to publish, an assistant, a rubric at hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from assignments.models import Assignment, Course, Enrolment
from assignments.services.assignment import create_assignment, publish
from assignments.services.enrolment import enrol
from assignments.services.question import add_question
from edu_crowd.people.models import User
from edu_crowd.site.demo.content import read, read_staff
from edu_crowd.site.demo.course import create_user
from rubrics.services import CriterionSpec, LevelSpec, create_rubric

DAY = timedelta(days=1)


def set_homework(*, course: Course, teacher: User, now: datetime) -> Assignment:
    """Write both assignments, and publish the first; return it."""
    texts = read("homework.json")
    specs = {key: spec_from(key, raw) for key, raw in texts["criteria"].items()}
    assistant = create_user(**read_staff()["assistant"])
    enrol(course=course, role=Enrolment.Role.ASSISTANT, user=assistant)
    create_rubric(owner=teacher, title="Explaining in sentences", criteria=[specs["explanation"], specs["clarity"]])
    write(course=course, teacher=teacher, text=texts["draft"], specs=specs, due_at=now + 14 * DAY)
    homework = write(course=course, teacher=teacher, text=texts["open"], specs=specs, due_at=now + 6 * DAY)
    publish(assignment=homework, now=now - DAY)
    return homework


def write(
    *, course: Course, teacher: User, text: Mapping[str, Any], specs: Mapping[str, CriterionSpec], due_at: datetime
) -> Assignment:
    assignment = create_assignment(
        course=course, title=text["title"], instructions=text["instructions"], due_at=due_at, attempts=2
    )
    for one in text["questions"]:
        question = add_question(
            assignment=assignment,
            kind=one["kind"],
            prompt=one["prompt"],
            points=Decimal(one["points"]),
            key=one.get("key"),
            language=text["language"],
        )
        if "criteria" in one:
            criteria = [specs[key] for key in one["criteria"]]
            title = f"{text['title']} · {question.position}"
            create_rubric(owner=teacher, title=title, question=question, criteria=criteria)
    return assignment


def spec_from(key: str, raw: Mapping[str, Any]) -> CriterionSpec:
    levels = tuple(LevelSpec(Decimal(points), label, descriptor) for points, label, descriptor in raw["levels"])
    return CriterionSpec(key=key, title=raw["title"], levels=levels)
