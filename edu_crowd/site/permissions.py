"""Gates of the administrator's pages."""

from typing import Any

from edu_crowd.people.models import User
from edu_crowd.shared.access import administrator
from edu_crowd.shared.errors import Refused
from edu_crowd.shared.models import OutboxEntry


def access_person(user: Any, /, *, person_id: int) -> User:
    administrator(user)
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        raise Refused
    return person


def access_job(user: Any, /, *, job_id: int) -> OutboxEntry:
    administrator(user)
    entry = OutboxEntry.objects.filter(pk=job_id).first()
    if entry is None:
        raise Refused
    return entry
