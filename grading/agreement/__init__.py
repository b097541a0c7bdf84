"""Agreement between graders: pure functions over ratings, which know nothing of students, papers or databases."""

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.consensus import mean, median
from grading.agreement.flags import OutsideTolerance, outside_tolerance, spread_exceeds
from grading.agreement.krippendorff import krippendorff_alpha
from grading.agreement.percent import percent_all_exact, percent_all_within_one, percent_exact, percent_within_one
from grading.agreement.ratings import Components, Ratings

__all__ = [
    "Coefficient",
    "Components",
    "OutsideTolerance",
    "Ratings",
    "Reason",
    "krippendorff_alpha",
    "mean",
    "median",
    "outside_tolerance",
    "percent_all_exact",
    "percent_all_within_one",
    "percent_exact",
    "percent_within_one",
    "spread_exceeds",
]
