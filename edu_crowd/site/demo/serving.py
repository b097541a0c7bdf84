"""The demo's server: one process, this machine only, until Ctrl-C."""

import errno
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn
from django.conf import settings
from django.db import connections
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem

HOST = "127.0.0.1"
USUAL_PORT = 8000
PORTS_TRIED = 20


LAST_PORT = 65_535


class PortTaken(Problem):
    """Another program listens there."""


class NoSuchPort(Problem):
    """The number is not one of a port."""


def listen(port: int | None) -> socket.socket:
    """Return a socket on the port asked for; without one, on the first free one from 8000.

    Raises `PortTaken`, `NoSuchPort`.
    """
    if port is not None and not 0 < port <= LAST_PORT:
        raise NoSuchPort(
            _("Port %(port)s does not exist. Choose one from 1024 to %(last)s: make run PORT=8080")
            % {"port": port, "last": LAST_PORT}
        )
    wanted = [port] if port else range(USUAL_PORT, USUAL_PORT + PORTS_TRIED)
    for one in wanted:
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((HOST, one))
        except OSError as failure:
            taken.close()
            if failure.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return taken
    raise PortTaken(
        _("Port %(port)s cannot be used here. Choose another: make run PORT=8080") % {"port": port or USUAL_PORT}
    )


def serve(listening: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve pages and sockets until Ctrl-C; call `ready` when the first request can come.

    One-click sign-in is switched on for this process alone: no settings file of a real site can inherit it.
    """
    settings.DEMO_SIGN_IN = True
    settings.EMBEDDED_WORKER = True
    connections.close_all()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where it is missing

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    config = uvicorn.Config("edu_crowd.asgi:application", log_level="warning", timeout_graceful_shutdown=3)
    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return
