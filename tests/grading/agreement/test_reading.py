"""What a panel says: each sentence where its condition holds, and no sentence that an interval does not bear."""

import numpy as np
import pytest

from grading.agreement import Ratings, panel, reading
from grading.agreement.reading import ENGLISH, JAPANESE, findings


def of(table):
    return panel(Ratings.from_table(table, levels=range(1, 6)), "ordinal")


def noisy(share, units, seed=0):
    """Two graders of whom the second gives any level in that share of the units."""
    rng = np.random.default_rng(seed)
    first = rng.integers(1, 6, units)
    return of(np.column_stack([first, np.where(rng.random(units) < share, rng.integers(1, 6, units), first)]))


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (of([[1, None], [2, None]]), ["no_overlap"]),
        (of([[1, 2], [2, None]]), ["one_unit"]),
        (of([[2, 2], [2, 2]]), ["few", "all_same", "exact_only"]),
        (of([[2, 2]] * 19 + [[2, 3]]), ["few", "one_level", "exact"]),
        (of([[1, 1], [2, 2], [3, 3]]), ["few", "no_interval", "exact_only"]),
        (noisy(0.02, 300), ["reliable", "exact", "mean", "sem"]),
        (noisy(0.2, 300), ["tentative", "exact", "mean", "sem"]),
        (noisy(0.9, 300), ["weak", "exact", "mean", "sem"]),
        (noisy(0.3, 21), ["open", "exact", "mean", "sem"]),
        (noisy(0.3, 20), ["few", "open", "exact", "mean", "sem"]),
    ],
)
def test_panel_says_what_its_intervals_bear(shown, said):
    told = [key for key, _ in findings(shown)]
    assert [key for key in told if key != "sem"] == [key for key in said if key != "sem"]
    assert len(reading(shown)) == len(reading(shown, "ja")) == len(told)
    for sentences in (reading(shown), reading(shown, "ja")):
        assert not any("{" in sentence for sentence in sentences)


def test_both_languages_have_every_sentence():
    assert ENGLISH.keys() == JAPANESE.keys()


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="it is one of en, ja"):
        reading(of([[1, 2], [2, 2]]), "fr")
