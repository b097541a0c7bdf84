import math
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason, label_model
from grading.agreement.dawid_skene import dawid_skene
from tests.grading.agreement.test_degenerate import TABLES

# Dawid & Skene (1979), table 1: 45 patients, fitness for anaesthesia 1–4; the first observer judged three times.
ANAESTHESIA = (
    "111 1 1 1 1|333 4 3 3 4|112 2 1 2 2|222 3 1 2 1|222 3 2 2 2|222 3 3 2 2|122 2 1 1 1|333 3 4 3 3|222 2 2 2 3|"
    "232 2 2 2 3|444 4 4 4 4|222 3 3 4 3|111 1 1 1 1|222 3 2 1 2|121 1 1 1 1|111 2 1 1 1|111 1 1 1 1|111 1 1 1 1|"
    "222 2 2 2 1|222 1 3 2 2|222 2 2 2 2|222 2 2 2 1|222 3 2 2 2|221 2 2 2 2|111 1 1 1 1|111 1 1 1 1|232 2 2 2 2|"
    "111 1 1 1 1|111 1 1 1 1|112 1 1 2 1|111 1 1 1 1|333 3 2 3 3|111 1 1 1 1|222 2 2 2 2|222 3 2 3 2|433 4 3 4 3|"
    "221 2 2 3 2|232 3 2 3 3|333 3 4 3 2|111 1 1 1 1|111 1 1 1 1|121 2 1 1 1|232 2 2 2 2|121 1 1 1 1|222 2 2 2 2"
)
Row = tuple[int, int, int]


def anaesthesia() -> Ratings:
    rows = [
        (patient, observer, int(label))
        for patient, line in enumerate(ANAESTHESIA.split("|"))
        for observer, labels in enumerate(line.split())
        for label in labels
    ]
    return Ratings.from_long(*zip(*rows, strict=True), levels=[1, 2, 3, 4], repeats="keep")


def obvious_steps(rows: list[Row], q: int, prior: float, steps: int, few: int):
    """Return posteriors, shares and log likelihood after so many steps, written as the model is said."""
    graders, units = sorted({g for _, g, _ in rows}), sorted({u for u, _, _ in rows})
    n = {g: sum(row[1] == g for row in rows) for g in graders}
    posterior = {}
    for u in units:
        votes = [label for unit, _, label in rows if unit == u]
        posterior[u] = [votes.count(k) / len(votes) for k in range(q)]
    for _ in range(steps):
        shares = [sum(posterior[u][k] for u in units) / len(units) for k in range(q)]
        confusion = {}
        for g in graders:
            own = [(u, label) for u, grader, label in rows if grader == g]
            if n[g] < few:
                right = sum(posterior[u][label] for u, label in own) + prior
                c = right / (n[g] + q * prior)
                confusion[g] = [[c if j == k else (1 - c) / (q - 1) for j in range(q)] for k in range(q)]
                continue
            confusion[g] = []
            for k in range(q):
                counts = [prior + sum(posterior[u][k] for u, label in own if label == j) for j in range(q)]
                confusion[g].append([count / sum(counts) if sum(counts) else 0.0 for count in counts])
        log_likelihood = 0.0
        for u in units:
            joint = [
                shares[k] * math.prod(confusion[g][k][label] for unit, g, label in rows if unit == u) for k in range(q)
            ]
            posterior[u] = [each / sum(joint) for each in joint]
            log_likelihood += math.log(sum(joint))
    return posterior, shares, confusion, log_likelihood


@st.composite
def labelled(draw):
    q, graders = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    row = st.tuples(st.integers(0, 6), st.integers(0, graders - 1), st.integers(0, q - 1))
    return draw(st.lists(row, min_size=4, max_size=40)), q


