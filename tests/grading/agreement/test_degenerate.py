"""Every coefficient on every degenerate table: the defined answer, without a warning and without an exception."""

import math
from functools import partial

import numpy as np
import pytest

import grading.agreement as agreement
from grading.agreement import Coefficient, Ratings, Reason
from grading.agreement.icc import FORMS
from grading.agreement.krippendorff import SCALES
from grading.agreement.weights import SCHEMES

NAN, INF = math.nan, math.inf
LEVELS = [1, 2, 3]
TABLES = {
    "no unit": (Ratings.from_table([], levels=LEVELS)),
    "no unit, no level": (Ratings.from_table([])),
    "only missing": (Ratings.from_table([[NAN, None], [None, NAN]], levels=LEVELS)),
    "one unit": (Ratings.from_table([[1, 2]], levels=LEVELS)),
    "one unit, all agree": (Ratings.from_table([[2, 2, 2]], levels=LEVELS)),
    "one grader": (Ratings.from_table([[1], [2], [3]], levels=LEVELS)),
    "no overlap": (Ratings.from_table([[1, None], [None, 2]], levels=LEVELS)),
    "one level used": (Ratings.from_table([[2, 2], [2, 2], [2, 2]], levels=LEVELS)),
    "one declared level": (Ratings.from_table([[2, 2], [2, 2], [2, 2]], levels=[2])),
    "all equal in each unit": (Ratings.from_table([[1, 1], [2, 2], [3, 3]], levels=LEVELS)),
    "all different": (Ratings.from_table([[1, 2], [2, 3], [3, 1]], levels=LEVELS)),
    "all different by data": (Ratings.from_table([[1, 2, 3], [4, 5, 6], [7, 8, 9]])),
    "constant grader": (Ratings.from_table([[1, 2], [2, 2], [3, 2], [1, 2]], levels=LEVELS)),
    "both constant": (Ratings.from_table([[1, 2], [1, 2], [1, 2]], levels=LEVELS)),
    "0-100": (Ratings.from_table([[0, 100], [55, 60], [71, 71], [99, 13]], levels=range(101))),
    "negative": (Ratings.from_table([[-3, -2], [-1, 2], [-3, -3]], levels=[-3, -2, -1, 2])),
    "zero and missing": (Ratings.from_table([[0, 0, NAN], [0, 0, 0], [NAN, 0, 1]], levels=[0, 1])),
    "infinite": (Ratings.from_table([[1, INF], [2, 2], [INF, INF], [1, 2]])),
    "huge": (Ratings.from_table([[1e300, -1e300], [1e300, 1e300], [0, 1e299]])),
    "tiny": (Ratings.from_table([[1e9, 1e9 + 1], [1e9, 1e9], [1e9 + 1, 1e9 + 1]])),
    "subnormal": (Ratings.from_table([[5e-324, 0], [0, 0], [5e-324, 5e-324]])),
    "huge ids": (
        Ratings.from_long([10**30, 10**30, 2**70, 2**70], [10**25, -1, 10**25, -1], [1, 2, 2, 2], levels=LEVELS)
    ),
    "unequal readings": (
        Ratings.from_table([[1, 2, None, None], [1, 1, 2, 3], [3, 3, 3, None], [2, None, None, None]])
    ),
    "disconnected": (
        Ratings.from_table([[1, 2, None, None], [2, 2, None, None], [None, None, 3, 3], [None, None, 1, 3]])
    ),
    "text": (Ratings.from_table([["a", "b"], ["b", "b"], ["a", "a"]])),
    "text in order": (Ratings.from_table([["low", "high"], ["high", "high"]], levels=["low", "mid", "high"])),
    "repeated": (Ratings.from_long([1, 1, 1, 2, 2], [1, 2, 1, 1, 2], [1, 2, 2, 3, 3], levels=LEVELS, repeats="keep")),
}
FIGURES = {
    **{f"alpha {scale}": partial(agreement.krippendorff_alpha, scale=scale) for scale in SCALES},
    **{
        f"{name} {interval}": partial(getattr(agreement, name), interval=interval)
        for name in (
            "fleiss_kappa",
            "percent_exact",
            "percent_all_exact",
            "percent_within_one",
            "percent_all_within_one",
        )
        for interval in ("jackknife", "linearised", "bootstrap")
    },
    **{
        f"{name} {weights} {interval}": partial(getattr(agreement, name), weights=weights, interval=interval)
        for name in ("gwet_ac", "brennan_prediger", "conger_kappa", "cohen_kappa")
        for weights in SCHEMES
        for interval in ("jackknife", "linearised")
    },
    **{f"icc {form}": partial(agreement.icc, form=form) for form in FORMS},
    "kendall": agreement.kendall_w,
    "lin": agreement.lin_concordance,
}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("table", TABLES)
def test_degenerate_table_has_its_answer(table, figure):
    found = FIGURES[figure](TABLES[table])
    assert isinstance(found, Coefficient)
    assert (found.value is None) <= (found.reason is not None)
    numbers = [number for number in (found.value, found.standard_error, found.low, found.high) if number is not None]
    assert not any(math.isnan(number) or math.isinf(number) for number in numbers)
    assert (found.low is None) == (found.high is None) == (found.interval is None)
    assert (found.low is None) <= (found.reason is not None)
    if found.low is not None:
        assert found.low <= found.value <= found.high
    if found.value is not None:
        assert found.value <= 1 + 1e-12
        # Other figures have no lower bound of their own: Brennan and Prediger's may lie far below −1.
        assert not figure.startswith(("alpha", "percent")) or found.value >= -1


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("scale", SCALES)
def test_panel_reads_out_every_degenerate_table(table, scale):
    shown = agreement.panel(TABLES[table], scale)
    for language in ("en", "ja"):
        sentences = agreement.reading(shown, language)
        assert sentences
        assert not any(word in sentence for sentence in sentences for word in ("{", "None", "nan"))
    body = shown.as_dict()
    assert body["coefficients"].keys() == shown.coefficients.keys()
    assert (shown.n_units == 0) == (shown.readings_per_unit is None)


def test_wrong_types_alone_are_refused():
    for values in ([True, False], [[1], [2]], [1, "a"], [object(), 1]):
        with pytest.raises(TypeError):
            Ratings.from_long([1, 2], [1, 2], values)


def test_reasons_are_those_that_are_documented():
    assert {reason.value for reason in Reason} == {
        "no_overlap", "no_variation", "one_unit", "too_few", "disconnected", "needs_two_graders", "incomplete",
        "not_a_ratio_scale", "no_scale", "wrong_scale", "no_levels", "repeated", "not_computed",
    }  # fmt: skip


def test_three_perfect_graders_of_many_units_are_one_everywhere():
    worth = np.repeat([1, 2, 3, 1, 2, 3, 3, 1], 3).reshape(-1, 3)
    ratings = Ratings.from_table(worth, levels=LEVELS)
    for name, figure in FIGURES.items():
        found = figure(ratings)
        if found.reason == Reason.NEEDS_TWO_GRADERS:
            continue
        assert found.value == pytest.approx(1, abs=1e-12), name


def test_panel_of_a_histogram_is_refused_with_a_sentence():
    with pytest.raises(TypeError, match="give Ratings"):
        agreement.panel(agreement.Histogram.of(TABLES["all different"]), "ordinal")
