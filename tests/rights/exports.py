from typing import Any

from grading.models import Export
from tests.flows.stages import Full
from tests.roles import TEACHER

ROWS = [
    ("export_new", "POST", TEACHER),
    ("export", "GET", TEACHER),
    ("export_file", "GET", TEACHER),
]


def values(here: Full) -> dict[str, Any]:
    world = here.world
    export = Export.objects.create(assignment=world.assignment, by=world.teacher, kind="xlsx", asked_at=world.now)
    return {"export_id": export.pk}
