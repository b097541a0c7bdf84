"""Numbers as people read them."""

from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()
HUNDREDTH = Decimal("0.01")


@register.filter
def points(value: Decimal | str | None) -> str:
    """Return points to the hundredth, without idle zeros: 3.5000 is 3.5."""
    if value is None or value == "":
        return "–"
    rounded = Decimal(value).quantize(HUNDREDTH, ROUND_HALF_UP)
    whole = rounded == rounded.to_integral_value()
    return number_format(rounded.quantize(Decimal(1)) if whole else rounded.normalize())


@register.filter
def percent(share: float | None) -> str:
    """Return a share as a whole percentage: 0.625 is 63 %."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")
