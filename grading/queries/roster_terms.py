"""Names, numbers and mail addresses of a roster, found in texts. Pure: rows in, places in the text out.

Width, case, kind of kana and, in full names, spaces never matter. Letters count as whole words only ("Mori" is not in
"memorial"); kanji and kana have no words to keep to.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHORTEST_NUMBER = 4
SHORTEST_FAMILY_LETTERS = 4
SHORTEST_READING = 4
MAIL = re.compile(r"[\w.+%-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")
# Behind a family name in kanji they make it a place: 石川 is a name, 石川県 is not.
PLACE_ENDINGS = set("県市区町村駅郡島港湾")
# What people put between the parts of a name.
BETWEEN = set("・,.'’-‐_")
TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Somebody on the roster."""

    key: int
    family: str = ""
    given: str = ""
    reading: str = ""
    number: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A place in a text; `key` is whose term it is, None for a mail address that nobody on the roster has."""

    start: int
    end: int
    kind: str  # name | family | reading | number | mail
    key: int | None


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(TO_HIRAGANA)


def squeeze(folded: str) -> str:
    return "".join(sign for sign in folded if not (sign.isspace() or sign in BETWEEN))


class RosterTerms:
    """All terms of a roster, ready to be looked for."""

    def __init__(self, people: Iterable[Listed]) -> None:
        # By their first two signs: a text is asked once which pairs it has, not once per term.
        self.close: dict[str, list[tuple[str, str, int]]] = defaultdict(list)  # looked for without spaces
        self.plain: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self.owner_of_mail: dict[str, int] = {}
        for person in people:
            self._add(person)

    def _add(self, person: Listed) -> None:
        parts = [part for part in (person.family, person.given) if part.strip()]
        if len(parts) == 1:
            parts = parts[0].split(maxsplit=1)
        for order in (parts, parts[::-1]):
            if len(parts) > 1:
                self._note(self.close, squeeze(fold("".join(order))), "name", person.key)
        family = fold(parts[0]).strip() if parts else ""
        if is_long_enough(family):
            self._note(self.plain, family, "family", person.key)
        read = fold(person.reading).split()
        for reading in {"".join(read), "".join(read[::-1])}:
            if len(reading) >= SHORTEST_READING:
                self._note(self.close, squeeze(reading), "reading", person.key)
        number = fold(person.number).strip()
        if len(number) >= SHORTEST_NUMBER:
            self._note(self.plain, number, "number", person.key)
        if person.email:
            self.owner_of_mail[fold(person.email).strip()] = person.key

    def _note(self, index: dict[str, list[tuple[str, str, int]]], term: str, kind: str, key: int) -> None:
        entry = (term, kind, key)
        if len(term) > 1 and entry not in index[term[:2]]:
            index[term[:2]].append(entry)

    def find(self, text: str) -> list[Found]:
        """Return the places of all terms in a text, in order; of places within each other the longest."""
        folded = fold(text)
        squeezed = squeeze(folded)
        if "@" not in folded and not self._may_hold(self.plain, folded) and not self._may_hold(self.close, squeezed):
            return []
        # Something is there: now it is worth knowing where each sign came from.
        signs, places = traced(text)
        folded = "".join(signs)
        kept = [index for index, sign in enumerate(signs) if squeeze(sign)]
        squeezed = "".join(signs[index] for index in kept)
        found = [*self._mails(folded, places)]
        found += self._search(self.plain, folded, range(len(signs)), folded, places)
        found += self._search(self.close, squeezed, kept, folded, places)
        return longest(found)

    def _may_hold(self, index: dict[str, list[tuple[str, str, int]]], text: str) -> bool:
        pairs = {text[at : at + 2] for at in range(len(text) - 1)}
        return any(term in text for pair in pairs & index.keys() for term, _, _ in index[pair])

    def _search(
        self,
        index: dict[str, list[tuple[str, str, int]]],
        text: str,
        kept: Sequence[int],
        folded: str,
        places: Sequence[tuple[int, int]],
    ) -> Iterable[Found]:
        pairs = {text[at : at + 2] for at in range(len(text) - 1)}
        for pair in pairs & index.keys():
            for term, kind, key in index[pair]:
                at = text.find(term)
                while at >= 0:
                    first, last = kept[at], kept[at + len(term) - 1]
                    if stands_alone(folded, first, last + 1, kind):
                        yield Found(start=places[first][0], end=places[last][1], kind=kind, key=key)
                    at = text.find(term, at + 1)

    def _mails(self, folded: str, places: Sequence[tuple[int, int]]) -> Iterable[Found]:
        for match in MAIL.finditer(folded) if "@" in folded else ():
            start, end = places[match.start()][0], places[match.end() - 1][1]
            yield Found(start=start, end=end, kind="mail", key=self.owner_of_mail.get(match[0]))


def traced(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Fold a text sign by sign; return the signs, and for each from where to where it stood in the text."""
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        # A mark of its own belongs to the sign before it, as the voiced mark of half-width kana does.
        while end < len(text) and (unicodedata.combining(text[end]) or text[end] in "ﾞﾟ"):
            end += 1
        for sign in fold(text[start:end]):
            signs.append(sign)
            places.append((start, end))
        start = end
    return signs, places


def is_long_enough(family: str) -> bool:
    """Whether a family name alone is worth looking for: two kanji, or four letters."""
    if all(is_kanji(sign) for sign in family):
        return len(family) > 1
    return len(family) >= SHORTEST_FAMILY_LETTERS and all(is_letter(sign) for sign in squeeze(family))


def is_kanji(sign: str) -> bool:
    return "㐀" <= sign <= "鿿" or "豈" <= sign <= "﫿" or sign in "々〆" or sign >= "\U00020000"


def is_letter(sign: str) -> bool:
    """Whether words of this script stand apart by spaces."""
    return sign.isalpha() and not is_kanji(sign) and not "\u3040" <= sign <= "ヿ"


def stands_alone(text: str, start: int, end: int, kind: str) -> bool:
    """Whether no word goes on before or behind."""
    before, behind = text[start - 1 : start], text[end : end + 1]
    for outer, inner in ((before, text[start]), (behind, text[end - 1])):
        if outer and (is_letter(inner) or inner.isdigit()) and (is_letter(outer) or outer.isdigit()):
            return False
    return not (kind == "family" and is_kanji(text[start]) and behind in PLACE_ENDINGS)


def longest(found: Iterable[Found]) -> list[Found]:
    """Drop what lies within another place, and what several people share is kept once."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.kind == "family", one.key or 0)):
        if not kept or one.end > kept[-1].end:
            kept.append(one)
    return kept
