"""How the fields of a roster are spelled before they are kept and compared."""

import unicodedata

from edu_crowd.shared.text import clean_text


def plain(text: str) -> str:
    """Return a name as typed, without controls and idle spaces."""
    return " ".join(clean_text(text).split())


def plain_number(text: str) -> str:
    """Return a student number in half width."""
    return plain(unicodedata.normalize("NFKC", text))


def plain_mail(text: str) -> str:
    """Return a mail address in half width and lower case."""
    return plain_number(text).lower()


def split_name(name: str) -> tuple[str, str]:
    """Split a name in one cell at its first space: the first part is taken for the family name."""
    family, _, given = plain(name).partition(" ")
    return family, given
