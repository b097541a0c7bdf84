"""The figures of one criterion that belong side by side, and what they say, ready to be kept and printed as JSON."""

from dataclasses import asdict
from typing import Any

from grading.agreement import Coefficient, Ratings, Reason, krippendorff_alpha, percent_exact, percent_within_one
from grading.agreement.krippendorff import Scale
from grading.agreement.patterns import Clusters


def panel_of(ratings: Ratings, scale: Scale, *, clusters: Clusters = None) -> dict[str, Any]:
    """Return "coefficients", "sem", "n_units", "n_graders", "n_ratings", and the "reading" by language."""
    marks = ratings.latest()
    exact = percent_exact(marks, clusters=clusters)
    figures = {
        "percent_exact": exact,
        "percent_within_one": percent_within_one(marks, clusters=clusters),
        "krippendorff_alpha": krippendorff_alpha(marks, scale, clusters=clusters),
    }
    for key in ("gwet_ac", "icc_a_1", "icc_a_k"):
        figures[key] = Coefficient.undefined(Reason.NOT_COMPUTED, exact.n_units)
    return {
        "coefficients": {key: asdict(figure) for key, figure in figures.items()},
        "sem": None,
        "n_units": exact.n_units,
        "n_graders": len(set(marks.grader.tolist())),
        "n_ratings": marks.n_ratings,
        "reading": {"en": in_words(exact, ENGLISH), "ja": in_words(exact, JAPANESE)},
    }


ENGLISH = ("No paper has two readings yet.", "Two graders give the same level in {} of 100 cases.")
JAPANESE = ("2回採点された答案がまだありません。", "2人の採点者が同じ段階を付けるのは100件中{}件です。")


def in_words(exact: Coefficient, sentences: tuple[str, str]) -> list[str]:
    return [sentences[0] if exact.value is None else sentences[1].format(int(100 * exact.value))]
