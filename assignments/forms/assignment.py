"""What a teacher is asked about an assignment: a new one, its settings, a new due time, a copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.forms.fields import (
    ChoiceField,
    LongTextField,
    PlainTextField,
    set_zone,
    to_the_minute,
    without_idle_zeros,
)
from assignments.models import Assignment, Course
from edu_crowd.shared.forms import CountField, NumberField, ZonedDateTimeField
from edu_crowd.shared.text import clean_text, whole_number

MARKDOWN = gettext_lazy("Markdown, with maths between dollar signs: $x^2$.")
Reporting = Assignment.Reporting


def named(name: str) -> Any:
    return capfirst(Assignment._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


class NewAssignmentForm(forms.Form):
    """The first words of a draft."""

    title = PlainTextField(label=named("title"), max_length=200)
    instructions = LongTextField(label=named("instructions"), required=False, help_text=MARKDOWN)
    opens_at = ZonedDateTimeField(
        label=named("opens_at"), required=False, help_text=gettext_lazy("Empty: as soon as it is published.")
    )
    due_at = ZonedDateTimeField(
        label=named("due_at"), required=False, help_text=gettext_lazy("It can also be set later.")
    )

    def __init__(self, data: QueryDict | None = None, *, course: Course, **options: Any) -> None:
        super().__init__(data, **options)
        set_zone(self, course)


class ReopenForm(forms.Form):
    """Until when papers are taken again."""

    due_at = ZonedDateTimeField(label=gettext_lazy("New due time"))

    def __init__(self, data: QueryDict | None = None, *, course: Course, **options: Any) -> None:
        super().__init__(data, **options)
        set_zone(self, course)


class CopyForm(forms.Form):
    """Where a copy goes, and what it is called there."""

    title = PlainTextField(label=gettext_lazy("Title of the copy"), max_length=200)
    course = ChoiceField(label=gettext_lazy("Into the course"))

    def __init__(self, data: QueryDict | None = None, *, courses: Iterable[Course], **options: Any) -> None:
        super().__init__(data, **options)
        self.courses = {str(course.pk): course for course in courses}
        field = self.fields["course"]
        assert isinstance(field, ChoiceField)  # noqa: S101  # declared above
        field.choices = [(key, str(course)) for key, course in self.courses.items()]


@dataclass(frozen=True)
class Band:
    """One row of cut scores as it stands in the form."""

    label: str
    cut: str

    @property
    def is_empty(self) -> bool:
        return not (self.label.strip() or self.cut.strip())


class SettingsForm(forms.Form):
    """All settings of an assignment, of which only those that are open to change are asked."""

    title = PlainTextField(label=named("title"), max_length=200)
    instructions = LongTextField(label=named("instructions"), required=False, rows=8, help_text=MARKDOWN)
    opens_at = ZonedDateTimeField(
        label=named("opens_at"), required=False, help_text=gettext_lazy("Empty: as soon as it is published.")
    )
    due_at = ZonedDateTimeField(label=named("due_at"), required=False)
    late_rule = ChoiceField(label=named("late_rule"), choices=Assignment.LateRule.choices)
    late_percent_per_day = NumberField(
        label=named("late_percent_per_day"),
        help_text=Assignment._meta.get_field("late_percent_per_day").help_text,
        min_value=Decimal(0),
        max_value=Decimal(100),
        decimal_places=2,
        max_digits=5,
    )
    late_days = CountField(label=named("late_days"), max_value=365)
    cooling_minutes = CountField(
        label=named("cooling_minutes"),
        max_value=10_000,
        help_text=gettext_lazy("After handing in, a student can take the paper back for so long."),
    )
    attempts = CountField(
        label=named("attempts"), min_value=1, max_value=100, help_text=gettext_lazy("The last one handed in counts.")
    )
    time_limit_minutes = CountField(
        label=named("time_limit_minutes"),
        required=False,
        min_value=1,
        max_value=30_000,
        help_text=gettext_lazy("From the moment a student begins. Empty: no limit."),
    )
    reporting = ChoiceField(label=named("reporting"), choices=Reporting.choices)
    report_step = NumberField(
        label=named("report_step"),
        min_value=Decimal("0.01"),
        decimal_places=2,
        max_digits=6,
        help_text=gettext_lazy("A step such as 0.5 or 1."),
    )
    pass_label = PlainTextField(label=gettext_lazy("What a pass is called"), required=False, max_length=40)
    pass_from = PlainTextField(
        label=gettext_lazy("Pass from this percentage of the points"), required=False, max_length=20
    )

    def __init__(
        self, data: QueryDict | None = None, *, assignment: Assignment, open_fields: Iterable[str], again: bool = False
    ) -> None:
        """Show an assignment as it is; with `again`, what was typed, not yet judged."""
        stored = {name: getattr(assignment, name) for name in self.base_fields if hasattr(assignment, name)}
        initial = without_idle_zeros(to_the_minute(stored, "opens_at", "due_at")) | _pass_of(assignment)
        if again and data is not None:
            initial |= {name: data[name] for name in self.base_fields if name in data}
        super().__init__(None if again else data, initial=initial)
        asked = {*open_fields, *(("pass_label", "pass_from") if "bands" in open_fields else ())}
        for name in set(self.fields) - asked:
            del self.fields[name]
        set_zone(self, assignment.course)
        self.asks_bands = "bands" in open_fields
        self.bands = _bands_of(assignment) if data is None else _bands_in(data)

    def change_rows(self, action: str) -> bool:
        """Add or remove a row of cut scores, where the button says so."""
        if action == "add-band":
            self.bands.append(Band("", ""))
        elif action.startswith("remove-band-"):
            number = whole_number(action.removeprefix("remove-band-"))
            if number is not None and number < len(self.bands):
                del self.bands[number]
        else:
            return False
        return True

    def changes(self) -> dict[str, Any]:
        """Return the settings that were changed, by their names as fields of the row."""
        changed = {name: self.cleaned_data[name] for name in self.changed_data if not name.startswith("pass_")}
        reporting = self.cleaned_data.get("reporting")
        if reporting == Reporting.BANDS:
            changed["bands"] = [{"label": one.label, "from": one.cut} for one in self.bands if not one.is_empty]
        elif reporting == Reporting.PASS_FAIL:
            changed["bands"] = [{"label": self.cleaned_data["pass_label"], "from": self.cleaned_data["pass_from"]}]
        return changed


def _bands_of(assignment: Assignment) -> list[Band]:
    rows = assignment.bands if assignment.reporting == Reporting.BANDS and isinstance(assignment.bands, list) else []
    known = [Band(str(one.get("label", "")), str(one.get("from", ""))) for one in rows if isinstance(one, dict)]
    return known or [Band("", "")] * 3


def _bands_in(data: QueryDict) -> list[Band]:
    rows = zip(data.getlist("band_label"), data.getlist("band_from"), strict=False)
    return [Band(clean_text(label)[:200], clean_text(cut)[:200]) for label, cut in rows] or [Band("", "")]


def _pass_of(assignment: Assignment) -> dict[str, str]:
    if assignment.reporting == Reporting.PASS_FAIL and assignment.bands and isinstance(assignment.bands[0], dict):
        only = assignment.bands[0]
        return {"pass_label": str(only.get("label", "")), "pass_from": str(only.get("from", ""))}
    with translation.override(assignment.course.language):  # a record speaks the course's language
        return {"pass_label": _("pass"), "pass_from": "60"}
