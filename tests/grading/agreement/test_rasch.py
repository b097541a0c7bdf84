import csv
import math
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from grading.agreement import Ratings, Reason, rasch_sheets
from grading.agreement.rasch import many_facet_rasch
from tests.grading.agreement.rasch_rounds import ratings_of, simulated
from tests.grading.agreement.test_degenerate import TABLES

MODELS = ["rating_scale", "partial_credit"]

# Austrian writing test, data.ratings2 of the R package sirt, rating scale model by the R package TAM: R01 to R16.
TAM_SEVERITIES = [
    0.829, 0.384, 0.369, -0.718, -0.174, 0.266, -0.083, 1.287, -0.248, -0.719, 0.183, 0.001, -0.951, 0.733, -0.365,
    -0.794,
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_simulated_parameters_are_found(model):
    ability, tables = simulated(np.random.default_rng(1))
    found = many_facet_rasch(ratings_of(tables), model=model)
    assert found.converged
    severity = np.array([grader.severity for grader in found.graders])
    error = np.array([grader.standard_error for grader in found.graders])
    assert (np.abs(severity - [-0.8, -0.3, 0.0, 0.4, 0.7]) < 3 * error).all()
    assert severity.sum() == pytest.approx(0, abs=1e-9)
    assert [c.difficulty for c in found.criteria] == pytest.approx([-0.4, 0.1, 0.3], abs=0.25)
    for criterion in found.criteria:
        assert criterion.thresholds == pytest.approx([-1.2, 0.1, 1.1], abs=0.4)
        assert sum(criterion.thresholds) == pytest.approx(0, abs=1e-9)
        assert (criterion.disordered, criterion.unused) == ((), ())
        assert (criterion.infit, criterion.outfit) == pytest.approx((1, 1), abs=0.15)
    assert found.spread == pytest.approx(1.2, abs=0.2)
    inside = np.abs(found.ability - ability) < 1.96 * found.ability_error
    assert 0.9 < inside.mean() < 0.99
    averages = [grader.fair_average for grader in found.graders]
    assert all(a > b for a, b in pairwise(averages))


def test_errors_cover_over_many_rounds():
    rng, z = np.random.default_rng(8), []
    for _ in range(30):
        _, tables = simulated(rng, n_units=80)
        found = many_facet_rasch(ratings_of(tables))
        z += [
            (grader.severity - true) / grader.standard_error
            for grader, true in zip(found.graders, (-0.8, -0.3, 0.0, 0.4, 0.7), strict=True)
        ]
    assert np.mean(np.square(z)) == pytest.approx(1, abs=0.35)


@pytest.mark.parametrize("model", MODELS)
def test_order_and_names_change_nothing(model):
    _, tables = simulated(np.random.default_rng(5), n_units=60)
    plain = many_facet_rasch(ratings_of(tables), model=model)
    rng = np.random.default_rng(6)
    criteria = []
    for table in (tables[2], tables[0], tables[1]):
        rows = [(f"u{u}", f"g{g}", str(v)) for u, row in enumerate(table) for g, v in enumerate(row) if v is not None]
        rng.shuffle(rows)
        criteria.append(Ratings.from_long(*zip(*rows, strict=True), levels=["0", "1", "2", "3"]))
    other = many_facet_rasch(criteria, model=model)
    of_name = dict(zip(other.grader_labels, other.graders, strict=True))
    for number, grader in enumerate(plain.graders):
        twin = of_name[f"g{number}"]
        assert twin.severity == pytest.approx(grader.severity, abs=1e-4)
        assert (twin.infit, twin.outfit) == pytest.approx((grader.infit, grader.outfit), abs=1e-3)
        assert twin.fair_average is None  # text has no points
    assert other.fair == (None, None, None)
    order = [int(str(other.unit_labels[u])[1:]) for u in other.unit.tolist()]
    assert other.ability == pytest.approx(plain.ability[order], abs=1e-3)
    for place, twin in zip((2, 0, 1), other.criteria, strict=True):
        assert twin.difficulty == pytest.approx(plain.criteria[place].difficulty, abs=1e-3)
    assert other.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-4)


@pytest.mark.parametrize("model", MODELS)
def test_scale_turned_round_turns_all_signs(model):
    _, tables = simulated(np.random.default_rng(9), n_units=60)
    turned = [[[None if v is None else 3 - v for v in row] for row in table] for table in tables]
    plain, other = (many_facet_rasch(ratings_of(each), model=model) for each in (tables, turned))
    assert [g.severity for g in other.graders] == pytest.approx([-g.severity for g in plain.graders], abs=1e-3)
    assert [c.difficulty for c in other.criteria] == pytest.approx([-c.difficulty for c in plain.criteria], abs=1e-3)
    assert other.ability == pytest.approx(-plain.ability, abs=1e-3)
    for mine, twin in zip(plain.criteria, other.criteria, strict=True):
        assert twin.thresholds == pytest.approx([-t for t in mine.thresholds[::-1]], abs=1e-3)
    for mine, twin in zip(plain.fair, other.fair, strict=True):
        assert twin == pytest.approx(3 - mine, abs=1e-3)


