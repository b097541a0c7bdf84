"""A small file of marks, and the command that loads it."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command

from assignments.models import Assignment, Enrolment, Submission
from edu_crowd.people.models import User
from grading.models import Enlistment, Flag, Grader, Mark, MarkSheet, ReviewCase, Round, Script

COLUMNS = ("--unit", "paper", "--grader", "who", "--score", "idea,form", "--levels", "0,1,2,3")
FILE = """paper,who,idea,form
p1,Ann,2,3
p1,Bob,2,2
p2,Ann,0,1
p2,Bob,3,1
p3,Ann,1,
p3,Cid,1,2
"""
ROWS = (User, Assignment, Enrolment, Submission, Round, Grader, Enlistment, Script, MarkSheet, Mark, ReviewCase, Flag)


def load(*arguments: object) -> str:
    output = StringIO()
    call_command("load_marks", *map(str, arguments), stdout=output)
    return output.getvalue()


def create(file: Path, *arguments: object) -> str:
    return load("--create", "Essay", "--owner", "owner@example.org", file, *(arguments or COLUMNS))


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in ROWS}
