"""How a grade is reported: the cut scores of bands and of a pass. Pure: no rows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Assignment
from edu_crowd.shared.text import parse_number

Reporting = Assignment.Reporting
# What a result can keep as its reported grade.
LONGEST_LABEL = 40


def missing_bands(reporting: str, bands: Sequence[Any]) -> list[str]:
    """List, as sentences, what is wrong with the cut scores of a reported grade."""
    if reporting == Reporting.POINTS:
        return []
    cuts = []
    for band in bands:
        cut = _cut_of(band) if isinstance(band, dict) and {"from", "label"} <= band.keys() else None
        if cut is None or not 0 <= cut <= 100 or not str(band["label"]).strip():
            return [_("Give each band a label and a cut score from 0 to 100 percent.")]
        if len(str(band["label"])) > LONGEST_LABEL:
            return [_("A label has %(limit)d characters at most. Shorten it.") % {"limit": LONGEST_LABEL}]
        cuts.append(cut)
    if reporting == Reporting.PASS_FAIL and len(cuts) != 1:
        return [_("Give one cut score for a pass.")]
    if not cuts:
        return [_("Give at least one band with its cut score.")]
    if any(lower >= upper for upper, lower in pairwise(cuts)):
        return [_("Order the bands from the top, each with a lower cut score than the one above.")]
    return []


def plain_bands(bands: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the bands with their cut scores as `Decimal` reads them, however they were typed: 80.5 for ８０，５."""
    return [
        {"label": str(band["label"]), "from": f"{cut.normalize() + 0:f}"}
        for band in bands
        if (cut := _cut_of(band)) is not None
    ]


def _cut_of(band: Mapping[str, Any]) -> Decimal | None:
    return parse_number(str(band["from"]))
