"""Every figure that the pages print is what comes out."""

import doctest
import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import grading.agreement as package
from benchmarks import coverage
from grading.agreement import Ratings, Reason
from tests.grading.agreement import page as tables

ROOT = Path(__file__).resolve().parents[3]
PAGE = tables.PAGE
PAGES = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs").rglob("*.md"))]
REPLICATES = 300
CELLS = list(product(coverage.SHARES, coverage.UNITS, coverage.RELIABILITIES))


def run(path: Path) -> doctest.TestResults:
    return doctest.testfile(str(path), module_relative=False, encoding="utf-8")


@pytest.mark.parametrize("path", [page for page in PAGES if ">>>" in page.read_text()], ids=lambda path: path.name)
def test_examples_of_page_print_what_it_says(path):
    result = run(path)
    assert (result.failed, result.attempted > 0) == (0, True)


def test_control_wrong_figure_is_seen(tmp_path, capsys):
    wrong = tmp_path / "page.md"
    wrong.write_text(PAGE.read_text().replace("    0.743\n", "    0.744\n", 1))
    assert run(wrong).failed == 1
    assert "0.744" in capsys.readouterr().out


@pytest.mark.parametrize("name", tables.PARTS)
def test_table_in_page_is_the_one_from_the_code(name):
    assert tables.part(PAGE.read_text(), name) == tables.PARTS[name](), "python -m tests.grading.agreement.page"


@pytest.mark.parametrize("reason", tables.INSTANCES, ids=str)
def test_call_in_page_has_the_reason(reason):
    names = {name: getattr(package, name) for name in package.__all__} | {"t": Ratings.from_table}
    assert eval(tables.INSTANCES[reason], names).reason == reason  # noqa: S307 -- the calls are our own


def test_reasons_without_a_call_occur_nowhere():
    without = set(Reason) - set(tables.INSTANCES)
    source = "".join(path.read_text() for path in (ROOT / "grading/agreement").glob("*.py"))
    assert without == {reason for reason in Reason if f"Reason.{reason.name}" not in source}


def covered() -> list[dict]:
    """Return the table of coverage as the command writes its figures."""
    header, _, *lines = tables.part(PAGE.read_text(), "coverage").splitlines()
    names = [cell.strip() for cell in header.strip("|").split("|")][3:-1]
    rows = []
    for line in lines:
        marks, papers, reliability, *figures, _ = (cell.strip(" *") for cell in line.strip("|").split("|"))
        shares = dict(zip(names, map(float, figures), strict=True))
        key = {"shares": marks, "n": int(papers.split(",")[0]), "reliability": float(reliability)}
        rows.append(key | {"coverage": shares})
    return rows


def test_coverage_in_page_has_the_form_and_the_bounds_of_the_command():
    rows = covered()
    assert tables.part(PAGE.read_text(), "coverage") == coverage.markdown(rows)
    assert [(row["shares"], row["n"], row["reliability"]) for row in rows] == CELLS
    small = coverage.marks(np.random.default_rng(1), 20, coverage.SHARES["flat"], 0.7)
    assert all(list(row["coverage"]) == list(coverage.four(small)) for row in rows)


def test_coverage_writes_its_table(tmp_path, monkeypatch, capsys):
    for name, value in {"UNITS": (20,), "RELIABILITIES": (0.7,), "POPULATION": 20_000}.items():
        monkeypatch.setattr(coverage, name, value)
    written, figures = tmp_path / "table.md", tmp_path / "figures.json"
    options = ["--replicates", "40", "--degrees", "--markdown", str(written), "--json", str(figures)]
    monkeypatch.setattr("sys.argv", ["coverage", *options])
    coverage.main()
    assert written.read_text() == coverage.markdown(json.loads(figures.read_text()))
    assert "| flat | 20, few papers | 0.7 |" in written.read_text()
    both = json.loads(figures.read_text())[1]["coverage"]
    assert all(both[f"{name}, n − 1"] <= share for name, share in both.items() if "n − 1" not in name)
    assert "few papers" in capsys.readouterr().out


@pytest.mark.long
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_coverage_in_page_is_found_again(cell):
    found = coverage.coverage(*cell, REPLICATES, coverage.four)
    for name, (share, without) in found.items():
        stated = covered()[CELLS.index(cell)]["coverage"][name]
        assert share == pytest.approx(stated, abs=4 * (stated * (1 - stated) / (REPLICATES - without)) ** 0.5)


def test_tests_and_pages_that_are_named_exist():
    tests = "".join(path.read_text() for path in (ROOT / "tests/grading/agreement").glob("test_*.py"))
    for path in PAGES:
        text = path.read_text()
        for name in re.findall(r"`(test_\w+)`", text):
            assert f"def {name}(" in tests, f"{path.name} names {name}"
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (path.parent / link).exists(), f"{path.name} links {link}"
