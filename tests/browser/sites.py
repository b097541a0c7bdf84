"""The service as it is run: server processes of their own, on the test's database, with the worker in the first."""

import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Model

from tests.support.servers import free_port, running

ROOT = Path(__file__).resolve().parents[2]
OURS = ("assignments", "rubrics", "grading", "shared")
# Their triggers refuse a change, and no page asks how old they are.
APPEND_ONLY = {"marksheet", "mark", "decision", "consensusscore", "override", "result", "auditentry"}


@contextmanager
def served(folder: Path, *, processes: int = 1, redis_url: str = "") -> Iterator[list[str]]:
    """Yield the addresses of so many server processes."""
    with ExitStack() as stack:
        addresses = []
        for number in range(processes):
            own = folder / f"server-{number}"
            own.mkdir(parents=True)
            port = free_port()
            address = f"http://127.0.0.1:{port}"
            command = [sys.executable, "-m", "uvicorn", "edu_crowd.asgi:application", "--port", str(port)]
            environment = os.environ | {
                "DATABASE_URL": database_url(),
                "DJANGO_SETTINGS_MODULE": "edu_crowd.settings",
                "EMAIL_URL": f"filemail://{folder / 'mail'}",
                "EMBEDDED_WORKER": "true" if number == 0 else "false",
                "FILES_DIR": str(folder / "files"),
                "PYTHONPATH": str(ROOT),
                "REDIS_URL": redis_url,
                "SECRET_KEY": settings.SECRET_KEY,
                "VAR_DIR": str(own),
            }
            (own / "static").mkdir()
            stack.enter_context(
                running(
                    command,
                    answers=lambda address=address: answers(address),  # type: ignore[misc]  # each its own address
                    folder=own,
                    user=None,
                    environment=environment,
                )
            )
            addresses.append(address)
        yield addresses


def database_url() -> str:
    """Return where the test's own database is."""
    ours = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{ours['NAME']}"
    account = ours["USER"] + (f":{ours['PASSWORD']}" if ours["PASSWORD"] else "")
    host = str(ours["HOST"]).replace("/", "%2F")
    return f"postgresql://{account}@{host}{':' + str(ours['PORT']) if ours['PORT'] else ''}/{ours['NAME']}"


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def let_time_pass(**time: int) -> None:
    """Move everything that happened, and everything that is due, into the past: servers keep the true clock."""
    with transaction.atomic():  # a worker that looked in between would find some rows in another time than the others
        for model in our_models():
            fields = [field.name for field in model._meta.concrete_fields if isinstance(field, DateTimeField)]
            if fields and model._meta.model_name not in APPEND_ONLY:
                model._default_manager.update(**{name: F(name) - timedelta(**time) for name in fields})


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]
