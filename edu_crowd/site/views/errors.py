"""Pages for what went wrong. They hold no form and no name, so that each is the same for everybody."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, "errors/too_large.html", status=413)
    return render(request, "errors/bad_request.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None, **_: Any) -> HttpResponse:
    """Only a form without its token gets here: what a person may not see is "not found"."""
    return render(request, "errors/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/not_found.html", status=404)


def failure(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/failure.html", status=500)
