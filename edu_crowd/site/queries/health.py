"""Whether the service is well: database, later work, live pages, room for files."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q

from edu_crowd.shared.models import OutboxEntry
from edu_crowd.shared.publish import takes_frames

# Work that is due for longer than this is done by nobody.
LATE = timedelta(minutes=1)
LITTLE_ROOM = 1024**3


@dataclass(frozen=True, kw_only=True)
class OutboxHealth:
    waiting: int
    failing: int
    oldest_due_at: datetime | None

    def is_done_by(self, now: datetime) -> bool:
        """Whether somebody does the work that is due."""
        return self.oldest_due_at is None or now - self.oldest_due_at < LATE


def outbox_health() -> OutboxHealth:
    counts = OutboxEntry.objects.filter(done_at=None).aggregate(
        waiting=Count("pk"),
        failing=Count("pk", filter=Q(attempts__gt=0)),
        oldest_due_at=Min("run_at", filter=Q(attempts=0)),
    )
    return OutboxHealth(**counts)


@dataclass(frozen=True, kw_only=True)
class Health:
    database: str
    migrations_missing: int
    outbox: OutboxHealth
    is_work_done: bool
    is_live: bool
    has_redis: bool
    room_bytes: int
    is_room_left: bool


def health(*, now: datetime) -> Health:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    settings.FILES_DIR.mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(settings.FILES_DIR).free
    outbox = outbox_health()
    return Health(
        database=connection.display_name,
        migrations_missing=len(missing),
        outbox=outbox,
        is_work_done=outbox.is_done_by(now),
        is_live=takes_frames(),
        has_redis=bool(settings.REDIS_URL),
        room_bytes=room,
        is_room_left=room > LITTLE_ROOM,
    )
