"""Reference papers, and what graders ask the teacher."""

from typing import Any

from django.core.files.base import ContentFile

from grading.models import Flag, Rendition, Script
from tests.flows.stages import PAGE, Full
from tests.roles import GRADER, TEACHER

ROWS = [
    ("references", "GET", TEACHER),
    ("references", "POST", TEACHER),
    ("reference", "GET", TEACHER),
    ("reference", "POST", TEACHER),
    ("reference_page", "GET", TEACHER),
    ("flag", "GET", TEACHER),
    ("flag", "POST", TEACHER),
    ("flag_page", "GET", TEACHER),
    ("desk_flag", "POST", GRADER),
]


def values(here: Full) -> dict[str, Any]:
    world, desk = here.world, here.desk
    reference = Script.objects.create(
        round=world.round, question=world.essay, language="en", readings_wanted=0, rnd=0, is_reference=True
    )
    piece = Rendition(script=reference, position=PAGE, question=world.essay, width=8, height=8)
    piece.image.save("page", ContentFile(b"RIFF0000WEBP"), save=True)
    flag = Flag.objects.create(
        script=desk.script, allocation=desk, reason="called", evidence={"note": "Look."}, raised_at=world.now
    )
    return {"script_id": reference.pk, "flag_id": flag.pk}
