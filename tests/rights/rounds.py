from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress

from grading.models import Invitation
from tests.flows.stages import Full
from tests.roles import GRADER, TEACHER

ROWS = [
    ("rounds", "GET", TEACHER),
    ("round_new", "GET", TEACHER),
    ("round_new", "POST", TEACHER),
    ("round_settings", "GET", TEACHER),
    ("round_settings", "POST", TEACHER),
    ("round_discard", "GET", TEACHER),
    ("round_discard", "POST", TEACHER),
    ("round_preflight", "GET", TEACHER),
    ("round_open", "POST", TEACHER),
    ("round_graders", "GET", TEACHER),
    ("round_graders", "POST", TEACHER),
    ("round_grader", "POST", TEACHER),
    ("invitation", "POST", GRADER),
]


def values(here: Full) -> dict[str, Any]:
    """The invitation goes to an address that the grader whose desk it is has proved to own."""
    user = here.grader.user
    assert user is not None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    invitation = Invitation.objects.create(
        round=here.world.round,
        email=user.email,
        by=here.world.teacher,
        invited_at=datetime(2026, 5, 20, tzinfo=UTC),
    )
    return {"enlistment_id": here.world.places[0].pk, "invitation_id": invitation.pk}
