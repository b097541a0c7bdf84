"""Our own source, read as text: which files there are and what each imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("edu_crowd", "assignments", "rubrics", "grading")
# The apps by label, lowest first: each may know those before it.
ARROWS = ("shared", "people", "ledger", "assignments", "rubrics", "grading", "site")


def source_files(*folders: str) -> Iterator[Path]:
    for folder in folders or PACKAGES:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    """Return what a file imports, dotted: `from a.b import c` counts as a.b and as a.b.c."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # A relative import: as many parents up as it has dots.
            above = path.parent.joinpath(*[".."] * (node.level - 1)).resolve() if node.level else None
            prefix = ".".join(above.relative_to(ROOT).parts) if above and above.is_relative_to(ROOT) else ""
            module = ".".join(filter(None, [prefix, node.module or ""]))
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def names_used(path: Path) -> set[str]:
    """Return every identifier, attribute, keyword, imported name and string of a file, docstrings apart."""
    names: set[str] = set()
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(path.read_text())):  # a parent comes before its children
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            docstrings.add(id(getattr(node.body[0], "value", None)))
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            names.add(node.value)
    return names
