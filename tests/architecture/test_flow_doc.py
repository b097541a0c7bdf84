"""docs/flow.md is held against the code, row by row."""

import configparser
import importlib
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.code import ROOT

COLUMNS = ["stage", "module", "rows", "may act", "events", "does"]
SERVICES = ("grading/services/", "assignments/services/")


def table(text: str) -> list[dict[str, str]]:
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    if not lines or lines[0] != COLUMNS:
        return []
    return [dict(zip(COLUMNS, cells, strict=False)) for cells in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def stage_ranks() -> dict[str, int]:
    """The flow contract, first stage first; stages on one line are of one rank."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter")
    layers = contract["importlinter:contract:flow"]["layers"].split("\n")
    earliest_first = [line for line in reversed(layers) if line.strip()]
    return {name.strip(" ()"): rank for rank, line in enumerate(earliest_first) for name in line.split("|")}


def problems(rows: list[dict[str, str]], services: list[str], model_names: set[str], events: set[str]) -> list[str]:
    found, ranks, reached = [], stage_ranks(), -1
    modules = [module for row in rows for module in quoted(row["module"])]
    for row in rows:
        if len(quoted(row["module"])) != 1:
            found.append(f"{row['stage']}: the module column names one file")
        found += [
            f"{row['stage']}: there is no row called {name}" for name in quoted(row["rows"]) if name not in model_names
        ]
        found += [f"{row['stage']}: there is no event {name}" for name in quoted(row["events"]) if name not in events]
    for module in modules:
        if module not in services:
            found.append(f"{module} is no service")
        stage = module.removeprefix("grading/services/").split("/")[0].removesuffix(".py")
        if module.startswith("grading/") and stage in ranks:
            if ranks[stage] < reached:
                found.append(f"{module} stands after a later stage")
            reached = max(reached, ranks[stage])
    found += [f"{file} is missing" for file in services if file.startswith("grading/") and file not in modules]
    return found


def services() -> list[str]:
    files = [path for folder in SERVICES for path in sorted((ROOT / folder).rglob("*.py"))]
    return [str(path.relative_to(ROOT)) for path in files if path.name != "__init__.py"]


def model_names() -> set[str]:
    return {model.__name__ for model in apps.get_models()}


def events() -> set[str]:
    return set(vars(importlib.import_module("grading.events"))) if find_spec("grading.events") else set()


def test_flow_page_tells_the_truth():
    text = Path(ROOT / "docs/flow.md").read_text()
    assert "| " + " | ".join(COLUMNS) + " |" in text, "the table has these columns"
    assert problems(table(text), services(), model_names(), events()) == []


TRUE = "| claim | `grading/services/claim.py` | `Allocation` | grader | `ScriptTaken` | takes the next script |"
LATER = "| mark | `grading/services/mark.py` | `MarkSheet` | grader | — | seals |"
HEAD = "| stage | module | rows | may act | events | does |\n|---|---|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([TRUE, LATER], []),
        ([LATER, TRUE], ["grading/services/claim.py stands after a later stage"]),
        ([TRUE], ["grading/services/mark.py is missing"]),
        ([TRUE.replace("`Allocation`", "`Alocation`"), LATER], ["claim: there is no row called Alocation"]),
        ([TRUE.replace("Taken", "Gone"), LATER], ["claim: there is no event ScriptGone"]),
        ([TRUE, LATER, LATER.replace("mark.py", "seal.py")], ["grading/services/seal.py is no service"]),
        (
            [TRUE, LATER.replace("`grading/services/mark.py`", "mark")],
            ["mark: the module column names one file", "grading/services/mark.py is missing"],
        ),
    ],
)
def test_control_planted_untruth_is_named(lines, found):
    files = ["grading/services/claim.py", "grading/services/mark.py"]
    rows = table(HEAD + "\n".join(lines))
    assert problems(rows, files, {"Allocation", "MarkSheet"}, {"ScriptTaken"}) == found
