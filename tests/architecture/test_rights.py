"""Every view, job, command and socket declares its right. What declares none is named here, and the test fails."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management import load_command_class
from django.core.management.base import BaseCommand
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from edu_crowd.shared import outbox
from edu_crowd.shared.access import OPERATOR, SYSTEM, anyone, gate_of, opens
from tests.architecture.code import PACKAGES


def views(patterns: Iterable[Any], prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield address, pattern.callback


def undeclared_views(patterns: Iterable[Any]) -> list[str]:
    return [address for address, view in views(patterns) if gate_of(view) is None]


def undeclared_sockets(patterns: Iterable[Any]) -> list[str]:
    return [
        address
        for address, view in views(patterns)
        if not callable(getattr(getattr(view, "consumer_class", view), "gate", None))
    ]


def without_right(things: dict[str, Any]) -> list[str]:
    return [name for name, thing in things.items() if getattr(thing, "right", None) not in (SYSTEM, OPERATOR)]


def our_modules() -> Iterator[str]:
    for package in map(importlib.import_module, PACKAGES):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield module.name


def our_commands() -> dict[str, BaseCommand]:
    names = [name.split(".management.commands.") for name in our_modules() if ".management.commands." in name]
    return {name: load_command_class(app, name) for app, name in names}


def test_every_view_declares_its_gate():
    assert undeclared_views(get_resolver().url_patterns) == []


def test_every_socket_declares_its_gate():
    routing = importlib.import_module("grading.routing") if find_spec("grading.routing") else None
    assert undeclared_sockets(getattr(routing, "websocket_urlpatterns", [])) == []


def test_every_job_declares_its_right():
    for name in our_modules():
        if ".services" in name or name.endswith(".pipeline"):
            importlib.import_module(name)
    assert without_right(outbox.JOBS) == []


def test_every_command_declares_its_right():
    commands = our_commands()
    assert "compile_messages" in commands
    assert without_right(commands) == []


def test_deny_by_default_is_the_last_word():
    """Last in the list, it sees the view that will really be called."""
    assert settings.MIDDLEWARE[-1] == "edu_crowd.shared.access.DenyByDefaultMiddleware"


def test_control_planted_view_without_gate_is_named():
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    declared = opens(anyone)(lambda request, user: HttpResponse())
    patterns = [path("a/", bare), path("b/", ([path("c/", bare), path("d/", declared)], "app", "name"))]
    assert undeclared_views(patterns) == ["a/", "b/c/"]


def test_control_planted_socket_without_gate_is_named():
    class Bare:
        pass

    class Gated:
        gate = staticmethod(anyone)

    def socket(consumer: type) -> Callable[..., None]:
        def application(scope: Any, receive: Any, send: Any) -> None: ...

        application.consumer_class = consumer  # as channels' `as_asgi()` does
        return application

    assert undeclared_sockets([path("ws/a/", socket(Bare)), path("ws/b/", socket(Gated))]) == ["ws/a/"]


def test_control_planted_command_and_job_without_right_are_named():
    class Bare(BaseCommand):
        pass

    class Declared(BaseCommand):
        right = OPERATOR

    assert without_right({"bare": Bare(), "declared": Declared(), "job": lambda payload, now: None}) == ["bare", "job"]
