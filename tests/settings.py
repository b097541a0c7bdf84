"""The service's settings, with what makes tests quick and keeps them apart. The database comes by DATABASE_URL."""

import os

from edu_crowd.settings import *  # noqa: F403
from edu_crowd.settings import DATABASES, TEMPLATES, VAR_DIR
from tests.support.undefined import FailOnOurs

# SQLite in a file, as in service: an in-memory database has neither WAL nor locks worth testing.
# On a server the name carries the run's number, so that two runs do not meet.
RUN = os.environ["TEST_RUN"]
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3") if SQLITE else f"test_edu_crowd_{RUN}"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = FailOnOurs()
