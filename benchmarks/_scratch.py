"""A database of its own for a benchmark: PostgreSQL where one can be had, else SQLite, which is then said."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import django

from tests.support.postgresql import postgresql_url
from tests.support.servers import NotHere


@contextmanager
def database() -> Iterator[str]:
    """Set Django up on an empty migrated database; yield its vendor, and drop it afterwards."""
    with ExitStack() as stack:
        var = stack.enter_context(tempfile.TemporaryDirectory(prefix="edu-crowd-bench-"))
        try:
            url = stack.enter_context(postgresql_url())
        except NotHere as reason:
            print(f"{reason}; measured on SQLite instead.")
            url = f"sqlite:///{var}/unused.sqlite3"
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_RUN": f"bench_{os.getpid()}",
            "VAR_DIR": var,
            "EMBEDDED_WORKER": "false",
        }
        django.setup()
        from django.db import connection  # settings are ready only now

        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        stack.callback(connection.creation.destroy_test_db, name, verbosity=0)
        yield connection.vendor
