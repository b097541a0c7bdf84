"""Agreement between graders: pure functions over ratings, which know nothing of students, papers or databases."""

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.consensus import mean, median
from grading.agreement.flags import OutsideTolerance, outside_tolerance, spread_exceeds
from grading.agreement.graders import over_graders
from grading.agreement.histogram import Histogram
from grading.agreement.intervals import Bootstrap
from grading.agreement.krippendorff import krippendorff_alpha, krippendorff_alphas
from grading.agreement.percent import percent_all_exact, percent_all_within_one, percent_exact, percent_within_one
from grading.agreement.ratings import Components, Ratings

__all__ = [
    "Bootstrap",
    "Coefficient",
    "Components",
    "Histogram",
    "OutsideTolerance",
    "Ratings",
    "Reason",
    "krippendorff_alpha",
    "krippendorff_alphas",
    "mean",
    "median",
    "outside_tolerance",
    "over_graders",
    "percent_all_exact",
    "percent_all_within_one",
    "percent_exact",
    "percent_within_one",
    "spread_exceeds",
]
