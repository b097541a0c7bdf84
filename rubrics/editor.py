"""The grid of the editor as it was typed, right or wrong: read from a form, and changed by its buttons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import clean_text
from rubrics.models import Rubric
from rubrics.queries import CriterionSpec, fingerprint, specs_of

MOST_CRITERIA, MOST_LEVELS = 30, 20
LONGEST_KEY = 60
FIELD = re.compile(r"c-(?P<criterion>[0-9]{1,4})-(?:l-(?P<level>[0-9]{1,4})-)?(?P<name>[a-z]+)")
CRITERION_FIELDS = ("key", "title", "weight", "tolerance", "scale")
LEVEL_FIELDS = ("points", "label", "descriptor")


class TooMany(Problem):
    """One more criterion or level than a rubric may have."""


@dataclass
class TypedLevel:
    """One level as typed. `name` is the beginning of its fields' names."""

    name: str
    points: str = ""
    label: str = ""
    descriptor: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    row: int | None = None  # of the sheet it was read from


@dataclass
class TypedCriterion:
    name: str
    key: str = ""
    title: str = ""
    weight: str = "1"
    tolerance: str = "1"
    scale: str = "ordinal"
    levels: list[TypedLevel] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    row: int | None = None

    def add_level(self, *, points: str = "", label: str = "", descriptor: str = "") -> TypedLevel:
        name = f"{self.name}-l-{next_number(one.name for one in self.levels)}"
        level = TypedLevel(name, points=points, label=label, descriptor=descriptor)
        self.levels.append(level)
        return level


@dataclass
class TypedRubric:
    """All that the editor's form holds; `base` is the fingerprint of what it began with."""

    title: str = ""
    base: str = "none"
    criteria: list[TypedCriterion] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)

    def add_criterion(self, *, key: str = "", title: str = "", scale: str = "ordinal") -> TypedCriterion:
        name = f"c-{next_number(one.name for one in self.criteria)}"
        criterion = TypedCriterion(name, key=key, title=title, scale=scale)
        self.criteria.append(criterion)
        return criterion


def next_number(names: Iterable[str]) -> int:
    return max((int(name.rpartition("-")[2]) for name in names), default=-1) + 1


def typed_of(title: str, specs: Sequence[CriterionSpec], *, base: str = "none") -> TypedRubric:
    typed = TypedRubric(title=title, base=base)
    for spec in specs:
        criterion = typed.add_criterion(key=spec.key, title=spec.title, scale=spec.scale)
        criterion.weight, criterion.tolerance = spelled(spec.weight), str(spec.tolerance)
        for level in spec.levels:
            criterion.add_level(points=spelled(level.points), label=level.label, descriptor=level.descriptor)
    return typed


def typed_of_rubric(rubric: Rubric) -> TypedRubric:
    return typed_of(rubric.title, specs_of(rubric), base=fingerprint(rubric))


def spelled(number: Decimal) -> str:
    """Return a number as anybody may type it, without idle zeros."""
    return f"{number.normalize() + 0:f}"


def typed_in(data: Mapping[str, str]) -> TypedRubric:
    """Read a form; what stands first in it comes first, so that moving a part of the page moves the criterion."""
    typed = TypedRubric(title=_line(data.get("title")), base=_line(data.get("base"))[:40])
    criteria: dict[str, TypedCriterion] = {}
    levels: dict[str, TypedLevel] = {}
    for name, value in data.items():
        match = FIELD.fullmatch(name)
        if match is None:
            continue
        place = f"c-{int(match['criterion'])}"
        if place not in criteria:
            criteria[place] = TypedCriterion(place)
            typed.criteria.append(criteria[place])
        if match["level"] is None:
            if match["name"] in CRITERION_FIELDS:
                setattr(criteria[place], match["name"], _line(value))
            continue
        within = f"{place}-l-{int(match['level'])}"
        if within not in levels:
            levels[within] = TypedLevel(within)
            criteria[place].levels.append(levels[within])
        if match["name"] in LEVEL_FIELDS:
            text = _text(value) if match["name"] == "descriptor" else _line(value)
            setattr(levels[within], match["name"], text)
    return typed


def fields_of(typed: TypedRubric) -> dict[str, str]:
    """Return the fields from which `typed_in` reads this grid."""
    fields = {"title": typed.title, "base": typed.base}
    for criterion in typed.criteria:
        fields |= {f"{criterion.name}-{name}": getattr(criterion, name) for name in CRITERION_FIELDS}
        for level in criterion.levels:
            fields |= {f"{level.name}-{name}": getattr(level, name) for name in LEVEL_FIELDS}
    return fields


def changed_by(typed: TypedRubric, button: str) -> str | None:
    """Do what a button of the editor says, `up-c-3` or `remove-c-3-l-2`; return where to go on, if it was one of them.

    Raises `TooMany`.
    """
    verb, _dash, place = button.partition("-")
    if button == "add":
        _leave_room(len(typed.criteria) < MOST_CRITERIA)
        criterion = typed.add_criterion()
        for _number in range(2):
            criterion.add_level()
        return f"{criterion.name}-title"
    for criterion in typed.criteria:
        if verb == "add" and place == criterion.name:
            _leave_room(len(criterion.levels) < MOST_LEVELS)
            return f"{criterion.add_level().name}-points"
        if place == criterion.name:
            return _moved(typed.criteria, criterion, verb) or "add"
        for level in criterion.levels:
            if place == level.name:
                return _moved(criterion.levels, level, verb) or f"add-{criterion.name}"
    return None


def _leave_room(is_left: bool) -> None:
    if not is_left:
        raise TooMany(
            _("A rubric has %(criteria)s criteria at most, of %(levels)s levels each. Remove one first.")
            % {"criteria": MOST_CRITERIA, "levels": MOST_LEVELS}
        )


def _moved(rows: list[TypedCriterion] | list[TypedLevel], row: TypedCriterion | TypedLevel, verb: str) -> str | None:
    at = rows.index(row)  # type: ignore[arg-type]  # a row of this very list
    if verb == "remove":
        del rows[at]
        return None
    to = max(at - 1, 0) if verb == "up" else min(at + 1, len(rows) - 1) if verb == "down" else at
    rows.insert(to, rows.pop(at))  # type: ignore[arg-type]
    return f"{verb}-{row.name}"


def keys_for(typed: TypedRubric) -> list[str]:
    """Return a key per criterion: the one it has, or a new one made of its title, none twice."""
    keys: list[str] = []
    taken = {criterion.key for criterion in typed.criteria if criterion.key}
    for number, criterion in enumerate(typed.criteria, start=1):
        if criterion.key and criterion.key not in keys:
            keys.append(criterion.key)
            continue
        stem = slugify(criterion.title, allow_unicode=True)[: LONGEST_KEY - 4].strip("-_") or f"criterion-{number}"
        key, count = stem, 1
        while key in taken or key in keys:
            count += 1
            key = f"{stem}-{count}"
        keys.append(key)
    return keys


def _line(value: str | None) -> str:
    return " ".join(clean_text(value or "").split())


def _text(value: str) -> str:
    return clean_text(value).replace("\r\n", "\n").replace("\r", "\n").strip()
