"""The analysis as a page of text."""

from collections.abc import Iterator, Mapping
from typing import Any

FLAGS_SHOWN = 20


def as_text(analysis: Mapping[str, Any]) -> str:
    """Return what a person reads: counts, a table of coefficients per criterion, flags, the comparison, notes."""
    return "\n".join(lines(analysis))


def lines(analysis: Mapping[str, Any]) -> Iterator[str]:
    counts = "{n_units} units, {n_graders} graders, {n_marks} marks; connected components: {components}"
    yield counts.format(**analysis)
    if analysis["components"] > 1:
        yield "Severity compares only inside a component: some graders share no unit with the others, however remotely."
    for note in analysis["notes"]:
        yield f"Note: {note}"
    for name, criterion in analysis["criteria"].items():
        yield ""
        yield from criterion_lines(name, criterion)
    yield ""
    yield from flag_lines(analysis["flags"])
    for name, methods in analysis.get("reference_by_criterion", {}).items():
        yield ""
        yield from comparison_lines(name, methods)


def criterion_lines(name: str, criterion: Mapping[str, Any]) -> Iterator[str]:
    levels = criterion["levels"]
    shown = "no levels" if levels is None else f"{len(levels)} levels ({criterion['levels_from']})"
    yield f"{name}: {criterion['scale']}, {shown}"
    for note in criterion["notes"]:
        yield f"  Note: {note}"
    for sentence in criterion["panel"]["reading"]["en"]:
        yield f"  {sentence}"
    yield f"  {'coefficient':<24}{'value':>8}  {'95 % interval':<19}{'units':>7}"
    absent: dict[str, list[str]] = {}
    for key, coefficient in criterion["coefficients"].items():
        if coefficient["value"] is None:
            absent.setdefault(str(coefficient["reason"]), []).append(key)
            continue
        interval = coefficient["reason"]
        if coefficient["interval"]:
            interval = f"{coefficient['low']:.3f} to {coefficient['high']:.3f}"
        yield f"  {key:<24}{coefficient['value']:>8.3f}  {interval:<19}{coefficient['n_units']:>7}"
    for reason, keys in absent.items():
        yield f"  {reason}: {', '.join(keys)}"


def flag_lines(flags: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"{len(flags)} flags" + (f", the first {FLAGS_SHOWN}:" if len(flags) > FLAGS_SHOWN else "")
    for flag in flags[:FLAGS_SHOWN]:
        who = flag["grader"] or "the graders " + ", ".join(flag["graders"])
        yield f"  {flag['unit']}, {flag['criterion']}: {who} ({flag['reason']}, spread {flag['spread']:g})"


def comparison_lines(name: str, methods: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"{name} against the reference"
    yield f"  {'policy':<24}{'n':>7}{'RMSE':>9}{'bias':>9}{'r':>9}{'equal':>9}"
    for method, found in methods.items():
        numbers = (found[key] for key in ("rmse", "bias", "r", "share_right"))
        yield f"  {method:<24}{found['n']:>7}" + "".join(f"{'–' if x is None else f'{x:.3f}':>9}" for x in numbers)
