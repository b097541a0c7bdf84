"""α and the shares of agreement against other packages: the same where they are right, and where they err, how."""

import math

import numpy as np
import pytest

from grading.agreement import Ratings, Reason, krippendorff_alpha, percent_exact, percent_within_one
from tests.grading.agreement.peers import (
    LEVELS,
    as_floats,
    differ,
    nltk_task,
    peer_irrcac,
    peer_krippendorff,
    random_table,
)
from tests.grading.agreement.tables import KRIPPENDORFF_2011

DESIGNS = ["complete", "pair", "sparse", "top"]
SEEDS = range(8)
NAMES = {1: "poor", 2: "fair", 3: "good", 4: "fine", 5: "best"}


def alpha_of(table, scale, levels=LEVELS):
    return krippendorff_alpha(Ratings.from_table(table, levels=levels), scale)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("scale", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_equals_krippendorff(design, scale):
    for seed in SEEDS:
        table = random_table(seed, design)
        peer = peer_krippendorff(table, scale, value_domain=LEVELS)
        assert alpha_of(table, scale).value == pytest.approx(peer, abs=1e-12)


def test_alpha_of_many_points_equals_krippendorff():
    rng = np.random.default_rng(3)
    table = np.clip(rng.normal(rng.normal(60, 15, (60, 1)), 8, (60, 3)).round(), 0, 100).astype(int).tolist()
    for scale in ["nominal", "ordinal", "interval", "ratio"]:
        assert alpha_of(table, scale, levels=None).value == pytest.approx(peer_krippendorff(table, scale), abs=1e-12)


def test_alpha_of_ordered_names_equals_krippendorff():
    import krippendorff

    named = [[NAMES[mark] for mark in row] for row in random_table(1, "complete")]
    levels = list(NAMES.values())
    peer = krippendorff.alpha(np.array(named).T, level_of_measurement="ordinal", value_domain=levels)
    assert alpha_of(named, "ordinal", levels).value == pytest.approx(float(peer), abs=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize(("scale", "weights"), [("nominal", "identity"), ("interval", "quadratic"), ("ratio", "ratio")])
def test_alpha_equals_irrcac(design, scale, weights):
    for seed in SEEDS:
        table = random_table(seed, design)
        peer = peer_irrcac(table, "krippendorff", weights)["coefficient_value"]
        assert alpha_of(table, scale).value == pytest.approx(peer, abs=1e-12)


@pytest.mark.parametrize(("design", "n_ratings"), [("complete", 160), ("pair", 80), ("top", 160)])
@pytest.mark.parametrize(("scale", "weights"), [("nominal", "identity"), ("interval", "quadratic"), ("ratio", "ratio")])
def test_alpha_linearised_error_equals_irrcac_but_for_the_small_sample_factor(design, n_ratings, scale, weights):
    """α has a factor 1 − 1/n before its disagreement, for n ratings; irrCAC's error is that of α without it."""
    for seed in SEEDS:
        table = random_table(seed, design)
        alpha = krippendorff_alpha(Ratings.from_table(table, levels=LEVELS), scale, interval="linearised")
        peer = peer_irrcac(table, "krippendorff", weights)["se"]
        assert alpha.standard_error == pytest.approx(peer * (1 - 1 / n_ratings), rel=1e-6)


def test_alpha_jackknife_error_approaches_irrcac_linearised():
    """They are two estimates of one thing: at 2,400 units they differ by less than a thousandth."""
    table = [row for seed in range(60) for row in random_table(seed, "sparse")]
    alpha, peer = alpha_of(table, "nominal"), peer_irrcac(table, "krippendorff")
    assert alpha.standard_error == pytest.approx(peer["se"], rel=1e-3)
    assert (alpha.low, alpha.high) == pytest.approx(peer["confidence_interval"], abs=1e-3)


@pytest.mark.parametrize("design", DESIGNS)
def test_alpha_equals_nltk(design):
    for seed in SEEDS:
        table = random_table(seed, design)
        nominal = nltk_task(table, differ, missing_values=[None]).alpha()
        interval = nltk_task(table, lambda v, w: (v - w) ** 2, missing_values=[None]).alpha()
        assert alpha_of(table, "nominal").value == pytest.approx(nominal, abs=1e-12)
        assert alpha_of(table, "interval").value == pytest.approx(interval, abs=1e-12)


@pytest.mark.parametrize("design", DESIGNS)
def test_percent_equals_irrcac(design):
    near = (np.abs(np.subtract.outer(LEVELS, LEVELS)) <= 1).astype(float)
    for seed in SEEDS:
        table = random_table(seed, design)
        ratings = Ratings.from_table(table, levels=LEVELS)
        assert percent_exact(ratings).value == pytest.approx(peer_irrcac(table, "bp")["pa"], abs=1e-12)
        assert percent_within_one(ratings).value == pytest.approx(peer_irrcac(table, "bp", near)["pa"], abs=1e-12)


def test_percent_error_and_interval_equal_irrcac():
    """Brennan and Prediger's coefficient is linear in the share: its error is the share's, stretched by 1/(1 − 1/q)."""
    for seed in SEEDS:
        table = random_table(seed, "complete")
        ratings, peer = Ratings.from_table(table, levels=LEVELS), peer_irrcac(table, "bp")
        low, high = (end * (1 - 1 / 5) + 1 / 5 for end in peer["confidence_interval"])
        share = percent_exact(ratings, interval="linearised")
        assert (share.low, share.high) == pytest.approx((low, high), rel=1e-6)
        # The jackknife has the same error, and fewer degrees of freedom where that hangs on a few units.
        share = percent_exact(ratings)
        assert share.standard_error == pytest.approx(peer["se"] * (1 - 1 / 5), abs=1e-12)
        assert share.low <= low + 1e-12


# Below, each test holds what a peer answers beside what we answer: docs/agreement.md tells of these.


def test_krippendorff_constant_marks_raise_or_are_nan():
    table = [[2, 2], [2, 2], [2, 2]]
    with pytest.raises(ValueError, match="more than one value in the domain"):
        peer_krippendorff(table, "nominal")
    assert math.isnan(peer_krippendorff(table, "nominal", value_domain=LEVELS))
    assert alpha_of(table, "nominal").reason == Reason.NO_VARIATION


def test_krippendorff_one_unit_is_zero():
    assert [peer_krippendorff([[1, 2]], scale) for scale in ("nominal", "ordinal", "interval", "ratio")] == [0] * 4
    assert alpha_of([[1, 2]], "nominal").reason == Reason.ONE_UNIT


def test_krippendorff_negative_points_on_a_ratio_scale_get_a_figure():
    table = [[-1, 2], [3, 4], [-2, 2], [5, 5]]
    assert peer_krippendorff(table, "ratio") == pytest.approx(0.1635, abs=5e-5)
    assert alpha_of(table, "ratio", levels=None).reason == Reason.NOT_A_RATIO_SCALE


def test_krippendorff_levels_declared_out_of_order_change_the_ordinal_figure():
    table = [[1, 2], [2, 3], [3, 3], [1, 1]]
    assert peer_krippendorff(table, "ordinal", value_domain=[3, 1, 2]) == pytest.approx(0.1483, abs=5e-5)
    assert alpha_of(table, "ordinal", levels=[3, 1, 2]).value == pytest.approx(peer_krippendorff(table, "ordinal"))
    assert peer_krippendorff(table, "ordinal") == pytest.approx(0.7083, abs=5e-5)


def test_krippendorff_infinite_mark_is_nan_where_points_count():
    table = [[1, 1], [2, 2], [math.inf, 2]]
    assert math.isnan(peer_krippendorff(table, "interval"))
    assert alpha_of(table, "interval", levels=None).reason == Reason.WRONG_SCALE
    assert peer_krippendorff(table, "ordinal") == pytest.approx(alpha_of([[1, 1], [2, 2], [3, 2]], "ordinal").value)


def test_irrcac_ordinal_weights_are_not_krippendorffs_ordinal_scale():
    gwets = peer_irrcac(KRIPPENDORFF_2011, "krippendorff", "ordinal")["coefficient_value"]
    assert gwets == pytest.approx(0.8336, abs=5e-5)
    assert alpha_of(KRIPPENDORFF_2011, "ordinal").value == pytest.approx(108577 / 133160)  # .8154


def test_irrcac_perfect_agreement_is_certain_beyond_doubt():
    table = [[1, 1], [2, 2], [3, 3]]
    peer = peer_irrcac(table, "krippendorff")
    assert (peer["se"], peer["p_value"]) == (1e-15, 0)
    assert peer["confidence_interval"] == pytest.approx((1, 1), abs=1e-14)
    ours = alpha_of(table, "nominal")
    assert (ours.value, ours.standard_error, ours.low, ours.reason) == (1.0, None, None, Reason.NO_VARIATION)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[2, 2]] * 4, Reason.NO_VARIATION),
        ([[1, 2]], Reason.ONE_UNIT),
        ([[1, None], [None, 2]], Reason.NO_OVERLAP),
        ([[1], [2]], Reason.NO_OVERLAP),
    ],
)
def test_irrcac_undefined_alpha_divides_by_zero(table, reason):
    with pytest.raises(ZeroDivisionError):
        peer_irrcac(table, "krippendorff")
    assert alpha_of(table, "nominal").reason == reason