@settings(max_examples=80, deadline=None)
@given(labelled(), st.sampled_from([0.0, 0.5, 2.0]), st.integers(1, 6))
def test_steps_equal_the_obvious_ones(drawn, prior, steps):
    rows, q = drawn
    ratings = Ratings.from_long(*zip(*rows, strict=True), levels=range(q), repeats="keep")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(label_model, "MOST_STEPS", steps)
        patch.setattr(label_model, "REST", -math.inf)
        patch.setattr(label_model, "FEW", 8)
        patch.setattr("grading.agreement.dawid_skene.FEW", 8)
        found = dawid_skene(ratings, prior=prior, starts=1)
    if found.reason is not None:
        return
    posterior, shares, confusion, log_likelihood = obvious_steps(rows, q, prior, steps, 8)
    assert found.probability == pytest.approx(
        np.array([posterior[ratings.unit_labels[u]] for u in found.unit.tolist()]), abs=1e-9
    )
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-9)
    assert found.shares == pytest.approx(shares, abs=1e-12)
    assert (found.iterations, found.converged) == (steps, False)
    for label, grader in zip(ratings.grader_labels, found.graders, strict=True):
        for k, row in enumerate(grader.rows):
            assert confusion[label][k] == pytest.approx(row or [0.0] * q, abs=1e-9)


def test_dawid_and_skene_1979_from_the_shares_of_votes():
    found = dawid_skene(anaesthesia(), prior=0, starts=1)
    assert found.log_likelihood == pytest.approx(-192.8908812, abs=5e-8)
    assert found.log_posterior == found.log_likelihood
    assert [round(share, 3) for share in found.shares] == [0.400, 0.422, 0.112, 0.067]
    first = found.graders[0]
    assert (first.n, first.one_coin) == (135, False)
    assert [[round(p, 3) for p in row] for row in first.rows] == [
        [0.889, 0.111, 0, 0],
        [0.071, 0.876, 0.053, 0],
        [0, 0.339, 0.661, 0],
        [0, 0, 0.556, 0.444],
    ]
    assert first.right == pytest.approx(0.4 * 0.889 + 0.422 * 0.876 + 0.112 * 0.661 + 0.067 * 0.444, abs=1e-3)
    assert (found.converged, found.start) == (True, 0)


def test_dawid_and_skene_1979_has_a_higher_top():
    found = dawid_skene(anaesthesia(), prior=0, starts=40, rng=np.random.default_rng(5))
    assert found.log_likelihood == pytest.approx(-191.569, abs=5e-4)
    assert found.start > 0
    assert dawid_skene(anaesthesia(), prior=0, starts=40, rng=np.random.default_rng(5)).start == found.start


def test_step_never_lowers_the_posterior():
    cells = label_model.Cells.of(anaesthesia(), 0.25)
    reached = []
    for steps in range(1, 12):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(label_model, "MOST_STEPS", steps)
            reached.append(label_model.climb(cells, label_model.first_shares(cells, None)).log_posterior)
    assert (np.diff(reached) >= 0).all()


def simulated(rng, n_units=400, n_graders=12, q=3, per_unit=4):
    truth = rng.integers(0, q, n_units)
    skill = rng.uniform(0.5, 0.95, n_graders)
    rows = []
    for unit in range(n_units):
        for grader in rng.choice(n_graders, per_unit, replace=False).tolist():
            right = rng.random() < skill[grader]
            rows.append((unit, grader, int(truth[unit] if right else (truth[unit] + rng.integers(1, q)) % q)))
    return truth, skill, rows


def test_simulated_graders_are_found_and_beat_the_majority():
    truth, skill, rows = simulated(np.random.default_rng(2))
    ratings = Ratings.from_long(*zip(*rows, strict=True), levels=range(3))
    found = dawid_skene(ratings, starts=2)
    assert [grader.right for grader in found.graders] == pytest.approx(
        skill[list(ratings.grader_labels)].tolist(), abs=0.1
    )
    votes = np.zeros((400, 3))
    np.add.at(votes, (ratings.unit, ratings.code), 1)
    assert (found.label == truth).mean() > (votes.argmax(axis=1) == truth).mean()
    assert found.shares == pytest.approx(np.bincount(truth) / 400, abs=0.05)


