"""The figures of one criterion that belong side by side, and what they say, ready to be kept and printed as JSON."""

from typing import Any

from grading.agreement import Ratings
from grading.agreement.krippendorff import Scale
from grading.agreement.panel import panel
from grading.agreement.patterns import Clusters
from grading.agreement.reading import reading


def panel_of(ratings: Ratings, scale: Scale, *, clusters: Clusters = None) -> dict[str, Any]:
    """Return the panel with "coefficients", "sem", "n_units" and so on, and its "reading" by language."""
    shown = panel(ratings, scale, clusters=clusters)
    return {**shown.as_dict(), "reading": {"en": reading(shown, "en"), "ja": reading(shown, "ja")}}