def test_irrcac_units_with_one_rating_widen_an_error_they_have_no_part_in():
    """Neither package lets them into the share; irrCAC lets them into its error."""
    table = random_table(0, "pair")
    lone = table + [[3, None]] * 40
    assert peer_irrcac(lone, "bp")["coefficient_value"] == pytest.approx(peer_irrcac(table, "bp")["coefficient_value"])
    assert (peer_irrcac(table, "bp")["se"], peer_irrcac(lone, "bp")["se"]) == pytest.approx(
        (0.09995, 0.10933), abs=5e-6
    )
    ours = [percent_exact(Ratings.from_table(marks, levels=LEVELS)) for marks in (table, lone)]
    assert ours[0] == ours[1]


def test_irrcac_constant_marks_fail_or_are_one_as_rounding_has_it():
    answers = set()
    for units in range(2, 13):
        try:
            answers.add(float(peer_irrcac([[5, 5]] * units, "krippendorff")["coefficient_value"]))
        except ZeroDivisionError:
            answers.add("division by zero")
        assert alpha_of([[5, 5]] * units, "nominal").reason == Reason.NO_VARIATION
    assert answers == {1.0, "division by zero"}


def test_irrcac_mark_outside_the_levels_is_dropped():
    table = [[1, 1], [2, 2], [3, 3], [1, 2]]
    peer = peer_irrcac(table, "krippendorff", levels=[1, 2])["coefficient_value"]
    assert peer == pytest.approx(alpha_of([[1, 1], [2, 2], [1, 2]], "nominal").value)
    with pytest.raises(ValueError, match="Row 4 has 3"):
        Ratings.from_table(table, levels=[1, 2])


