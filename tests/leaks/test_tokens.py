"""Everything a grader receives is searched for everything that names a student."""

import base64
import html
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.leaks.story import ROSTER, Story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mails(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def forms(token: str) -> Iterator[bytes]:
    """Every dress a name may come in."""
    raw = token.encode()
    yield raw
    yield raw.lower()
    yield quote(token).encode()
    yield html.escape(token).encode()
    yield "".join(f"&#{ord(sign)};" for sign in token).encode()
    yield "".join(f"\\u{ord(sign):04x}" for sign in token).encode()
    yield token.encode("utf-16-le")
    yield token.encode("utf-16-be")
    yield raw.hex().encode()
    for lead in range(3):  # wherever it stands among three bytes
        encoded = base64.b64encode(b"\0" * lead + raw + b"\0" * ((3 - lead - len(raw)) % 3))
        # Its ends share a group with what stands beside it.
        yield encoded[4 if lead else 0 : -4]


def found(received: list[bytes]) -> set[tuple[str, bytes]]:
    tokens = {part for row in ROSTER for field in row for part in (field, *field.split()) if len(part) > 1}
    wanted = {(token, form) for token in tokens for form in forms(token) if len(form) > 3}
    everything = b"\n".join(received)
    lowered = everything.lower()
    return {(token, form) for token, form in wanted if form in everything or form in lowered}


def test_grader_receives_no_token_of_the_roster() -> None:
    received = Story().tell()
    assert len(received) > 50
    assert found(received) == set()


@pytest.mark.parametrize("dress", range(12))
def test_control_planted_token_is_found(dress: int) -> None:
    family = ROSTER[1][0]
    assert found([b"<p>" + list(forms(family))[dress] + b"</p>"]) != set()
