import pytest
from django.urls import reverse

from tests.flows.stages import PAGE, full
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


def test_page_has_a_fixed_name_and_can_only_be_kept() -> None:
    here = full(1)
    response = client_of(here.grader.user).get(reverse("desk_page", args=[here.desk.public_id, PAGE]))
    assert b"".join(response) == b"RIFF0000WEBP"
    expected = {
        "Content-Type": "image/webp",
        "Content-Disposition": 'attachment; filename="page.webp"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=3600",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "Last-Modified" not in response.headers
