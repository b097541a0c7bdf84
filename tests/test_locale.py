"""Every string a person can read has its Japanese."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, override

ROOT: Path = settings.BASE_DIR
JAPANESE = ROOT / "locale/ja/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
OURS = ["edu_crowd", "assignments", "rubrics", "grading", "templates", "locale"]


@pytest.fixture(scope="module")
def japanese() -> polib.POFile:
    return polib.pofile(str(JAPANESE))


def test_no_translation_is_missing_or_fuzzy(japanese: polib.POFile) -> None:
    assert [entry.msgid for entry in japanese if not entry.translated() or entry.fuzzy] == []


def test_placeholders_are_those_of_the_original(japanese: polib.POFile) -> None:
    for entry in japanese:
        wanted = sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert sorted(PLACEHOLDER.findall(text)) == wanted, entry.msgid


def test_every_string_in_use_is_translated(japanese: polib.POFile, tmp_path: Path) -> None:
    if not shutil.which("xgettext"):
        pytest.skip("strings in use were not looked for: no xgettext (apt install gettext)")
    for name in OURS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.po", "*.mo"))
    (tmp_path / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale=ja", "--no-location"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env={"PATH": "/usr/bin:/bin"})
    used = polib.pofile(str(tmp_path / "locale/ja/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt, entry.msgid) for entry in japanese}
    assert {(entry.msgctxt, entry.msgid) for entry in used} - known == set()


def test_compiled_translations_are_spoken() -> None:
    with override("ja"):
        assert gettext("Seal and next") == "提出して次へ"
