"""The tables of docs/agreement.md that come from the code.  `.venv/bin/python -m tests.grading.agreement.page`

rewrites them in the page. The table of coverage comes from `make bench-coverage ARGS="--markdown FILE"`; name FILE as
an argument to put it there.
"""

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path

import grading.agreement as package
from grading.agreement import Reason
from tests.grading.agreement.test_base_readings import simulated

PAGE = Path(__file__).resolve().parents[3] / "docs/agreement.md"

# A call that has the reason; `t` is Ratings.from_table.
INSTANCES = {
    Reason.NO_OVERLAP: 'krippendorff_alpha(t([[1, None], [None, 2]]), "nominal")',
    Reason.NO_VARIATION: 'krippendorff_alpha(t([[5, 5], [5, 5]]), "ordinal")',
    Reason.ONE_UNIT: "fleiss_kappa(t([[1, 2]]))",
    Reason.TOO_FEW: 'krippendorff_alpha(t([[1, 1], [2, 3]]), "nominal")',
    Reason.DISCONNECTED: "variance_components(t([[1, 2, None, None], [None, None, 3, 5]]))",
    Reason.NEEDS_TWO_GRADERS: "cohen_kappa(t([[1, 2, 1], [2, 2, 2]]))",
    Reason.INCOMPLETE: "kendall_w(t([[1, 2], [3, None], [2, 1]]))",
    Reason.NOT_A_RATIO_SCALE: 'krippendorff_alpha(t([[-1, 1], [2, 2]]), "ratio")',
    Reason.WRONG_SCALE: 'krippendorff_alpha(t([["a", "b"], ["b", "b"]]), "interval")',
    Reason.NO_LEVELS: "gwet_ac(t([], levels=[]))",
    Reason.NOT_COMPUTED: "fleiss_null_z(t([[1, 1], [2, 3]]))",
}


def part(page: str, name: str) -> str:
    """Return what stands in the page between the marks of that name."""
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert found, f"the page has no part {name}"
    return found[1]


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def reasons() -> str:
    """Each reason, when its docstring says it occurs, and a call that has it."""
    said = inspect.getdoc(Reason) or ""
    when = dict(re.findall(r"^(\w+)\n((?:    .+\n?)+)", said, re.MULTILINE))
    rows = []
    for reason in Reason:
        instance = f"`{INSTANCES[reason]}`" if reason in INSTANCES else "—"
        rows.append([f"`{reason}`", " ".join(when[reason.name].split()), instance])
    return table(["reason", "when", "for instance"], rows)


def reference() -> str:
    """Each exported name with the first sentence of its docstring."""
    rows = []
    for name in package.__all__:
        first = (inspect.getdoc(getattr(package, name)) or "").split("\n\n")[0]
        rows.append([f"`{name}`", " ".join(first.split()).replace("|", "\\|")])
    return table(["name", "what it is, or returns"], rows)


def base_readings() -> str:
    """The truth and the mean differences from it, over base readings and over all."""
    rows = [[name, *(f"{round(number, 3) + 0.0:.3f}" for number in numbers)] for name, numbers in simulated().items()]
    return table(["figure", "true value", "base readings", "all readings"], rows)


PARTS: dict[str, Callable[[], str]] = {"base readings": base_readings, "reasons": reasons, "reference": reference}


def main() -> None:
    parts = {name: make() for name, make in PARTS.items()}
    if len(sys.argv) > 1:
        parts["coverage"] = Path(sys.argv[1]).read_text()
    page = PAGE.read_text()
    for name, made in parts.items():
        page = page.replace(f"<!-- {name} -->\n{part(page, name)}", f"<!-- {name} -->\n{made}")
    PAGE.write_text(page)


if __name__ == "__main__":
    main()
