"""Numbers in addresses and forms of ours are read by one reader, whatever somebody else writes there."""

import pytest

from edu_crowd.shared.text import whole_number


@pytest.mark.parametrize(("typed", "read"), [("12", 12), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_number_of_ours_is_read(typed: str, read: int) -> None:
    assert whole_number(typed) == read


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "１２", "²", "9" * 19, "9" * 5000, None, "NaN", "\x00"])
def test_anything_else_is_none(typed: str | None) -> None:
    assert whole_number(typed) is None
