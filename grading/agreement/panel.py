"""What is shown of one criterion by default. A stand-in until the full panel is merged."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.krippendorff import Scale, krippendorff_alpha
from grading.agreement.patterns import Clusters
from grading.agreement.percent import percent_exact, percent_within_one
from grading.agreement.ratings import Ratings

KEYS = ("percent_exact", "percent_within_one", "krippendorff_alpha", "gwet_ac", "icc_a_1", "icc_a_k")


@dataclass(frozen=True)
class Panel:
    percent_exact: Coefficient
    percent_within_one: Coefficient
    krippendorff_alpha: Coefficient
    gwet_ac: Coefficient
    icc_a_1: Coefficient
    icc_a_k: Coefficient
    sem: float | None
    n_units: int
    n_graders: int
    n_ratings: int
    readings_per_unit: float | None
    levels_used: tuple[float, ...] = field(default=())

    def reading(self, language: Literal["en", "ja"]) -> list[str]:
        if self.percent_exact.value is None:
            return {"en": ["No paper has two readings yet."], "ja": ["2回採点された答案がまだありません。"]}[language]
        share = f"{self.percent_exact.value:.0%}"
        return {
            "en": [f"Two graders give the same level to {share} of the papers they share."],
            "ja": [f"同じ答案を読んだ2人の採点者は、{share} の答案で同じ段階を付けています。"],
        }[language]

    def as_dict(self) -> dict[str, Any]:
        numbers = asdict(self)
        return {
            "coefficients": {key: numbers.pop(key) for key in KEYS},
            **numbers,
            "reading": {"en": self.reading("en"), "ja": self.reading("ja")},
        }


def panel(ratings: Ratings, scale: Scale, *, clusters: Clusters = None) -> Panel:
    marks = ratings.latest()
    alpha = krippendorff_alpha(marks, scale, clusters=clusters)
    none = Coefficient.undefined(Reason.NOT_COMPUTED, alpha.n_units)
    counts = np.bincount(marks.unit, minlength=1)
    shares = np.bincount(marks.code, minlength=len(marks.levels)) / max(marks.n_ratings, 1)
    return Panel(
        percent_exact(marks, clusters=clusters),
        percent_within_one(marks, clusters=clusters),
        alpha,
        none,
        none,
        none,
        None,
        alpha.n_units,
        len(set(marks.grader.tolist())),
        marks.n_ratings,
        float(1 / np.mean(1 / counts[counts > 1])) if alpha.n_units else None,
        tuple(shares.tolist()),
    )
