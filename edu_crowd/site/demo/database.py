"""The database of the demo: told apart from one that never was a demo, and removed when that is asked for."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from edu_crowd.people.models import User
from edu_crowd.shared.errors import Problem
from edu_crowd.site.demo.waiting import TEACHER

DOMAIN = "@demo.example"


class NotOurs(Problem):
    """The database never was the demo's: nothing is added to it and nothing is removed."""


def is_there() -> bool:
    """Whether the demo is in the database, which is made where there is none; others may have signed up beside it.

    Raises `NotOurs` where there are people and the demo's are not among them.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    teacher = User.objects.filter(email=TEACHER).first()
    # No page makes an account without a password.
    if teacher is not None and not teacher.has_usable_password():
        return True
    if User.objects.exists():
        raise NotOurs(
            _("This database holds accounts that are not of the demo. Give the demo a place of its own: VAR_DIR=…")
        )
    return False


def remove() -> int:
    """Remove the demo's SQLite database and its files, and start an empty one. Raises `NotOurs`.

    Return how many accounts went with it that were not of the demo.
    """
    if not is_there():
        return 0
    if connection.vendor != "sqlite":
        raise NotOurs(_("RESET removes an SQLite database only. Empty this one by hand, or run without DATABASE_URL."))
    others = User.objects.exclude(email__endswith=DOMAIN).count()
    path = Path(str(connection.settings_dict["NAME"]))
    if others and path.parent.resolve() != settings.VAR_DIR.resolve():
        raise NotOurs(
            _("Others have accounts in this database, and it is not the demo's usual one. Remove it by hand.")
        )
    connection.close()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    for name in ("originals", "renditions"):
        shutil.rmtree(settings.FILES_DIR / name, ignore_errors=True)
    call_command("migrate", verbosity=0)
    return others
