"""What all forms share: how they look, and fields that take what people really type."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.translation import gettext as _

from edu_crowd.shared.text import parse_number

# No class lives outside of these years, and sums with the first and the last years there are end in an error.
FIRST_YEAR, LAST_YEAR = 1970, 2200


class Renderer(TemplatesSetting):
    """`{{ form }}` draws all fields, `{{ form.title.as_field_group }}` one: label, help, field, errors."""

    form_template_name = "site/_form.html"
    field_template_name = "site/_field.html"


class NumberField(forms.DecimalField):
    """A number in any usual spelling: full-width digits and a decimal comma are as good."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs take it for an integer's
        if value in self.empty_values:
            return None
        number = value if isinstance(value, Decimal) else parse_number(str(value))
        if number is None:
            raise ValidationError(_("“%(value)s” is no number. Write it like 2.5."), params={"value": value})
        return number


class CountField(NumberField):
    """A whole number, 0 or more unless `min_value` says otherwise."""

    def __init__(self, *, min_value: int = 0, **options: Any) -> None:
        super().__init__(min_value=min_value, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as above
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(_("Write a whole number.")) from None

    def clean(self, value: Any) -> int | None:
        number = super().clean(value)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValidationError(_("Write a whole number."))
        return int(number)


class ZonedDateTimeField(forms.DateTimeField):
    """A wall-clock time in a zone that the form sets; an hour that the clocks skip or repeat is refused."""

    def __init__(self, *, zone: ZoneInfo | None = None, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
        super().__init__(**options)
        self.zone = zone

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and timezone.is_aware(value):
            return value.astimezone(self.zone or timezone.get_current_timezone()).replace(tzinfo=None)
        return value

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone or timezone.get_current_timezone()):
            instant = super().to_python(value)
        if instant is not None and not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise ValidationError(
                _("Choose a year from %(first)s to %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
            )
        return instant
