"""Marking by machine. Pure: a key, what the student gave, and the points; no rows.

Keys, as `check_key` returns them and as they are stored (numbers are strings, so that they stay exact):

- single      {"options": ["Kyoto", "Tokyo"], "right": 1}: positions count from 0.
- multiple    {"options": ["2", "3", "4"], "right": [0, 1], "rule": "share"}: a share of the points per right tick, less
              one per wrong tick, never under 0; "rule": "all" gives the points for exactly the right ticks only.
- numeric     {"value": "1.5", "tolerance": "0.01", "tolerance_in": "absolute", "units": {"m": "1", "cm": "0.01"}}:
              "tolerance_in": "percent" is of the value; "units" maps each accepted spelling to what turns it into the
              unit of the value, and "" among them accepts a bare number. Without units the number must be bare.
- short_text  {"accepted": ["Tokyo", "東京"], "fold_kana": false}: width, case and spaces never matter; with
              "fold_kana" neither does hiragana or katakana.
- others      {}: marked by people.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import fold, parse_number, parse_quantity, spell

CENT = Decimal("0.01")
KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


class InvalidKey(Problem):
    """The machine cannot mark by this key."""


def check_key(kind: str, key: Mapping[str, Any]) -> dict[str, Any]:
    """Return the key in its stored form; raises `InvalidKey` with what to mend."""
    return CHECKS[kind](key) if kind in CHECKS else _check_empty(key)


def mark(*, kind: str, key: Mapping[str, Any], points: Decimal, text: str = "", choices: Sequence[int] = ()) -> Decimal:
    """Return the points of an answer, to the cent; nothing answered is 0. The key has been through `check_key`."""
    share = SHARES[kind](key, text, choices)
    earned = Decimal(share.numerator) * points / share.denominator
    return earned.quantize(CENT, rounding=ROUND_HALF_UP)


def _check_empty(key: Mapping[str, Any]) -> dict[str, Any]:
    if key:
        raise InvalidKey(_("This kind of question is marked by people. Leave the key empty."))
    return {}


def _check_single(key: Mapping[str, Any]) -> dict[str, Any]:
    options, right = _options(key), key.get("right")
    if not _is_position(right, options):
        raise InvalidKey(_("Say which option is right."))
    return {"options": options, "right": right}


def _check_multiple(key: Mapping[str, Any]) -> dict[str, Any]:
    options, right = _options(key), key.get("right")
    if not isinstance(right, list | tuple) or not right or not all(_is_position(tick, options) for tick in right):
        raise InvalidKey(_("Say which options are right: one at least."))
    rule = key.get("rule", "share")
    if rule not in ("share", "all"):
        raise InvalidKey(_("Choose whether right ticks earn a share, or only all of them together earn the points."))
    return {"options": options, "right": sorted(set(right)), "rule": rule}


def _check_numeric(key: Mapping[str, Any]) -> dict[str, Any]:
    value = _number(key.get("value"), _("Give the right number."))
    tolerance = _number(key.get("tolerance", "0"), _("Give the tolerance as a number, 0 for none."))
    if tolerance < 0:
        raise InvalidKey(_("Give a tolerance of 0 or more."))
    tolerance_in = key.get("tolerance_in", "absolute")
    if tolerance_in not in ("absolute", "percent"):
        raise InvalidKey(_("Choose whether the tolerance is absolute or in percent."))
    units = key.get("units", {})
    if isinstance(units, list | tuple):
        units = dict.fromkeys(map(str, units), "1")
    if not isinstance(units, Mapping):
        raise InvalidKey(_("List the accepted units, each with the number to convert it by."))
    factors = {
        _unit(str(spelling)): _number(factor, _("Give each unit a number to convert it by, such as 0.01."))
        for spelling, factor in units.items()
    }
    if not all(factor > 0 for factor in factors.values()):
        raise InvalidKey(_("Give each unit a positive number to convert it by, such as 0.01."))
    return {
        "value": str(value),
        "tolerance": str(tolerance),
        "tolerance_in": tolerance_in,
        "units": {spelling: str(factor) for spelling, factor in factors.items()},
    }


def _check_short_text(key: Mapping[str, Any]) -> dict[str, Any]:
    accepted = key.get("accepted")
    if not isinstance(accepted, list | tuple) or not all(isinstance(form, str) for form in accepted):
        accepted = ()
    forms = {fold(form): form.strip() for form in reversed(accepted) if fold(form)}
    if not forms:
        raise InvalidKey(_("Give at least one accepted answer."))
    return {"accepted": list(reversed(forms.values())), "fold_kana": bool(key.get("fold_kana", False))}


def _options(key: Mapping[str, Any]) -> list[str]:
    given = key.get("options")
    options = [str(option).strip() for option in given] if isinstance(given, list | tuple) else []
    if len(options) < 2 or not all(options) or len(set(options)) < len(options):
        raise InvalidKey(_("Give two or more different options, none of them empty."))
    return options


def _is_position(tick: object, options: list[str]) -> bool:
    return type(tick) is int and 0 <= tick < len(options)


def _number(given: object, sentence: str) -> Decimal:
    number = parse_number(str(given))
    if number is None:
        raise InvalidKey(sentence)
    return number


def _unit(text: str) -> str:
    return spell(text).replace(" ", "")


def _single(key: Mapping[str, Any], text: str, choices: Sequence[int]) -> Fraction:
    return Fraction(list(choices) == [key["right"]])


def _multiple(key: Mapping[str, Any], text: str, choices: Sequence[int]) -> Fraction:
    right, ticked = set(key["right"]), set(choices)
    if key["rule"] == "all":
        return Fraction(ticked == right)
    return max(Fraction(0), Fraction(len(ticked & right) - len(ticked - right), len(right)))


def _numeric(key: Mapping[str, Any], text: str, choices: Sequence[int]) -> Fraction:
    quantity = parse_quantity(text)
    if quantity is None:
        return Fraction(0)
    number, unit = quantity
    factor = (key["units"] or {"": "1"}).get(_unit(unit))
    if factor is None:
        return Fraction(0)
    value, tolerance = Fraction(key["value"]), Fraction(key["tolerance"])
    if key["tolerance_in"] == "percent":
        tolerance = abs(value) * tolerance / 100
    return Fraction(abs(Fraction(number) * Fraction(factor) - value) <= tolerance)


def _short_text(key: Mapping[str, Any], text: str, choices: Sequence[int]) -> Fraction:
    def same(form: str) -> str:
        return fold(form).translate(KATAKANA_TO_HIRAGANA) if key["fold_kana"] else fold(form)

    return Fraction(same(text) in {same(form) for form in key["accepted"]})


CHECKS = {
    "single": _check_single,
    "multiple": _check_multiple,
    "numeric": _check_numeric,
    "short_text": _check_short_text,
}
SHARES = {"single": _single, "multiple": _multiple, "numeric": _numeric, "short_text": _short_text}
