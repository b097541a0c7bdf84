"""A rubric as it is shown: the same partial draws rows of the database, a checked grid and a typed one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template

from edu_crowd.shared.text import parse_number
from rubrics import changes

register = template.Library()


@register.filter
def levels_of(criterion: Any) -> Sequence[Any]:
    levels = criterion.levels
    return levels.all() if hasattr(levels, "all") else levels


@register.filter
def number(value: Decimal | int | str) -> str:
    """Return a number without idle zeros; what was typed and is no number, as it was typed."""
    found = parse_number(value) if isinstance(value, str) else Decimal(value)
    return str(value) if found is None else changes.plain_number(found)


@register.filter
def scale_name(scale: str) -> str:
    return changes.scale_name(scale)


@register.filter
def fault(part: Any, name: str) -> str:
    """Return what is wrong with one field of a typed grid; "" where nothing is."""
    return str(part.faults.get(name, ""))
