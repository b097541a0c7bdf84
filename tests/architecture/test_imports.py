"""Who may import whom. The layers are `.importlinter`'s; here is what it cannot say."""

import subprocess
import sys
from pathlib import Path

from tests.architecture.code import ROOT, imported_names, names_used, source_files

PURE = {"numpy", "scipy"} | sys.stdlib_module_names
# Law 1, blind by construction: the link from script to student is read in one place.
MAY_NAME_ORIGIN = ("grading/queries/origin.py", "grading/models/", "grading/migrations/")


def impure(path: Path) -> set[str]:
    return {
        name
        for name in imported_names(path)
        if name.split(".")[0] not in PURE and not f"{name}.".startswith(("grading.agreement.", "grading.balancing."))
    }


def names_origin(path: Path) -> bool:
    return any("scriptorigin" in name.lower() for name in names_used(path))


def test_arrows_hold():
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_statistics_import_numpy_and_scipy_only():
    found = {str(path.relative_to(ROOT)): impure(path) for path in source_files("grading/agreement")}
    balancing = ROOT / "grading/balancing.py"
    if balancing.exists():
        found["grading/balancing.py"] = impure(balancing)
    assert {file: names for file, names in found.items() if names} == {}


def test_channel_layer_has_one_sender():
    users = [str(p.relative_to(ROOT)) for p in source_files() if "channels.layers" in imported_names(p)]
    assert users == ["edu_crowd/shared/publish.py"]


def test_origin_has_one_reader():
    readers = [str(path.relative_to(ROOT)) for path in source_files() if names_origin(path)]
    assert [file for file in readers if not file.startswith(MAY_NAME_ORIGIN)] == []


def test_control_planted_imports_are_seen(tmp_path):
    planted = tmp_path / "planted.py"
    planted.write_text("from django.db import models\nimport numpy as np\nfrom grading.agreement import Ratings\n")
    assert impure(planted) == {"django.db", "django.db.models"}
    planted.write_text("from channels import layers\n")
    assert "channels.layers" in imported_names(planted)


def test_control_planted_readers_of_origin_are_seen(tmp_path):
    planted = tmp_path / "planted.py"
    for line in (
        "from grading.models import ScriptOrigin",
        "from grading import models\nmodels.ScriptOrigin",
        "apps.get_model('grading', 'ScriptOrigin')",
        "ForeignKey('grading.ScriptOrigin')",
        "scripts.filter(scriptorigin__submission=1)",
        "cursor.execute('SELECT * FROM grading_scriptorigin')",
    ):
        planted.write_text(line + "\n")
        assert names_origin(planted), line
    planted.write_text('"""ScriptOrigin may be spoken about."""\n')
    assert not names_origin(planted)
