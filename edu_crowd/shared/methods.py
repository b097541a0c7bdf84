"""Which methods a page takes, and what it answers to the others."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

View = Callable[[HttpRequest, Any], HttpResponseBase]


def takes(*methods: str) -> Callable[[View], View]:
    """Take these methods; whatever else comes gets a page that says so."""

    def declare(view: View) -> View:
        @wraps(view)
        def taken(request: HttpRequest, subject: Any) -> HttpResponseBase:
            if request.method in methods or (request.method == "HEAD" and "GET" in methods):
                return view(request, subject)
            return refused(request, methods)

        taken.methods = methods  # type: ignore[attr-defined]  # read by the test that looks at every page
        return taken

    return declare


def posted_from(page: str, *, with_arguments: bool = True) -> Callable[[View], View]:
    """Take POST alone. Who comes by GET, as after signing in or changing the language, is led to the form's own page.

    That page has the same arguments in its address, or none.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def posted(request: HttpRequest, subject: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, subject)
            if request.method in ("GET", "HEAD") and request.resolver_match:
                arguments = request.resolver_match.kwargs if with_arguments else {}
                return redirect(reverse(page, kwargs=arguments))
            return refused(request, ("GET", "POST"))

        posted.methods = ("POST",)  # type: ignore[attr-defined]  # as above: it has no page of its own
        return posted

    return declare


def refused(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    response = render(request, "errors/not_allowed.html", status=405)
    response.headers["Allow"] = ", ".join(methods)
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, rather than a person's browser."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