def test_blocks_of_units_change_nothing(monkeypatch):
    _, _, rows = simulated(np.random.default_rng(4), n_units=60)
    ratings = Ratings.from_long(*zip(*rows, strict=True), levels=range(3))
    whole = dawid_skene(ratings, starts=3)
    monkeypatch.setattr(label_model, "blocks", lambda n: (slice(i, min(i + 7, n)) for i in range(0, n, 7)))
    parts = dawid_skene(ratings, starts=3)
    assert parts.probability == pytest.approx(whole.probability, abs=1e-9)
    assert parts.log_posterior == pytest.approx(whole.log_posterior, rel=1e-12)


def test_order_and_names_change_nothing():
    rng = np.random.default_rng(7)
    _, _, rows = simulated(rng, n_units=80)
    ratings = Ratings.from_long(*zip(*rows, strict=True), levels=range(3))
    plain = dawid_skene(ratings, starts=1)
    swap = [2, 0, 1]
    mixed = [rows[place] for place in rng.permutation(len(rows)).tolist()]
    # Text labels keep the order of first appearance, for units as for graders.
    other = Ratings.from_long(
        [f"unit {u}" for u, _, _ in mixed], [f"grader {g}" for _, g, _ in mixed], [swap[k] for _, _, k in mixed],
        levels=range(3),
    )  # fmt: skip
    found = dawid_skene(other, starts=1)
    order = np.argsort([int(name.split()[1]) for name in other.unit_labels])
    assert found.probability[order][:, swap] == pytest.approx(plain.probability, abs=1e-6)
    assert [found.shares[k] for k in swap] == pytest.approx(plain.shares, abs=1e-6)
    by_name = dict(zip(other.grader_labels, found.graders, strict=True))
    for number, grader in zip(ratings.grader_labels, plain.graders, strict=True):
        twin = by_name[f"grader {number}"]
        assert (twin.n, twin.one_coin) == (grader.n, grader.one_coin)
        assert np.array(twin.rows)[np.ix_(swap, swap)] == pytest.approx(np.array(grader.rows), abs=1e-5)


def test_one_coin_below_thirty_ratings():
    _, _, rows = simulated(np.random.default_rng(3), n_units=60, n_graders=9)
    found = dawid_skene(Ratings.from_long(*zip(*rows, strict=True), levels=range(3)))
    assert {grader.one_coin for grader in found.graders} == {True, False}
    for grader in found.graders:
        assert grader.one_coin == (grader.n < 30)
        if grader.one_coin:
            own, other = grader.rows[0][0], grader.rows[0][1]
            assert grader.rows == ((own, other, other), (other, own, other), (other, other, own))
            assert grader.right == pytest.approx(own)


def test_repeated_ratings_count():
    rows = [("p", "X", 0), ("p", "X", 0), ("p", "Y", 1), ("p", "Z", 1)]
    rows += [(unit, grader, unit % 2) for unit in range(8) for grader in "XYZ"]
    kept, last = (Ratings.from_long(*zip(*rows, strict=True), repeats=how) for how in ("keep", "last"))
    assert dawid_skene(kept).graders[0].n == 10
    assert dawid_skene(last).graders[0].n == 9
    assert dawid_skene(kept).probability[0, 0] > dawid_skene(last).probability[0, 0]


def test_unrated_units_and_graders_have_nothing():
    table = [[1, 1, None], [None, None, None], [2, 2, None], [1, 2, None]]
    found = dawid_skene(Ratings.from_table(table, levels=[1, 2]))
    assert found.unit.tolist() == [0, 2, 3]
    assert found.probability.shape == (3, 2)
    assert found.graders[2] is None


def test_level_that_no_unit_has_leaves_a_row_open():
    found = dawid_skene(anaesthesia(), prior=0, starts=1)
    wider = Ratings.from_table([[1, 1]] * 20 + [[2, 2]] * 20 + [[1, 2]], levels=[1, 2, 3])
    open_row = dawid_skene(wider, prior=0)
    assert open_row.shares[2] == 0
    assert open_row.graders[0].rows[2] is None
    assert open_row.graders[0].right == pytest.approx(1, abs=0.05)
    assert all(row is not None for row in found.graders[0].rows)
    assert dawid_skene(wider).graders[0].rows[2] == pytest.approx([1 / 3] * 3)