def test_points_matter_for_averages_alone():
    _, tables = simulated(np.random.default_rng(9), n_units=60)
    wider = [[[None if v is None else 10 + 5 * v for v in row] for row in table] for table in tables]
    plain, other = many_facet_rasch(ratings_of(tables)), many_facet_rasch(ratings_of(wider, levels=[10, 15, 20, 25]))
    for mine, twin in zip(plain.graders, other.graders, strict=True):
        assert twin.severity == pytest.approx(mine.severity)
        assert twin.fair_average == pytest.approx(10 + 5 * mine.fair_average)
    assert other.fair[1] == pytest.approx(10 + 5 * plain.fair[1])


def test_extreme_graders_and_criteria_are_left_out():
    _, tables = simulated(np.random.default_rng(3), n_units=60)
    plain = many_facet_rasch(ratings_of(tables))
    with_generous = [[[*row, 3 if u < 20 else None, None] for u, row in enumerate(table)] for table in tables]
    # The generous grader is extreme only once the criterion on which nobody has more than 0 is gone.
    constant = [[0 if v is not None else None for v in row] for row in with_generous[0]]
    absent = [[None] * 7 for _ in constant]
    criteria = ratings_of([*with_generous, constant, absent])
    found = many_facet_rasch(criteria, model="partial_credit")
    left = found.graders[5]
    assert (left.n, left.severity, left.reason) == (80, None, Reason.NO_VARIATION)
    assert (found.graders[6].n, found.graders[6].reason) == (0, Reason.NO_OVERLAP)
    assert (found.criteria[3].difficulty, found.criteria[3].reason) == (None, Reason.NO_VARIATION)
    assert found.criteria[3].unused == (1, 2, 3)
    assert (found.criteria[4].n, found.criteria[4].reason) == (0, Reason.NO_OVERLAP)
    assert found.fair[3].tolist() == [0] * len(found.unit)
    assert found.fair[4] is None
    generous = many_facet_rasch(ratings_of(with_generous))
    assert (generous.graders[5].severity, generous.graders[5].reason) == (None, Reason.NO_VARIATION)
    assert [g.severity for g in generous.graders[:5]] == pytest.approx([g.severity for g in plain.graders], abs=1e-9)


def test_parts_have_severities_of_their_own():
    _, first = simulated(np.random.default_rng(3), n_units=60)
    _, second = simulated(np.random.default_rng(4), n_units=60, severities=(0.5, 0.2, 1.4))
    tables = [
        [[*row, None, None, None, None] for row in a] + [[None] * 5 + row + [None] for row in b]
        for a, b in zip(first, second, strict=True)
    ]
    for unit, v in enumerate((0, 1, 3)):
        for table in tables:
            table.append([None] * 8 + [(v + unit) % 4])
    found = many_facet_rasch(ratings_of(tables))
    assert found.n_components == 3
    assert [g.component for g in found.graders] == [0] * 5 + [1] * 3 + [2]
    assert sum(g.severity for g in found.graders[:5]) == pytest.approx(0, abs=1e-9)
    assert sum(g.severity for g in found.graders[5:8]) == pytest.approx(0, abs=1e-9)
    alone = found.graders[8]
    assert (alone.severity, alone.fair_average, alone.reason) == (None, None, Reason.DISCONNECTED)
    assert alone.infit is not None


def test_levels_nobody_uses_and_thresholds_out_of_order():
    rng = np.random.default_rng(0)
    # Level 3 is never given, 2 seldom: whoever passes 1 goes to 4 at once.
    table = [[int(rng.choice([0, 1, 2, 4], p=[0.35, 0.3, 0.02, 0.33])) for _ in range(3)] for _ in range(200)]
    found = many_facet_rasch([Ratings.from_table(table, levels=range(5))])
    criterion = found.criteria[0]
    assert criterion.unused == (3,)
    assert len(criterion.thresholds) == 3
    assert criterion.disordered == (2,)
    assert found.fair[0] == pytest.approx(np.full(200, np.mean(table)), abs=0.1)


def test_noisy_grader_does_not_fit():
    rng = np.random.default_rng(2)
    _, tables = simulated(rng)
    for table in tables:
        for row in table:
            if row[4] is not None:
                row[4] = int(rng.integers(0, 4))
    found = many_facet_rasch(ratings_of(tables))
    assert found.graders[4].infit > 1.4
    assert found.graders[4].outfit > 1.4
    assert max(g.infit for g in found.graders[:4]) < 1.2


