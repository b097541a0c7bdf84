"""What is wrong with a typed grid, each fault at its field and with the words that find it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from edu_crowd.shared.forms import CountField, NumberField
from rubrics.editor import LONGEST_KEY, MOST_CRITERIA, MOST_LEVELS, TypedCriterion, TypedLevel, TypedRubric, keys_for
from rubrics.models import Criterion
from rubrics.queries import CriterionSpec, LevelSpec

LONGEST_TITLE, LONGEST_LABEL, LONGEST_DESCRIPTOR = 200, 80, 5_000
TITLE = forms.CharField(max_length=LONGEST_TITLE)
LABEL = forms.CharField(max_length=LONGEST_LABEL)
KEY = forms.SlugField(max_length=LONGEST_KEY, allow_unicode=True)
WEIGHT = NumberField(min_value=0, max_digits=6, decimal_places=3)
TOLERANCE = CountField(max_value=MOST_LEVELS)
POINTS = NumberField(max_digits=7, decimal_places=2)


@dataclass(frozen=True)
class Fault:
    """One thing to mend: the field it is in, a sentence that says where that is, and the row of the sheet, if any."""

    field: str
    sentence: str
    row: int | None = None


def check(typed: TypedRubric) -> tuple[list[CriterionSpec], list[Fault]]:
    """Return what was typed, checked, and all that is wrong with it; each fault is noted at its part as well."""
    return _Check(typed).run()


class _Check:
    def __init__(self, typed: TypedRubric) -> None:
        self.typed = typed
        self.found: list[Fault] = []

    def run(self) -> tuple[list[CriterionSpec], list[Fault]]:
        typed = self.typed
        if not typed.title:
            self._note(typed, "title", _("The rubric has no title. Give it one."))
        elif len(typed.title) > LONGEST_TITLE:
            self._clean(TITLE, typed, "title", _("Title of the rubric"))
        if not typed.criteria:
            self._note(typed, "criteria", _("A rubric needs a criterion. Add one."))
        if len(typed.criteria) > MOST_CRITERIA:
            self._note(
                typed,
                "criteria",
                _("A rubric has %(most)s criteria at most, and these are %(given)s. Remove some.")
                % {"most": MOST_CRITERIA, "given": len(typed.criteria)},
            )
        specs = [
            self._criterion(criterion, key, number)
            for number, (criterion, key) in enumerate(zip(typed.criteria, keys_for(typed), strict=True), start=1)
        ]
        if not self.found and not any(spec.weight and max(level.points for level in spec.levels) > 0 for spec in specs):
            self._note(
                typed, "criteria", _("Nobody could win a point: give a level more than 0 points, with a weight.")
            )
        return specs, self.found

    def _criterion(self, typed: TypedCriterion, key: str, number: int) -> CriterionSpec:
        where = _("Criterion %(number)s") % {"number": number}
        if typed.title:
            where = _("Criterion %(number)s, “%(title)s”") % {"number": number, "title": typed.title[:40]}
        elif len(typed.title) <= LONGEST_TITLE:
            self._note(typed, "title", _("%(where)s has no title. Give it one.") % {"where": where})
        if len(typed.title) > LONGEST_TITLE:
            self._clean(TITLE, typed, "title", where)
        if typed.key:
            self._clean(KEY, typed, "key", f"{where}, {_('key')}")
        weight = self._clean(WEIGHT, typed, "weight", f"{where}, {_('weight')}")
        tolerance = self._clean(TOLERANCE, typed, "tolerance", f"{where}, {_('tolerance in levels')}")
        if typed.scale not in Criterion.Scale.values:
            self._note(
                typed,
                "scale",
                _("%(where)s: “%(given)s” is no scale. Choose one of: %(scales)s.")
                % {"where": where, "given": typed.scale[:40], "scales": ", ".join(map(str, Criterion.Scale.labels))},
            )
        if not typed.levels:
            self._note(typed, "levels", _("%(where)s has no level. Add one.") % {"where": where})
        if len(typed.levels) > MOST_LEVELS:
            self._note(
                typed,
                "levels",
                _("%(where)s has %(given)s levels, and %(most)s are the most. Remove some.")
                % {"where": where, "given": len(typed.levels), "most": MOST_LEVELS},
            )
        return CriterionSpec(
            key=key,
            title=typed.title,
            levels=tuple(self._levels(typed, where)),
            weight=Decimal(1) if weight is None else weight,
            tolerance=1 if tolerance is None else tolerance,
            scale=typed.scale,
        )

    def _levels(self, criterion: TypedCriterion, criterion_is: str) -> Iterator[LevelSpec]:
        worth: dict[Decimal, int] = {}
        for number, typed in enumerate(criterion.levels, start=1):
            where = _("%(criterion)s, level %(number)s") % {"criterion": criterion_is, "number": number}
            points = self._clean(POINTS, typed, "points", f"{where}, {_('points')}")
            if points is not None and points in worth:
                self._note(
                    typed,
                    "points",
                    _("%(where)s is worth the same points as level %(other)s. Change one.")
                    % {"where": where, "other": worth[points]},
                )
            if points is not None:
                worth.setdefault(points, number)
            if not typed.label:
                self._note(typed, "label", _("%(where)s has no name. Give it one.") % {"where": where})
            else:
                self._clean(LABEL, typed, "label", where)
            if over := max(len(typed.descriptor) - LONGEST_DESCRIPTOR, 0):
                sentence = ngettext(
                    "%(where)s: the description is %(over)s character too long.",
                    "%(where)s: the description is %(over)s characters too long.",
                    over,
                )
                self._note(typed, "descriptor", sentence % {"where": where, "over": over})
            yield LevelSpec(Decimal(number) if points is None else points, typed.label, typed.descriptor)

    def _clean(self, field: forms.Field, part: Any, name: str, where: str) -> Any:
        if not getattr(part, name):
            self._note(part, name, _("%(where)s: nothing is given. Write a number.") % {"where": where})
            return None
        try:
            return field.clean(getattr(part, name))
        except ValidationError as error:
            self._note(part, name, f"{where}: {' '.join(error.messages)}")
            return None

    def _note(self, part: TypedRubric | TypedCriterion | TypedLevel, name: str, sentence: str) -> None:
        part.faults.setdefault(name, sentence)
        prefix = getattr(part, "name", "")
        self.found.append(Fault(f"{prefix}-{name}" if prefix else name, sentence, getattr(part, "row", None)))
