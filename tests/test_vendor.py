"""What others wrote and we carry is what they published, and it is little."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

VENDOR: Path = settings.BASE_DIR / "static/vendor"


def parts() -> list[dict[str, Any]]:
    return json.loads((VENDOR / "vendor.json").read_text())


def test_vendored_files_are_those_listed_with_their_hashes() -> None:
    listed = {name: sha256 for part in parts() for name, sha256 in part["files"].items()}
    lying = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }
    assert lying == listed


def test_vendored_parts_name_version_licence_and_source() -> None:
    for part in parts():
        assert {"name", "version", "licence", "source", "files"} == set(part)
        assert all(name.startswith(f"{part['name']}-{part['version']}/") for name in part["files"])


@pytest.mark.django_db
def test_first_page_is_under_100_kb_gzipped() -> None:
    page = Client().get("/").content
    linked = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    assert len(linked) >= 3
    files = [Path(str(finders.find(name.decode()))).read_bytes() for name in linked]
    assert sum(len(gzip.compress(content)) for content in [page, *files]) <= 100_000


@pytest.mark.django_db
def test_pages_name_no_other_host_and_no_inline_code() -> None:
    page = Client().get("/").content.decode()
    assert re.findall(r'(?:href|src|action)="(?:https?:)?//', page) == []
    assert re.findall(r"<style|style=\"|<script(?![^>]*\bsrc=)|\son\w+=\"", page) == []
