import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from edu_crowd.shared.access import OPERATOR
from grading.management.commands.analyse import Command

COEFFICIENTS = {
    "percent_exact",
    "percent_within_one",
    "percent_all_exact",
    "percent_all_within_one",
    "krippendorff_alpha",
    "fleiss_kappa",
    "conger_kappa",
    "cohen_kappa",
    "gwet_ac",
    "brennan_prediger",
    "icc_1_1",
    "icc_a_1",
    "icc_c_1",
    "icc_1_k",
    "icc_a_k",
    "icc_c_k",
    "kendall_w",
    "lin_concordance",
}
KEYS = {
    "n_units",
    "n_graders",
    "n_marks",
    "components",
    "criteria",
    "graders",
    "consensus",
    "flags",
    "reference",
}
UNKNOWN = {"severity": None, "low": None, "high": None}
LONG = "--unit", "u", "--grader", "g", "--score"


@pytest.fixture
def analyse(tmp_path):
    """Run the command on the text of a file; further files by name."""

    def run(text, *options, **files):
        (tmp_path / "marks.csv").write_text(text)
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        output = StringIO()
        given = [str(tmp_path / option) if option in files else option for option in options]
        call_command("analyse", str(tmp_path / "marks.csv"), *given, stdout=output)
        printed = output.getvalue()
        return json.loads(printed, parse_constant=pytest.fail) if "--json" in options else printed

    return run


TWO_CRITERIA = "u,g,a,b\np,X,1,2\np,Y,2,2\nq,X,3,1\nq,Y,3,2\nr,X,2,NA\nr,Y,2,1\n"


def test_every_key_of_the_contract_is_there(analyse):
    found = analyse(TWO_CRITERIA, *LONG, "a,b", "--json")
    assert found.keys() >= KEYS
    assert (found["n_units"], found["n_graders"], found["n_marks"], found["components"]) == (3, 2, 11, 1)
    assert list(found["criteria"]) == ["a", "b", "total"]
    for criterion in found["criteria"].values():
        assert criterion.keys() >= {"scale", "weights", "levels", "levels_from", "notes", "coefficients"}
        assert criterion["coefficients"].keys() >= COEFFICIENTS
        for coefficient in criterion["coefficients"].values():
            assert list(coefficient) == ["value", "standard_error", "low", "high", "n_units", "interval", "reason"]
            assert (coefficient["value"] is None or coefficient["low"] is None) == (coefficient["reason"] is not None)
    assert found["graders"][0] == {
        "id": "X",
        "n": 3,
        **UNKNOWN,
        "component": 0,
        "criteria": {"a": UNKNOWN, "b": UNKNOWN, "total": UNKNOWN},
        "flags": None,
        "reason": "not_computed",
    }


def test_panel_and_pairs_stand_beside_the_coefficients(analyse):
    found = analyse(TWO_CRITERIA, *LONG, "a,b", "--json")["criteria"]
    for criterion in found.values():
        assert set(criterion["panel"]["reading"]) == {"en", "ja"}
        assert set(criterion["panel"]["coefficients"]) <= set(criterion["coefficients"])
        assert criterion["n_pairs"] == len(criterion["pairs"]) == 1
    (pair,) = found["a"]["pairs"]
    assert (pair["first"], pair["second"], pair["n_units"], pair["difference"]) == ("X", "Y", 3, pytest.approx(-1 / 3))
    names = analyse("u,g,a\np,X,yes\np,Y,no\nq,X,no\nq,Y,no\n", *LONG, "a", "--json")["criteria"]["a"]["pairs"][0]
    assert (names["exact"], names["within_one"], names["kappa"]) == (0.5, None, 0)


def test_total_is_the_sum_where_no_criterion_is_missing(analyse):
    found = analyse(TWO_CRITERIA, *LONG, "a,b", "--json")
    rows = {(row["unit"], row["criterion"]): row for row in found["consensus"]}
    assert found["criteria"]["total"]["scale"] == "interval"
    assert rows["r", "total"] == {
        "unit": "r", "criterion": "total", "n": 1, "mean": 3.0, "median": 3.0, "adjusted": None, "estimate": None,
        "standard_error": None, "majority": None, "label": None, "probability": None, "reason": "not_computed",
    }  # fmt: skip
    assert (rows["p", "total"]["mean"], rows["r", "a"]["n"], rows["r", "b"]["n"]) == (3.5, 2, 1)


