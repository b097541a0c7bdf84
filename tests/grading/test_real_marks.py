"""Figures of real marks, found by EDU_CROWD_DATA; none of the data is in the repository."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module")
def data():
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: figures of real marks are not checked.")
    return Path(folder)


def analyse(*arguments):
    output = StringIO()
    call_command("analyse", *map(str, arguments), "--json", stdout=output)
    return json.loads(output.getvalue())


def values(found, criterion="score"):
    return {key: one["value"] for key, one in found["criteria"][criterion]["coefficients"].items()}


PEERS = "--unit", "file_name", "--grader", "assessor_id", "--score", "item1,item2,item3,item4,item5"


def test_peers_against_tutors_equal_published_errors(data):
    tutors = ",".join(f"criteria_{number}" for number in range(1, 6))
    peers, tutor_file = data / "peer_tutor/peer_grades.csv", data / "peer_tutor/tutor_grades.csv"
    found = analyse(peers, *PEERS, "--reference", tutor_file, "--reference-score", tutors)
    rounded = {
        method: [round(one[key], 3) for key in ("rmse", "r", "bias")] for method, one in found["reference"].items()
    }
    assert (found["n_units"], found["n_graders"], found["n_marks"]) == (247, 305, 3705)
    assert rounded == {
        "mean": [1.315, 0.848, -0.852],
        "median": [1.321, 0.820, -0.667],
        "criterion_medians": [1.295, 0.830, -0.578],
    }


def test_peers_against_one_moderated_total(data):
    final = data / "peer_tutor/final_grades.csv"
    found = analyse(
        data / "peer_tutor/peer_grades.csv", *PEERS, "--reference", final, "--reference-score", "given_grade"
    )
    assert found["reference"]["mean"]["n"] == 247


def test_video_shares_equal_those_of_r(data):
    found = values(analyse(data / "irr/video.csv", "--wide"))
    assert [round(found[key], 3) for key in ("percent_exact", "percent_within_one")] == [0.592, 0.958]
    assert (found["percent_all_exact"], found["percent_all_within_one"]) == (0.35, 0.9)


def test_diagnoses_nominal_alpha(data):
    assert values(analyse(data / "irr/diagnoses.csv", "--wide"))["krippendorff_alpha"] == pytest.approx(
        0.4334098, abs=5e-8
    )


@pytest.mark.parametrize(("name", "share"), [("bluebird", 0.759), ("rte", 0.919), ("web", 0.777)])
def test_majority_of_crowd_labels_is_as_often_right(data, name, share):
    layout = ("--no-header", "--unit", "1", "--grader", "2", "--score", "3", "--scale", "nominal")
    crowd, truth = data / f"labels/{name}_crowd.txt", data / f"labels/{name}_truth.txt"
    found = analyse(crowd, *layout, "--reference", truth, "--reference-score", "2")
    # web: 2060 of 2653 are .7765
    assert found["reference"]["majority"]["share_right"] == pytest.approx(share, abs=6e-4)


def test_sparse_file_with_missing_marks_and_joined_units(data):
    writing = analyse(
        data / "sirt/data.ratings3.csv", "--unit", "idstud", "--grader", "rater", "--score", "crit2,crit3,crit4,crit6"
    )
    texts = analyse(
        data / "immer/data.immer01a.csv", "--unit", "idstud,type", "--grader", "rater", "--score", "k1,k2", "--cluster",
        "idstud",
    )  # fmt: skip
    assert (writing["n_graders"], writing["n_marks"]) == (52, 12551)
    assert (texts["n_graders"], texts["n_marks"], texts["criteria"]["k1"]["notes"]) == (57, 2 * 23904, [])


def test_repeated_readings_of_one_observer(data):
    found = analyse(data / "rater/anesthesia.csv", "--unit", "item", "--grader", "rater", "--score", "rating")
    assert (found["n_units"], found["n_graders"], found["n_marks"]) == (45, 5, 225)