def test_irrcac_interval_leaves_the_range():
    table = [[1, 2], [2, 1], [1, 2], [2, 1], [1, 1]]
    assert peer_irrcac(table, "krippendorff")["confidence_interval"][0] == pytest.approx(-1.2712, abs=5e-5)
    assert alpha_of(table, "nominal").low > -1


def test_nltk_missing_is_a_category_unless_named():
    table = [[1, 1, None], [2, 2, 2], [1, None, 2], [None, 3, 3], [1, 2, 1]]

    assert nltk_task(table, differ).alpha() == pytest.approx(2 / 9)
    assert nltk_task(table, differ, missing_values=[None]).alpha() == pytest.approx(23 / 45)
    assert alpha_of(table, "nominal").value == pytest.approx(23 / 45)
    # NaN is not even equal to itself: every one is a category of its own.
    assert nltk_task(as_floats(table).tolist(), differ).alpha() == pytest.approx(0.1404, abs=5e-5)


def test_nltk_constant_marks_are_one_and_one_unit_is_zero():
    assert (nltk_task([[2, 2], [2, 2]], differ).alpha(), nltk_task([[1, 2]], differ).alpha()) == (1, 0)
    assert alpha_of([[2, 2], [2, 2]], "nominal").reason == Reason.NO_VARIATION
    with pytest.raises(ZeroDivisionError):
        nltk_task([[1, None], [None, 2]], differ, missing_values=[None]).alpha()