def test_labels_fill_the_majority_and_a_tie_none(analyse):
    found = analyse("u,g,a\np,X,yes\np,Y,no\nq,X,no\nq,Y,no\n", *LONG, "a", "--json")
    assert found["criteria"]["a"]["weights"] == "identity"
    assert [(row["majority"], row["mean"], row["reason"]) for row in found["consensus"]] == [
        (None, None, "tie"),
        ("no", None, "wrong_scale"),
    ]
    assert found["criteria"]["a"]["coefficients"]["percent_within_one"]["reason"] == "wrong_scale"


@pytest.mark.parametrize(
    ("text", "options", "reasons"),
    [
        ("u,g,a\np,X,1.5\np,Y,2\n", (), {"gwet_ac": "no_levels", "cohen_kappa": "no_levels"}),
        ("u,g,a\np,X,1\np,Y,2\np,Z,2\n", (), dict.fromkeys(("cohen_kappa", "lin_concordance"), "needs_two_graders")),
        ("u,g,a\np,X,1\np,Y,2\nq,X,2\n", (), {"kendall_w": "incomplete", "cohen_kappa": "one_unit"}),
        ("u,g,a\np,X,-1\np,Y,2\n", ("--scale", "ratio"), {"krippendorff_alpha": "not_a_ratio_scale"}),
        ("u,g,a\np,X,1\nq,Y,2\n", (), {"krippendorff_alpha": "no_overlap", "percent_exact": "no_overlap"}),
        ("u,g,a\np,X,2\np,Y,2\nq,X,2\nq,Y,2\n", (), {"krippendorff_alpha": "no_variation"}),
        ("u,g,a\np,X,NA\np,Y,NA\n", (), {"krippendorff_alpha": "no_overlap"}),
    ],
)  # fmt: skip
def test_figure_that_cannot_be_says_why(analyse, text, options, reasons):
    coefficients = analyse(text, *LONG, "a", *options, "--json")["criteria"]["a"]["coefficients"]
    assert {key: coefficients[key]["reason"] for key in reasons} == reasons


def test_marks_two_levels_apart_are_flagged(analyse):
    text = "u,g,a\np,X,1\np,Y,3\nq,X,1\nq,Y,2\nr,X,3\nr,Y,3\nr,Z,1\n"
    flags = analyse(text, *LONG, "a", "--json")["flags"]
    assert [(flag["unit"], flag["grader"], flag["graders"], flag["reason"], flag["z"]) for flag in flags] == [
        ("p", None, ["X", "Y"], "outside_tolerance", None),
        ("r", "Z", ["X", "Y", "Z"], "outside_tolerance", None),
    ]


def test_totals_a_tenth_of_the_maximum_apart_are_flagged(analyse):
    text = "u,g,a,b\np,X,8.5,9\np,Y,9.5,9.5\nq,X,2.5,9\nq,Y,2.5,6\n"
    flags = analyse(text, *LONG, "a,b", "--levels", "0..10", "--json")["flags"]
    assert [(flag["unit"], flag["criterion"], flag["spread"]) for flag in flags] == [
        ("q", "b", 3.0),
        ("q", "total", 3.0),
    ]


def test_repeated_mark_last_one_counts_and_is_said(analyse):
    text = "u,g,a\np,X,1\np,X,2\np,Y,2\n"
    last, keep = (analyse(text, *LONG, "a", "--repeats", how, "--json") for how in ("last", "keep"))
    assert (last["n_marks"], keep["n_marks"], keep["graders"][0]["n"]) == (2, 3, 2)
    for found in (last, keep):
        assert found["criteria"]["a"]["coefficients"]["percent_exact"]["value"] == 1.0
        assert "given again to the same unit: 1" in found["criteria"]["a"]["notes"][0]


