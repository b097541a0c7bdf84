"""Numbers as people read them."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def points(value: Decimal | str | None) -> str:
    """Return points without idle zeros: 3.5000 is 3.5."""
    if value is None or value == "":
        return "–"
    number = Decimal(value)
    whole = number == number.to_integral_value()
    return number_format(number.quantize(Decimal(1)) if whole else number.normalize())


@register.filter
def percent(share: float | None) -> str:
    """Return a share as a whole percentage: 0.625 is 63 %."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")
