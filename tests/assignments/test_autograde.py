from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.autograde import InvalidKey, check_key, mark

OPTIONS = ["a", "b", "c", "d"]
TEN = Decimal(10)


def numeric(text: str, **key: Any) -> bool:
    points = mark(kind="numeric", key=check_key("numeric", key), points=TEN, text=text)
    assert points in (0, TEN)
    return points == TEN


def short(text: str, *accepted: str, fold_kana: bool = False) -> bool:
    key = check_key("short_text", {"accepted": accepted, "fold_kana": fold_kana})
    return mark(kind="short_text", key=key, points=TEN, text=text) == TEN


@pytest.mark.parametrize(
    ("kind", "key", "stored"),
    [
        ("single", {"options": (" a ", "b"), "right": 1, "more": 1}, {"options": ["a", "b"], "right": 1}),
        (
            "multiple",
            {"options": OPTIONS, "right": [3, 1, 1]},
            {"options": OPTIONS, "right": [1, 3], "rule": "share"},
        ),
        (
            "numeric",
            {"value": "１,000.50", "units": ["m", "m²"]},
            {
                "value": "1000.50",
                "tolerance": "0",
                "tolerance_in": "absolute",
                "units": {"m": "1", "m^2": "1"},
            },
        ),
        (
            "numeric",
            {"value": 3, "tolerance": "5", "tolerance_in": "percent", "units": {"km / h": "3,6", "": "1"}},
            {"value": "3", "tolerance": "5", "tolerance_in": "percent", "units": {"km/h": "3.6", "": "1"}},
        ),
        (
            "short_text",
            {"accepted": [" Tokyo", "ＴＯＫＹＯ", "東京", ""]},
            {"accepted": ["Tokyo", "東京"], "fold_kana": False},
        ),
        ("long_text", {}, {}),
    ],
)
def test_check_key_returns_the_stored_form_which_stays_as_it_is(kind: str, key: Any, stored: Any) -> None:
    assert check_key(kind, key) == stored
    assert check_key(kind, stored) == stored


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("single", {}),
        ("single", {"options": ["a"], "right": 0}),
        ("single", {"options": ["a", "a"], "right": 0}),
        ("single", {"options": ["a", " "], "right": 0}),
        ("single", {"options": "ab", "right": 0}),
        ("single", {"options": OPTIONS}),
        ("single", {"options": OPTIONS, "right": 4}),
        ("single", {"options": OPTIONS, "right": -1}),
        ("single", {"options": OPTIONS, "right": True}),
        ("single", {"options": OPTIONS, "right": "0"}),
        ("multiple", {"options": OPTIONS, "right": []}),
        ("multiple", {"options": OPTIONS, "right": 1}),
        ("multiple", {"options": OPTIONS, "right": [0, 4]}),
        ("multiple", {"options": OPTIONS, "right": [0], "rule": "half"}),
        ("numeric", {}),
        ("numeric", {"value": "NaN"}),
        ("numeric", {"value": "1", "tolerance": "-1"}),
        ("numeric", {"value": "1", "tolerance": "some"}),
        ("numeric", {"value": "1", "tolerance_in": "parts"}),
        ("numeric", {"value": "1", "units": {"m": "0"}}),
        ("numeric", {"value": "1", "units": {"m": "x"}}),
        ("numeric", {"value": "1", "units": 5}),
        ("short_text", {}),
        ("short_text", {"accepted": []}),
        ("short_text", {"accepted": [" "]}),
        ("short_text", {"accepted": "Tokyo"}),
        ("short_text", {"accepted": [5]}),
        ("long_text", {"accepted": ["x"]}),
    ],
)
def test_check_key_that_cannot_be_marked_by_refused(kind: str, key: Any) -> None:
    with pytest.raises(InvalidKey):
        check_key(kind, key)


@pytest.mark.parametrize(("choices", "points"), [([1], 10), ([0], 0), ([], 0), ([0, 1], 0), ([9], 0)])
def test_single_choice(choices: list[int], points: int) -> None:
    assert mark(kind="single", key={"options": OPTIONS, "right": 1}, points=TEN, choices=choices) == points


