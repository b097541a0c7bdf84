"""Each failure has a page that says what to do, in the reader's language, with its status."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from edu_crowd.shared.access import anyone, opens
from edu_crowd.urls import handler400, handler403, handler404, handler500  # noqa: F401  # the resolver reads them here
from edu_crowd.urls import urlpatterns as ours

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@opens(anyone)
def breaks(request: HttpRequest, _: Any) -> HttpResponse:
    raise RuntimeError("as it may happen")


@opens(anyone)
def reads(request: HttpRequest, _: Any) -> HttpResponse:
    return HttpResponse(str(len(request.POST)))


urlpatterns = [path("breaks/", breaks), path("reads/", reads), *ours]


def text(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize(("language", "heading"), [("en", "This page is not here"), ("ja", "ページが見つかりません")])
def test_absent_page_says_so(language: str, heading: str) -> None:
    response = Client(headers={"accept-language": language}).get("/nothing/")
    assert response.status_code == 404
    assert heading in text(response)


def test_page_that_breaks_says_so_and_tells_nothing() -> None:
    response = Client(raise_request_exception=False).get("/breaks/")
    assert response.status_code == 500
    assert "Something went wrong on our side" in text(response)
    assert "as it may happen" not in text(response)


def test_form_without_token_says_what_to_do() -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "ja"})
    assert response.status_code == 403
    assert "load the page again" in text(response)


def test_form_too_large_says_so(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    response = Client().post("/reads/", {"text": "x" * 100})
    assert response.status_code == 413
    assert "This is too large" in text(response)


def test_request_that_cannot_be_read_says_so(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1
    response = Client().post("/reads/", {"a": "1", "b": "2", "c": "3"})
    assert response.status_code == 400
    assert "This request cannot be read" in text(response)