def test_grader_who_never_met_a_level_has_no_share_of_right_labels():
    rows = [(unit, grader, 0) for unit in range(40) for grader in "XYZ"]
    rows += [(40 + unit, grader, 1) for unit in range(40) for grader in "XY"]
    found = dawid_skene(Ratings.from_long(*zip(*rows, strict=True), levels=[0, 1]), prior=0)
    assert [grader.right for grader in found.graders] == [1.0, 1.0, None]
    assert found.graders[2].rows == ((1.0, 0.0), None)


def test_many_ratings_of_a_unit_do_not_underflow():
    rng = np.random.default_rng(1)
    table = [[int(rng.random() < 0.6) for _ in range(3000)] for _ in range(4)]
    table += [[int(rng.random() < 0.4) for _ in range(3000)] for _ in range(4)]
    found = dawid_skene(Ratings.from_table(table, levels=[0, 1]), starts=1)
    assert found.label.tolist() == [1] * 4 + [0] * 4
    assert np.isfinite(found.log_likelihood)


@pytest.mark.parametrize("prior", [0, 0.5])
@pytest.mark.parametrize("name", TABLES)
def test_degenerate_table_has_its_answer(name, prior):
    ratings = TABLES[name]
    found = dawid_skene(ratings, prior=prior)
    assert (found.reason is None) == (found.log_likelihood is not None) == bool(len(found.unit))
    assert np.isfinite(found.probability).all()
    if found.reason is None:
        assert found.probability.sum(axis=1) == pytest.approx(np.ones(len(found.unit)))
        assert sum(found.shares) == pytest.approx(1)
        assert math.isfinite(found.log_likelihood)
        assert math.isfinite(found.log_posterior)
        for grader in found.graders:
            assert all(sum(row) == pytest.approx(1) for row in grader.rows if row is not None)


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (Ratings.from_table([]), Reason.NO_OVERLAP),
        (Ratings.from_table([[1], [2]]), Reason.NO_OVERLAP),
        (Ratings.from_table([[1, 2], [2, None]]), Reason.ONE_UNIT),
        (Ratings.from_long([1, 1, 2, 2], [1, 1, 1, 1], [1, 2, 2, 2], repeats="keep"), Reason.NEEDS_TWO_GRADERS),
        (Ratings.from_table([[2, 2], [2, 2]], levels=[1, 2, 3]), Reason.NO_VARIATION),
    ],
)
def test_what_cannot_be_told_has_its_reason(ratings, reason):
    found = dawid_skene(ratings)
    assert (found.reason, found.log_likelihood, found.start, found.graders, found.shares) == (
        reason, None, None, (), (),
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [{"prior": -1}, {"prior": math.inf}, {"prior": math.nan}, {"starts": 0}])
def test_wrong_argument_is_refused(wrong):
    with pytest.raises(ValueError, match=r"prior|start"):
        dawid_skene(anaesthesia(), **wrong)


@pytest.mark.parametrize(("name", "least"), [("bluebird", 0.898), ("rte", 0.928), ("web", 0.826)])
def test_crowds_with_known_truth(name, least):
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: labels by real crowds are not checked.")
    rows = np.loadtxt(Path(folder) / "labels" / f"{name}_crowd.txt", dtype=int)
    truth = dict(np.loadtxt(Path(folder) / "labels" / f"{name}_truth.txt", dtype=int).tolist())
    ratings = Ratings.from_long(*rows.T, repeats="keep")
    found = dawid_skene(ratings)
    given_ = {ratings.unit_labels[u]: ratings.levels[k] for u, k in zip(found.unit, found.label, strict=True)}
    right = [given_[unit] == level for unit, level in truth.items() if unit in given_]
    assert found.converged
    assert sum(right) / len(right) >= least
