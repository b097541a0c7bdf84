"""Agreement between graders: pure functions over ratings, which know nothing of students, papers or databases."""

from grading.agreement.brennan_prediger import brennan_prediger
from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.cohen import cohen_kappa
from grading.agreement.concordance import LimitsOfAgreement, limits_of_agreement, lin_concordance
from grading.agreement.confusion import confusion
from grading.agreement.conger import conger_kappa
from grading.agreement.consensus import mean, median
from grading.agreement.criteria import criterion_matrix
from grading.agreement.decision_study import Decision, GradersNeeded, decision_study, graders_needed
from grading.agreement.flags import OutsideTolerance, outside_tolerance, spread_exceeds
from grading.agreement.fleiss import fleiss_kappa, fleiss_kappa_by_level, fleiss_null_z
from grading.agreement.graders import over_graders
from grading.agreement.gwet import gwet_ac
from grading.agreement.histogram import Histogram
from grading.agreement.icc import icc, icc_all
from grading.agreement.intervals import Bootstrap
from grading.agreement.kendall import kendall_w
from grading.agreement.krippendorff import krippendorff_alpha, krippendorff_alphas
from grading.agreement.pairs import pairwise
from grading.agreement.panel import Panel, panel
from grading.agreement.percent import percent_all_exact, percent_all_within_one, percent_exact, percent_within_one
from grading.agreement.ratings import Components, Ratings
from grading.agreement.reading import reading
from grading.agreement.rubric import RubricComponents, rubric_components
from grading.agreement.variance import VarianceComponents, variance_components
from grading.agreement.weights import agreement_weights

__all__ = [
    "Bootstrap",
    "Coefficient",
    "Components",
    "Decision",
    "GradersNeeded",
    "Histogram",
    "LimitsOfAgreement",
    "OutsideTolerance",
    "Panel",
    "Ratings",
    "Reason",
    "RubricComponents",
    "VarianceComponents",
    "agreement_weights",
    "brennan_prediger",
    "cohen_kappa",
    "confusion",
    "conger_kappa",
    "criterion_matrix",
    "decision_study",
    "fleiss_kappa",
    "fleiss_kappa_by_level",
    "fleiss_null_z",
    "graders_needed",
    "gwet_ac",
    "icc",
    "icc_all",
    "kendall_w",
    "krippendorff_alpha",
    "krippendorff_alphas",
    "limits_of_agreement",
    "lin_concordance",
    "mean",
    "median",
    "outside_tolerance",
    "over_graders",
    "pairwise",
    "panel",
    "percent_all_exact",
    "percent_all_within_one",
    "percent_exact",
    "percent_within_one",
    "reading",
    "rubric_components",
    "spread_exceeds",
    "variance_components",
]
