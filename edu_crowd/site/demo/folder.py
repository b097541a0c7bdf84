"""Who uses the folder of the demo's data: servers side by side, or one that removes it, alone.

The system itself lets go of a lock whose process has ended, however it ended.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem


class FolderInUse(Problem):
    """Another process serves these data, or is removing them."""


@contextmanager
def held(*, alone: bool) -> Iterator[IO[str]]:
    """Hold the folder, alone or side by side with others. Raises `FolderInUse`."""
    with (settings.VAR_DIR / "in_use.lock").open("w") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            if alone:
                raise FolderInUse(
                    _("A server is using these data. Stop it first (Ctrl-C), then start again with RESET=1.")
                ) from None
            raise FolderInUse(_("These data are being built anew. Start again in a minute.")) from None
        yield lock


def share(lock: IO[str]) -> None:
    """Let others in beside us."""
    fcntl.flock(lock, fcntl.LOCK_SH)
