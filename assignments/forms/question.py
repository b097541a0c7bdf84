"""A form per kind of question: its words and points, and the key that the machine marks by.

Rows (options, units) are read as they were typed, so that adding one without a script loses nothing; whether the key
makes sense is said by `assignments.autograde.check_key` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from assignments.forms.fields import ChoiceField, LongTextField, PlainTextField, without_idle_zeros
from assignments.models import Assignment, Question
from edu_crowd.shared.forms import NumberField
from edu_crowd.shared.text import clean_text, whole_number

MOST_ROWS = 60
Kind = Question.Kind


@dataclass(frozen=True)
class Option:
    text: str = ""
    is_right: bool = False


@dataclass(frozen=True)
class Unit:
    spelling: str = ""
    factor: str = ""


class QuestionForm(forms.Form):
    """What every question has. `again` shows what was typed without judging it."""

    # The rows of this kind, as the address of a partial names them; None where it has none.
    rows_name: str | None = None
    row: type[Option] | type[Unit] = Option

    prompt = LongTextField(
        label=capfirst(Question._meta.get_field("prompt").verbose_name),
        max_length=20_000,
        help_text=gettext_lazy("Markdown, with maths between dollar signs: $x^2$."),
    )
    points = NumberField(label=gettext_lazy("Points"), min_value=Decimal("0.01"), max_digits=7, decimal_places=2)
    language = ChoiceField(
        label=gettext_lazy("Language of the question"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Screen readers speak it so, and graders are found by it."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        assignment: Assignment,
        question: Question | None = None,
        words_only: bool = False,
        again: bool = False,
    ) -> None:
        initial: dict[str, Any] = {"language": assignment.course.language, **self.initial_key({})}
        if question is not None:
            initial |= {"prompt": question.prompt, "points": question.points, "language": question.language}
            initial |= self.initial_key(question.key)
        if again and data is not None:
            initial |= self.typed(data)
        super().__init__(None if again else data, initial=without_idle_zeros(initial))
        self.rows = self.rows_of(question.key if question else {}) if data is None else self.rows_in(data)
        self.fields["prompt"].widget.attrs["lang"] = (data or initial).get("language") or assignment.course.language
        if words_only:
            self.fields = {name: self.fields[name] for name in ("prompt", "language")}

    def typed(self, data: QueryDict) -> dict[str, Any]:
        return {
            name: name in data if isinstance(field, forms.BooleanField) else data.get(name, "")
            for name, field in self.base_fields.items()
        }

    def initial_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the fields of the key show."""
        return {}

    def rows_of(self, key: Mapping[str, Any]) -> list[Any]:
        return []

    def rows_in(self, data: QueryDict) -> list[Any]:
        return []

    def key(self) -> dict[str, Any]:
        """Return the key as it was typed; only of a form that is valid."""
        return {}

    def change_rows(self, action: str) -> bool:
        """Add or remove a row, where the button says so."""
        if action == "add-row" and len(self.rows) < MOST_ROWS:
            self.rows.append(self.row())
        elif action.startswith("remove-row-"):
            number = whole_number(action.removeprefix("remove-row-"))
            if number is not None and number < len(self.rows):
                del self.rows[number]
        elif action != "add-row":
            return False
        return True


class SingleForm(QuestionForm):
    rows_name = "options"

    def rows_of(self, key: Mapping[str, Any]) -> list[Option]:
        right = key.get("right", [])
        ticked = set(right) if isinstance(right, list) else {right}
        options = [Option(str(text), number in ticked) for number, text in enumerate(key.get("options", []))]
        return options or [Option()] * 4

    def rows_in(self, data: QueryDict) -> list[Option]:
        right = set(data.getlist("right"))
        texts = data.getlist("option")[:MOST_ROWS]
        return [Option(clean_text(text), str(number) in right) for number, text in enumerate(texts)]

    def filled(self) -> list[Option]:
        """Return the rows that say something; an empty one that is ticked stays, to be complained about."""
        return [one for one in self.rows if one.text.strip() or one.is_right]

    def key(self) -> dict[str, Any]:
        options = self.filled()
        right = next((number for number, one in enumerate(options) if one.is_right), None)
        return {"options": [one.text for one in options], "right": right}


class MultipleForm(SingleForm):
    rule = ChoiceField(
        label=gettext_lazy("How it is marked"),
        choices=[
            ("share", gettext_lazy("A share per right tick, less one per wrong tick, never under 0")),
            ("all", gettext_lazy("All points for exactly the right ticks, else none")),
        ],
    )

    def initial_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {"rule": key.get("rule", "share")}

    def key(self) -> dict[str, Any]:
        options = self.filled()
        return {
            "options": [one.text for one in options],
            "right": [number for number, one in enumerate(options) if one.is_right],
            "rule": self.cleaned_data["rule"],
        }


class NumericForm(QuestionForm):
    rows_name = "units"
    row = Unit

    value = PlainTextField(
        label=gettext_lazy("Right number"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    tolerance = PlainTextField(
        label=gettext_lazy("Tolerance"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("How far an answer may lie off and still be right; 0 for not at all."),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    tolerance_in = ChoiceField(
        label=gettext_lazy("The tolerance is"),
        choices=[
            ("absolute", gettext_lazy("a distance in the unit of the number")),
            ("percent", gettext_lazy("percent of the number")),
        ],
    )

    def initial_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": "", "tolerance": "0", "tolerance_in": "absolute"} | {
            name: key[name] for name in ("value", "tolerance", "tolerance_in") if name in key
        }

    def rows_of(self, key: Mapping[str, Any]) -> list[Unit]:
        units = key.get("units", {})
        return [Unit(spelling, str(factor)) for spelling, factor in units.items()] or [Unit()]

    def rows_in(self, data: QueryDict) -> list[Unit]:
        rows = zip(data.getlist("unit"), data.getlist("factor"), strict=False)
        return [Unit(clean_text(spelling)[:40], clean_text(factor)[:40]) for spelling, factor in rows][:MOST_ROWS]

    def key(self) -> dict[str, Any]:
        # A row without a unit accepts the bare number, which needs a factor to be meant.
        units = {one.spelling: one.factor for one in self.rows if one.spelling.strip() or one.factor.strip()}
        return {
            "value": self.cleaned_data["value"],
            "tolerance": self.cleaned_data["tolerance"],
            "tolerance_in": self.cleaned_data["tolerance_in"],
            "units": units,
        }


class ShortTextForm(QuestionForm):
    accepted = LongTextField(
        label=gettext_lazy("Accepted answers"),
        required=False,
        rows=4,
        max_length=20_000,
        help_text=gettext_lazy("One per line. Width, case and spaces make no difference."),
    )
    fold_kana = forms.BooleanField(
        label=gettext_lazy("Hiragana and katakana make no difference either"), required=False
    )

    def initial_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        return {"accepted": "\n".join(key.get("accepted", [])), "fold_kana": key.get("fold_kana", False)}

    def key(self) -> dict[str, Any]:
        return {
            "accepted": self.cleaned_data["accepted"].splitlines(),
            "fold_kana": self.cleaned_data["fold_kana"],
        }


FORMS: dict[str, type[QuestionForm]] = {
    Kind.SINGLE: SingleForm,
    Kind.MULTIPLE: MultipleForm,
    Kind.NUMERIC: NumericForm,
    Kind.SHORT_TEXT: ShortTextForm,
}


def form_for(kind: str) -> type[QuestionForm]:
    return FORMS.get(kind, QuestionForm)