def test_components_are_counted_and_indexed(analyse):
    found = analyse("u,g,a\np,X,1\np,Y,2\nq,Z,3\n", *LONG, "a", "--json")
    assert (found["components"], [grader["component"] for grader in found["graders"]]) == (2, [0, 0, 1])


REFERENCE = "paper,t\np,3\np,5\nq,6\nr,3\n"


def test_reference_is_averaged_and_compared(analyse):
    found = analyse(
        TWO_CRITERIA, *LONG, "a,b", "--json", "--reference", "truth", "--reference-score", "t",
        "--reference-unit", "paper", truth=REFERENCE,
    )["reference"]  # fmt: skip
    assert found.keys() == {"mean", "median", "criterion_medians"}
    assert (found["mean"]["n"], found["mean"]["bias"]) == (3, pytest.approx((-0.5 - 1.5 + 0) / 3))
    assert found["mean"]["rmse"] == pytest.approx((2.5 / 3) ** 0.5)
    assert found["mean"]["share_right"] == pytest.approx(1 / 3)


def test_anchored_units_are_left_out_of_the_comparison(analyse):
    found = analyse(
        TWO_CRITERIA, *LONG, "a,b", "--json", "--reference", "truth", "--reference-score", "t",
        "--reference-unit", "paper", "--anchors", "anchors", "--anchor-score", "a,b", "--anchor-unit", "paper",
        truth=REFERENCE, anchors="paper,a,b\np,1,2\n",
    )["reference"]  # fmt: skip
    assert (found["mean"]["n"], found["mean"]["bias"]) == (2, -0.75)


def test_labels_are_compared_by_their_majority(analyse):
    text, truth = "u,g,a\np,X,yes\np,Y,no\nq,X,no\nq,Y,no\n", "u,t\np,yes\nq,no\n"
    found = analyse(text, *LONG, "a", "--json", "--reference", "truth", "--reference-score", "t", truth=truth)
    # of labels that tie, the first in order counts
    assert found["reference"] == {
        "majority": {"n": 2, "rmse": None, "bias": None, "r": None, "share_right": 0.5, "reason": "wrong_scale"}
    }


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--score", "c"), "no column “c”"),
        (("--score", "a,b", "--reference", "none.csv", "--reference-score", "t"), "cannot be opened"),
        (("--score", "a,b", "--anchors", "truth", "--anchor-score", "t", "--anchor-unit", "paper"), "1 columns for 2"),
        (("--score", "a", "--reference", "strangers", "--reference-score", "t"), "has no unit of the marks"),
    ],
)
def test_bad_input_is_one_sentence(analyse, options, sentence):
    with pytest.raises(CommandError, match=sentence) as refused:
        analyse(TWO_CRITERIA, "--unit", "u", "--grader", "g", *options, truth=REFERENCE, strangers="u,t\nz,1\n")
    assert "\n" not in str(refused.value)


def test_text_shows_each_figure_with_n_and_interval_or_why_not(analyse):
    printed = analyse(
        TWO_CRITERIA, *LONG, "a,b", "--reference", "truth", "--reference-score", "t", "--reference-unit", "paper",
        truth=REFERENCE,
    )  # fmt: skip
    assert printed.startswith("3 units, 2 graders, 11 marks; connected components: 1\n")
    assert "percent_exact 0.667 0.000 to 1.000 3 percent_within_one 1.000 no_variation 3" in " ".join(printed.split())
    assert (
        "no_levels: fleiss_kappa, conger_kappa, cohen_kappa, gwet_ac, brennan_prediger\n  incomplete: kendall_w"
        in printed
    )
    for sentence in analyse(TWO_CRITERIA, *LONG, "a,b", "--json")["criteria"]["a"]["panel"]["reading"]["en"]:
        assert f"  {sentence}\n" in printed
    assert "total against the reference" in printed


def test_command_is_for_the_operator_and_checks_nothing_else():
    assert (Command.right, Command.requires_system_checks) == (OPERATOR, [])
