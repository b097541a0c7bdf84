"""How the fields of a roster are spelled before they are kept and compared."""

import re
import unicodedata

from edu_crowd.shared.text import clean_text

# Kana, Han and Hangul, with their signs of repetition and their half width.
EAST_ASIAN = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


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
    """Split a name in one cell into family and given name: at a comma, else as its script usually orders the two.

    Chinese, Japanese and Korean names begin with the family name, others end with it; one word is the family name.
    """
    name = plain(name)
    if "," in name:
        family, _, given = name.partition(",")
    elif is_family_first(name):
        family, _, given = name.partition(" ")
    else:
        given, _, family = name.rpartition(" ")
    return family.strip(), given.strip()


def is_family_first(name: str) -> bool:
    return bool(EAST_ASIAN.search(name))
