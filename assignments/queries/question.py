"""Questions as their teacher reads them: rendered, with the key in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assignments.models import Assignment, Question
from edu_crowd.shared.templatetags.numbers import points
from edu_crowd.shared.text import render_text

Kind = Question.Kind


@dataclass(frozen=True)
class QuestionLine:
    question: Question
    prompt: SafeString
    # What the machine marks by; None for what people mark, empty where the key is missing.
    key: list[str] | None


def lines_of(assignment: Assignment) -> list[QuestionLine]:
    """Return the questions in their order."""
    return [line_of(question) for question in assignment.questions.order_by("position")]


def line_of(question: Question) -> QuestionLine:
    key = key_in_words(question) if question.is_machine_marked else None
    return QuestionLine(question, render_text(question.prompt, language=question.language), key)


def meanwhile(question: Question, fields: Iterable[str]) -> list[tuple[str, str]]:
    """Say what stands in these fields now: the name of each, and its value in words."""
    key = question.key or {}
    right = "\n".join(key_in_words(question)) if question.is_machine_marked else ""
    words = {
        "prompt": question.prompt,
        "language": question.get_language_display(),
        "points": points(question.points),
        "key": "\n".join([*map(str, key.get("options", [])), f"{_('Right:')} {right}"]),
    }
    names = {column.name: str(capfirst(column.verbose_name)) for column in Question._meta.concrete_fields}
    return [(names[name], words[name]) for name in fields]


def key_in_words(question: Question) -> list[str]:
    """Say what is right, in lines; nothing where the key is missing."""
    key: dict[str, Any] = question.key
    if not key:
        return []
    if question.kind in (Kind.SINGLE, Kind.MULTIPLE):
        right = [key["right"]] if question.kind == Kind.SINGLE else key["right"]
        return [str(key["options"][position]) for position in right]
    if question.kind == Kind.NUMERIC:
        return [_tolerated(key), *([_units(key)] if key["units"] else [])]
    return [str(form) for form in key["accepted"]]


def _tolerated(key: dict[str, Any]) -> str:
    if key["tolerance"] == "0":
        return str(key["value"])
    sign = " %" if key["tolerance_in"] == "percent" else ""
    return f"{key['value']} ± {key['tolerance']}{sign}"


def _units(key: dict[str, Any]) -> str:
    spelled = sorted(key["units"], key=lambda spelling: (not spelling, spelling))  # PostgreSQL keeps no order
    spellings = ", ".join(spelling or pgettext("no unit", "a bare number") for spelling in spelled)
    return _("accepted units: %(units)s") % {"units": spellings}