@pytest.mark.parametrize(
    ("choices", "share", "all_"),
    [
        ([0, 1, 2], "10.00", 10),
        ([0, 1], "6.67", 0),
        ([0], "3.33", 0),
        ([0, 1, 2, 3], "6.67", 0),
        ([0, 3], "0.00", 0),
        ([3], "0.00", 0),
        ([], "0.00", 0),
    ],
)
def test_multiple_choice_wrong_ticks_undo_right_ones(choices: list[int], share: str, all_: int) -> None:
    key = {"options": OPTIONS, "right": [0, 1, 2], "rule": "share"}
    assert str(mark(kind="multiple", key=key, points=TEN, choices=choices)) == share
    assert mark(kind="multiple", key=key | {"rule": "all"}, points=TEN, choices=choices) == all_


@given(st.sets(st.integers(0, 3), min_size=1), st.sets(st.integers(0, 3)), st.decimals("0.1", "99999.99", places=2))
def test_multiple_choice_stays_between_nothing_and_everything(
    right: set[int], ticked: set[int], points: Decimal
) -> None:
    key = check_key("multiple", {"options": OPTIONS, "right": list(right)})
    earned = mark(kind="multiple", key=key, points=points, choices=sorted(ticked))
    assert 0 <= earned <= points
    assert (earned == points) == (ticked == right)


@pytest.mark.parametrize("text", ["9.79", "9.83", "９．８１", "9,81", " 9.81 ", "+9.81", "98.1e-1", "0.0981×10²"])
def test_numeric_within_tolerance_in_any_spelling(text: str) -> None:
    assert numeric(text, value="9.81", tolerance="0.02")


@pytest.mark.parametrize("text", ["9.789999", "9.830000000000000000000000000001", "-9.81", "981", "", "ten", "9.81 m"])
def test_numeric_outside_tolerance_or_not_a_bare_number(text: str) -> None:
    assert not numeric(text, value="9.81", tolerance="0.02")


@pytest.mark.parametrize(("text", "right"), [("-190", True), ("-210", True), ("-189.99", False), ("-210.01", False)])
def test_numeric_percent_is_of_the_value(text: str, right: bool) -> None:
    assert numeric(text, value="-200", tolerance="5", tolerance_in="percent") is right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1.5 m", True),
        ("1.5m", True),
        ("150 cm", True),
        ("150㎝", True),
        ("１５０　ｃｍ", True),
        ("1.5", False),
        ("1.5 cm", False),
        ("1.5 M", False),
        ("1.5 s", False),
        ("m 1.5", False),
    ],
)
def test_numeric_units_convert_exactly(text: str, right: bool) -> None:
    assert numeric(text, value="1.5", units={"m": "1", "cm": "0.01"}) is right


def test_numeric_bare_number_accepted_where_the_key_says_so() -> None:
    assert numeric("1.5", value="1.5", units={"m": "1", "": "1"})


@pytest.mark.parametrize("text", ["１e999", "9" * 200, "1e-999", "1e9999999"])
def test_numeric_extreme_answers_are_wrong_and_harmless(text: str) -> None:
    assert not numeric(text, value="5", tolerance="1", tolerance_in="percent")


@pytest.mark.parametrize("text", ["tokyo", " ＴＯＫＹＯ ", "ToKyO", "東京"])
def test_short_text_width_case_and_spaces_do_not_matter(text: str) -> None:
    assert short(text, "Tokyo", "東京")


@pytest.mark.parametrize("text", ["", " ", "Kyoto", "To kyo", "東京都"])
def test_short_text_another_word_is_wrong(text: str) -> None:
    assert not short(text, "Tokyo", "東京")


def test_short_text_half_width_kana_are_kana() -> None:
    assert short("ﾄﾞｲﾂ", "ドイツ")


def test_short_text_kana_folded_only_when_asked() -> None:
    assert short("どいつ", "ドイツ", fold_kana=True)
    assert short("ドイツ", "どいつ", fold_kana=True)
    assert not short("どいつ", "ドイツ")


def test_points_are_rounded_to_the_cent_half_up() -> None:
    key = check_key("multiple", {"options": OPTIONS, "right": [0, 1]})
    assert mark(kind="multiple", key=key, points=Decimal("0.01"), choices=[0]) == Decimal("0.01")
