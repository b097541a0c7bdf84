"""Cells that a spreadsheet shows and never runs."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from edu_crowd.shared.text import clean_text

# What begins a formula, full width too, as a Japanese keyboard types it; and "#", which begins the name of an error.
FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
RISKY = FORMULA | {"#"}
# Of UTF-16, as Excel counts.
LONGEST = 32_767
# XML has no way to write them, and whole workbooks are lost to one.
_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}


@dataclass(frozen=True)
class Column:
    """A column: its header, its width in characters, and what it means."""

    title: str
    width: int = 12
    about: str = ""


def plain_text(text: str) -> str:
    """Return text without what no cell can hold, cut to what one can."""
    if text.isprintable() and len(text) * 2 <= LONGEST:
        return text
    text = clean_text(text).translate(_NO_CHARACTERS).replace("\r\n", "\n").replace("\r", "\n")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    note = _("… (cut: a cell holds no more)")
    return units[: 2 * (LONGEST - len(note))].decode("utf-16-le", errors="ignore") + note


def csv_value(value: Any) -> str:
    """Return a value as CSV has it; text that a spreadsheet would run gets an apostrophe, as OWASP advises."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = plain_text(value)
        return f"'{text}" if text and text[0] in FORMULA else text
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)
