"""Real marks from the folder that EDU_CROWD_DATA names, with the reference of experts where there is one."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class NoData(Exception):
    """EDU_CROWD_DATA is not set."""


@dataclass(frozen=True)
class Marks:
    """Rows of unit, grader and points per criterion; `reference` is what experts gave a unit on each criterion."""

    unit: list[str]
    grader: list[str]
    points: dict[str, list[float | None]]
    reference: dict[str, dict[str, float]] = field(default_factory=dict)


def folder() -> Path:
    named = os.environ.get("EDU_CROWD_DATA")
    if not named:
        raise NoData("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    return Path(named)


def rows(path: str) -> Iterator[dict[str, str]]:
    with (folder() / path).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def peer_tutor() -> Marks:
    peers, tutors = list(rows("peer_tutor/peer_grades.csv")), list(rows("peer_tutor/tutor_grades.csv"))
    names = [f"item{c}" for c in range(1, 6)]
    reference = {}
    for c, name in enumerate(names, start=1):
        given = defaultdict(list)
        for row in tutors:
            given[row["file_name"]].append(float(row[f"criteria_{c}"]))
        reference[name] = {unit: float(np.mean(values)) for unit, values in given.items()}
    return Marks(
        unit=[row["file_name"] for row in peers],
        grader=[row["assessor_id"] for row in peers],
        points={name: [float(row[name]) for row in peers] for name in names},
        reference=reference,
    )


def immer01a() -> Marks:
    found = list(rows("immer/data.immer01a.csv"))
    unit = [f"{row['idstud']} {row['type']}" for row in found]
    points = {name: [number(row[name]) for row in found] for name in ("k1", "k2", "k3", "k4", "k5")}
    return Marks(unit, [row["rater"] for row in found], points)


def ratings3() -> Marks:
    found = list(rows("sirt/data.ratings3.csv"))
    points = {name: [number(row[name]) for row in found] for name in ("crit2", "crit3", "crit4", "crit6")}
    return Marks([row["idstud"] for row in found], [row["rater"] for row in found], points)


def number(cell: str) -> float | None:
    return None if cell in ("", "NA") else float(cell)
