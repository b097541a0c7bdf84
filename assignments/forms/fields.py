"""Fields that the forms of a teacher share."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _

from assignments.models import Course
from edu_crowd.shared.forms import ZonedDateTimeField
from edu_crowd.shared.text import clean_text


class PlainTextField(forms.CharField):
    """Text that every database takes, with one kind of line break."""

    def to_python(self, value: Any) -> str:
        return clean_text(str(super().to_python(value) or "")).replace("\r\n", "\n")


class LongTextField(PlainTextField):
    """Markdown, on several lines."""

    def __init__(self, *, rows: int = 6, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)


class ChoiceField(forms.ChoiceField):
    """One of a list, in the site's look."""

    widget = forms.Select

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"class": "form-select"}


def set_zone(form: forms.BaseForm, course: Course) -> None:
    """Let every time of the form be typed and shown in the zone of the course, which is named beside it."""
    for field in form.fields.values():
        if isinstance(field, ZonedDateTimeField):
            field.zone = ZoneInfo(course.time_zone)
            zone = _("Time in %(zone)s.") % {"zone": course.time_zone}
            field.help_text = f"{zone} {field.help_text}".strip()


def without_idle_zeros(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with numbers as people write them: 10 for 10.00."""
    return {name: _plain(value) if isinstance(value, Decimal) else value for name, value in values.items()}


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def to_the_minute(values: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return the values with times as a form shows them, so that an untouched one is not taken for a change."""
    return values | {
        name: values[name].replace(second=0, microsecond=0) for name in names if values.get(name) is not None
    }
