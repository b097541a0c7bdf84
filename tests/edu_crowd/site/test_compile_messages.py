import gettext

from django.core.management import call_command

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "mark"
msgstr "採点"
"""


def test_compile_messages_makes_what_gettext_reads(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    call_command("compile_messages")
    assert gettext.translation("django", tmp_path, ["ja"]).gettext("mark") == "採点"


def test_compile_messages_of_one_file_leaves_the_others(tmp_path):
    for name in ("asked", "other"):
        (tmp_path / f"{name}.po").write_text(PO)
    call_command("compile_messages", str(tmp_path / "asked.po"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asked.mo", "asked.po", "other.po"]
