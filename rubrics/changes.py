"""What lies between two versions of a rubric, in words."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from edu_crowd.shared.text import fold
from rubrics.models import Criterion
from rubrics.queries import CriterionSpec, LevelSpec

Pair = tuple[LevelSpec, LevelSpec]


def changes_between(before: Sequence[CriterionSpec], after: Sequence[CriterionSpec]) -> list[str]:
    """Return one sentence per change; none where both say the same. Criteria are known by their keys."""
    old, new = {spec.key: spec for spec in before}, {spec.key: spec for spec in after}
    sentences = [_("Criterion “%(title)s” was removed.") % {"title": old[key].title} for key in old if key not in new]
    for key, spec in new.items():
        if key in old:
            sentences += _within(old[key], spec)
        else:
            sentences.append(_("Criterion “%(title)s” was added.") % {"title": spec.title})
    if [key for key in old if key in new] != [key for key in new if key in old]:
        sentences.append(_("The criteria stand in another order."))
    return sentences


def scale_name(scale: str) -> str:
    return str(dict(Criterion.Scale.choices).get(scale, scale))


def plain_number(number: Decimal) -> str:
    """Return a number without idle zeros, as the reader writes it."""
    return number_format(number.normalize() + 0 if number % 1 else number.quantize(Decimal(1)))


def _within(old: CriterionSpec, new: CriterionSpec) -> Iterator[str]:
    title = {"title": new.title}
    if plain(old.title) != plain(new.title):
        yield _("“%(old)s” is now called “%(title)s”.") % {**title, "old": old.title}
    if old.weight != new.weight:
        yield _("“%(title)s”: the weight changed from %(old)s to %(new)s.") % {
            **title,
            "old": plain_number(old.weight),
            "new": plain_number(new.weight),
        }
    if old.tolerance != new.tolerance:
        yield _("“%(title)s”: the tolerance changed from %(old)s to %(new)s.") % {
            **title,
            "old": old.tolerance,
            "new": new.tolerance,
        }
    if old.scale != new.scale:
        yield _("“%(title)s”: the scale changed from “%(old)s” to “%(new)s”.") % {
            **title,
            "old": scale_name(old.scale),
            "new": scale_name(new.scale),
        }
    yield from _levels(old, new)


def _levels(old: CriterionSpec, new: CriterionSpec) -> Iterator[str]:
    pairs, removed, added = _paired(old.levels, new.levels)
    for one, other in pairs:
        named = {"title": new.title, "level": other.label, "old": one.label}
        if plain(one.label) != plain(other.label):
            yield _("“%(title)s”: the level “%(old)s” is now called “%(level)s”.") % named
        if one.points != other.points:
            yield _("“%(title)s”: the level “%(level)s” changed from %(from)s to %(to)s points.") % {
                **named,
                "from": plain_number(one.points),
                "to": plain_number(other.points),
            }
        if plain(one.descriptor) != plain(other.descriptor):
            yield _("“%(title)s”: the words of the level “%(level)s” changed.") % named
    for level in removed:
        yield _("“%(title)s”: the level “%(level)s” (points: %(points)s) was removed.") % _named(new, level)
    for level in added:
        yield _("“%(title)s”: the level “%(level)s” (points: %(points)s) was added.") % _named(new, level)
    if sorted(pairs, key=lambda pair: old.levels.index(pair[0])) != sorted(
        pairs, key=lambda pair: new.levels.index(pair[1])
    ):
        yield _("“%(title)s”: the levels stand in another order.") % {"title": new.title}


def _named(spec: CriterionSpec, level: LevelSpec) -> dict[str, str]:
    return {"title": spec.title, "level": level.label, "points": plain_number(level.points)}


def _paired(
    before: Sequence[LevelSpec], after: Sequence[LevelSpec]
) -> tuple[list[Pair], list[LevelSpec], list[LevelSpec]]:
    """Find each level again, which has no key: by points and name, then by name, then by points."""
    likenesses: tuple[Callable[[LevelSpec], object], ...] = (
        lambda level: (level.points, fold(level.label)),
        lambda level: fold(level.label),
        lambda level: level.points,
    )
    pairs, left, right = [], list(before), list(after)
    for likeness in likenesses:
        for one in list(left):
            other = next((level for level in right if likeness(level) == likeness(one)), None)
            if other is not None:
                pairs.append((one, other))
                left.remove(one)
                right.remove(other)
    return pairs, left, right


def plain(text: str) -> str:
    """Return text without what a spreadsheet or a form changes by itself."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
