from typing import Any

from edu_crowd.shared.models import OutboxEntry
from tests.flows.stages import Full
from tests.roles import ADMINISTRATORS, SIGNED_IN

ROWS = [
    ("people", "GET", ADMINISTRATORS),
    ("person", "GET", ADMINISTRATORS),
    ("person", "POST", ADMINISTRATORS),
    ("all_courses", "GET", ADMINISTRATORS),
    ("health", "GET", ADMINISTRATORS),
    ("jobs", "GET", ADMINISTRATORS),
    ("job_retry", "POST", ADMINISTRATORS),
    ("audit", "GET", ADMINISTRATORS),
    ("me", "GET", SIGNED_IN),
    ("me", "POST", SIGNED_IN),
]


def values(here: Full) -> dict[str, Any]:
    return {"person_id": here.world.teacher.pk, "job_id": OutboxEntry.objects.values_list("pk", flat=True)[0]}