def test_levels_of_the_rating_scale_are_shared():
    table = [[0, 1], [1, 2], [2, 1], [0, 0], [2, 2], [1, 1]]
    narrow = [[0, 1], [1, 1], [1, 0], [0, 0], [1, 1], [1, 0]]
    pooled = many_facet_rasch([Ratings.from_table(table), Ratings.from_table(narrow)])
    declared = many_facet_rasch([Ratings.from_table(each, levels=[0, 1, 2]) for each in (table, narrow)])
    assert [g.severity for g in pooled.graders] == pytest.approx([g.severity for g in declared.graders])
    assert pooled.criteria[1].unused == (2,)
    assert len(pooled.criteria[1].thresholds) == 2
    odd = [Ratings.from_table(table, levels=[0, 1, 2]), Ratings.from_table(narrow, levels=[0, 1])]
    assert many_facet_rasch(odd).reason == Reason.WRONG_SCALE
    assert many_facet_rasch(odd, model="partial_credit").reason is None


def test_last_of_repeated_ratings_counts():
    _, tables = simulated(np.random.default_rng(5), n_units=40)
    again = []
    for table in tables:
        rows = [(u, g, v) for u, row in enumerate(table) for g, v in enumerate(row) if v is not None]
        again.append(Ratings.from_long(*zip((0, rows[0][1], 0), *rows, strict=True), levels=range(4), repeats="keep"))
    assert many_facet_rasch(again).log_likelihood == pytest.approx(many_facet_rasch(ratings_of(tables)).log_likelihood)


def test_missing_criteria_make_sheets_of_several_kinds(monkeypatch):
    _, tables = simulated(np.random.default_rng(5), n_units=40)
    for u in range(0, 40, 3):
        tables[1][u] = [None] * 5
    plain = many_facet_rasch(ratings_of(tables))
    assert plain.reason is None
    monkeypatch.setattr(rasch_sheets, "blocks", lambda n: (slice(i, min(i + 7, n)) for i in range(0, n, 7)))
    monkeypatch.setattr("grading.agreement.rasch_statistics.ROWS", 11)
    parts = many_facet_rasch(ratings_of(tables))
    assert parts.ability == pytest.approx(plain.ability, abs=1e-6)
    assert [g.standard_error for g in parts.graders] == pytest.approx([g.standard_error for g in plain.graders])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", TABLES)
def test_degenerate_table_has_its_answer(name, model):
    found = many_facet_rasch([TABLES[name]], model=model)
    assert (found.reason is None) == (found.log_likelihood is not None) == bool(found.graders)
    numbers = [found.spread, found.log_likelihood, *found.ability.tolist(), *found.ability_error.tolist()]
    for measure in (*found.graders, *found.criteria):
        numbers += [measure.standard_error, measure.infit, measure.outfit]
    for grader in found.graders:
        assert (grader.severity is None) == (grader.reason is not None)
        numbers += [grader.severity, grader.fair_average]
    assert all(number is None or math.isfinite(number) for number in numbers)


@pytest.mark.parametrize(
    ("criteria", "reason"),
    [
        ([], Reason.NO_OVERLAP),
        ([Ratings.from_table([])], Reason.NO_OVERLAP),
        ([Ratings.from_table([[1], [2]])], Reason.NO_OVERLAP),
        ([Ratings.from_table([[1, 2], [2, None]])], Reason.ONE_UNIT),
        ([Ratings.from_table([[2, 2], [2, 2]], levels=[1, 2, 3])], Reason.NO_VARIATION),
        ([Ratings.from_table([["a", "b"], ["b", "b"]])], Reason.WRONG_SCALE),
    ],
)
def test_what_cannot_be_told_has_its_reason(criteria, reason):
    found = many_facet_rasch(criteria)
    assert (found.reason, found.graders, found.criteria, found.spread) == (reason, (), (), None)


def test_wrong_argument_is_refused():
    with pytest.raises(ValueError, match="model"):
        many_facet_rasch([], model="guess")
    with pytest.raises(ValueError, match="at most 50"):
        many_facet_rasch([Ratings.from_table([[1]])] * 51)


def test_severities_of_a_writing_test_equal_tam():
    folder = os.environ.get("EDU_CROWD_DATA")
    if not folder:
        pytest.skip("EDU_CROWD_DATA is not set: severities of real graders are not checked.")
    with (Path(folder) / "sirt" / "data.ratings2.csv").open() as file:
        rows = list(csv.DictReader(file))
    units, graders = [row["idstud"] for row in rows], [row["rater"] for row in rows]
    criteria = [
        Ratings.from_long(units, graders, [int(row[f"k{c}"]) for row in rows], levels=range(4)) for c in range(1, 6)
    ]
    found = many_facet_rasch(criteria)
    severity = dict(zip(found.grader_labels, (grader.severity for grader in found.graders), strict=True))
    assert [severity[f"R{r:02d}"] for r in range(1, 17)] == pytest.approx(TAM_SEVERITIES, abs=0.002)
