"""Every address that a template names exists: a page with a lost one fails only where the link is drawn."""

import re

from django.conf import settings
from django.urls import get_resolver

NAMED = re.compile(r"""{%-?\s*url\s+["']([\w:-]+)["']""")


def names() -> set[str]:
    return {name for name in get_resolver().reverse_dict if isinstance(name, str)}


def lost(text: str) -> list[str]:
    return [name for name in NAMED.findall(text) if name not in names()]


def test_every_named_address_exists() -> None:
    folder = settings.BASE_DIR / "templates"
    found = {str(path.relative_to(folder)): lost(path.read_text()) for path in folder.rglob("*.html")}
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_control_lost_address_is_named() -> None:
    assert lost('{% url "home" %} {% url "nowhere" 1 %}') == ["nowhere"]
