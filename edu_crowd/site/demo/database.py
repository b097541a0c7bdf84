"""The database of the demo: told apart from one in use, and removed when that is asked for."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared.errors import Problem

DOMAIN = "@demo.example"


class NotOurs(Problem):
    """The database holds more than the demo: nothing is added to it and nothing is removed."""


def has_people() -> bool:
    """Whether anybody is in the database, which is made where there is none.

    Raises `NotOurs` for somebody who is not of the demo.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    if User.objects.exclude(email__endswith=DOMAIN).exists():
        raise NotOurs(
            _("This database holds accounts that are not of the demo. Give the demo a place of its own: VAR_DIR=…")
        )
    return User.objects.exists()


def remove() -> None:
    """Remove the demo's SQLite database and its files, and start an empty one. Raises `NotOurs`."""
    if not has_people():
        return
    if connection.vendor != "sqlite":
        raise NotOurs(_("RESET removes an SQLite database only. Empty this one by hand, or run without DATABASE_URL."))
    path = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    for name in ("originals", "renditions"):
        shutil.rmtree(settings.FILES_DIR / name, ignore_errors=True)
    call_command("migrate", verbosity=0)
