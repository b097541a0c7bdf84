import csv
import math
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.agreement import Ratings, Reason, rasch_fit, rasch_sheets
from grading.agreement.rasch import many_facet_rasch
from grading.agreement.rasch_fit import Parameters, curves, likelihood
from grading.agreement.rasch_report import known
from grading.agreement.rasch_scores import Scores
from grading.agreement.rasch_sheets import Sheets
from grading.agreement.rasch_statistics import criterion_errors, errors, grader_errors, mean_squares, weights
from tests.grading.agreement.test_degenerate import TABLES

MODELS = ["rating_scale", "partial_credit"]
Row = tuple[int, int, int, int]

# Austrian writing test, data.ratings2 of the R package sirt, rating scale model by the R package TAM: R01 to R16.
TAM_SEVERITIES = [
    0.829, 0.384, 0.369, -0.718, -0.174, 0.266, -0.083, 1.287, -0.248, -0.719, 0.183, 0.001, -0.951, 0.733, -0.365,
    -0.794,
]  # fmt: skip


def chances(apart: float, steps: list[float]) -> list[float]:
    """Return the probability of each score, from the log odds of neighbours."""
    odds = [1.0]
    for step in steps:
        odds.append(odds[-1] * math.exp(apart - step))
    return [each / sum(odds) for each in odds]


def obvious_posteriors(rows: list[Row], parameters: Parameters, theta: list[float]):
    """Return each unit's likelihood at each node, times its normal weight, written as the model is said."""
    prior = [math.exp(-((t / parameters.spread) ** 2) / 2) for t in theta]
    found = {}
    for unit in sorted({row[0] for row in rows}):
        found[unit] = [p / sum(prior) for p in prior]
        for _, grader, criterion, score in (row for row in rows if row[0] == unit):
            for place, t in enumerate(theta):
                apart = t - parameters.severity[grader]
                found[unit][place] *= chances(apart, parameters.steps[criterion].tolist())[score]
    return found


def obvious_likelihood(rows: list[Row], parameters: Parameters, theta: list[float]) -> float:
    return sum(math.log(sum(joint)) for joint in obvious_posteriors(rows, parameters, theta).values())


def obvious_mean_squares(rows: list[Row], parameters: Parameters, theta: list[float], side: int, place: int):
    squares, variances, standardised, n = 0.0, 0.0, 0.0, 0
    joint = obvious_posteriors(rows, parameters, theta)
    for row in (row for row in rows if row[side] == place):
        unit, grader, criterion, score = row
        n += 1
        for weight, t in zip(joint[unit], theta, strict=True):
            weight /= sum(joint[unit])
            p = chances(t - parameters.severity[grader], parameters.steps[criterion].tolist())
            mean = sum(x * each for x, each in enumerate(p))
            variance = sum((x - mean) ** 2 * each for x, each in enumerate(p))
            squares += weight * (score - mean) ** 2
            variances += weight * variance
            standardised += weight * (score - mean) ** 2 / variance
    return squares / variances, standardised / n


TOPS = [2, 3]


@st.composite
def small_rounds(draw):
    """Return ratings of at most 4 units by 3 graders on two criteria, without gaps in the numbers, and parameters."""
    places = st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 1))
    drawn = draw(st.lists(places, min_size=4, max_size=16, unique=True))
    drawn += [(0, 0, 0), (0, 1, 1), (0, 2, 0)]
    units = {unit: place for place, unit in enumerate(sorted({unit for unit, _, _ in drawn}))}
    rows = [(units[u], g, c, draw(st.integers(0, TOPS[c]))) for u, g, c in dict.fromkeys(drawn)]
    number = st.floats(-2, 2)
    severity = np.array([draw(number) for _ in range(3)])
    steps = [np.array([draw(number) for _ in range(top)]) for top in TOPS]
    return rows, Parameters(severity, steps, draw(st.floats(0.5, 2)))


def sheets_of(rows: list[Row]) -> Sheets:
    return Sheets.of(*np.array(rows, dtype=np.intp).T, np.array(TOPS, dtype=np.intp), 3)


@settings(max_examples=60, deadline=None)
@given(small_rounds())
def test_likelihood_and_slopes_equal_the_obvious_ones(drawn):
    rows, parameters = drawn
    theta = np.linspace(-4, 4, 9)
    value, slope = likelihood(sheets_of(rows), parameters, theta)
    assert value == pytest.approx(obvious_likelihood(rows, parameters, theta.tolist()), abs=1e-9)

    def change(difference):
        ahead, back = (obvious_likelihood(rows, difference(h), theta.tolist()) for h in (1e-5, -1e-5))
        return (ahead - back) / 2e-5

    for r in range(3):
        moved = change(lambda h, r=r: replace(parameters, severity=parameters.severity + h * np.eye(3)[r]))
        assert slope.severity[r] == pytest.approx(moved, abs=1e-6)
    for c, top in enumerate(TOPS):
        for k in range(top):
            steps = [s.copy() for s in parameters.steps]

            def difference(h, c=c, k=k, top=top, steps=steps):
                moved = list(steps)
                moved[c] = steps[c] + h * np.eye(top)[k]
                return replace(parameters, steps=moved)

            assert slope.steps[c][k] == pytest.approx(change(difference), abs=1e-6)
    assert slope.spread == pytest.approx(change(lambda h: replace(parameters, spread=parameters.spread + h)), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(small_rounds())
def test_errors_are_the_curvature_and_mean_squares_the_obvious_ones(drawn):
    rows, parameters = drawn
    theta = np.linspace(-4, 4, 9)
    sheets = sheets_of(rows)
    shown = curves(parameters, theta)
    weight = weights(sheets, rasch_fit.Fit(parameters, 0.0, True, theta), shown)

    def curvature(difference):
        back, here, ahead = (obvious_likelihood(rows, difference(h), theta.tolist()) for h in (-1e-3, 0.0, 1e-3))
        return -(back - 2 * here + ahead) / 1e-6

    of_grader, of_criterion = grader_errors(sheets, shown, weight), criterion_errors(sheets, shown, weight)
    for r in range(3):
        bent = curvature(lambda h, r=r: replace(parameters, severity=parameters.severity + h * np.eye(3)[r]))
        assert bent <= 1e-4 or of_grader[r] ** -2.0 == pytest.approx(bent, abs=1e-4)
    for c in range(2):
        bent = curvature(
            lambda h, c=c: replace(parameters, steps=[s + h * (c == d) for d, s in enumerate(parameters.steps)])
        )
        assert bent <= 1e-4 or of_criterion[c] ** -2.0 == pytest.approx(bent, abs=1e-4)
    unit, grader, criterion, score = np.array(rows, dtype=np.intp).T
    sides = mean_squares(shown, weight, unit, grader, criterion, score)
    for side, found in enumerate(sides, start=1):
        for place in range(len(found.n)):
            if found.n[place]:
                expected = obvious_mean_squares(rows, parameters, theta.tolist(), side, place)
                assert (found.infit[place], found.outfit[place]) == pytest.approx(expected, rel=1e-6)


def test_nothing_known_is_no_error():
    assert [known(error) for error in errors(np.array([4.0, 0.0, -1e-20]))] == [0.5, None, None]


def simulated(rng, n_units=300, severities=(-0.8, -0.3, 0.0, 0.4, 0.7), per_unit=3, spread=1.2):
    """Return the table of ratings per criterion, drawn from the rating scale model."""
    difficulties, thresholds = (-0.4, 0.1, 0.3), (-1.2, 0.1, 1.1)
    ability = spread * rng.normal(size=n_units)
    tables = [[[None] * len(severities) for _ in range(n_units)] for _ in difficulties]
    for unit in range(n_units):
        for grader in rng.choice(len(severities), per_unit, replace=False).tolist():
            for c, difficulty in enumerate(difficulties):
                p = chances(ability[unit] - severities[grader] - difficulty, list(thresholds))
                tables[c][unit][grader] = int(rng.choice(4, p=p))
    return ability, tables


def ratings_of(tables, **how):
    return [Ratings.from_table(table, **({"levels": [0, 1, 2, 3]} | how)) for table in tables]


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


def test_fit_is_the_top():
    _, tables = simulated(np.random.default_rng(4), n_units=40)
    whole = Scores.of(ratings_of(tables), "rating_scale")
    score, _ = whole.ranked("rating_scale")
    sheets = Sheets.of(whole.unit, whole.grader, whole.criterion, score, np.full(3, 3), 5)
    found = rasch_fit.fit(sheets, common_steps=False)
    rng = np.random.default_rng(0)
    for _ in range(20):
        moved = Parameters(
            found.given.severity + 0.02 * rng.normal(size=5),
            [steps + 0.02 * rng.normal(size=3) for steps in found.given.steps],
            found.given.spread + 0.02 * rng.normal(),
        )
        assert likelihood(sheets, moved, found.theta)[0] < found.log_likelihood


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


def test_units_read_often_have_finer_nodes():
    rng = np.random.default_rng(1)
    severities = tuple(np.linspace(-1, 1, 40).tolist())
    _, tables = simulated(rng, n_units=30, severities=severities, per_unit=40)
    found = many_facet_rasch(ratings_of(tables))
    assert found.ability_error.max() < 0.4
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasch_fit, "STEP", 0.3)
        finer = many_facet_rasch(ratings_of(tables))
        patch.setattr(rasch_fit, "COARSEST", math.inf)
        coarse = many_facet_rasch(ratings_of(tables))
    assert found.ability == pytest.approx(finer.ability, abs=1e-3)
    assert [g.severity for g in found.graders] == pytest.approx([g.severity for g in finer.graders], abs=1e-3)
    assert coarse.ability != pytest.approx(finer.ability, abs=1e-2)


def test_wide_abilities_have_wider_nodes():
    _, tables = simulated(np.random.default_rng(1), spread=4.0)
    found = many_facet_rasch(ratings_of(tables))
    assert found.spread == pytest.approx(4, abs=0.8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rasch_fit, "STEP", 0.3)
        patch.setattr(rasch_fit, "WIDTH", 7.0)
        wider = many_facet_rasch(ratings_of(tables))
        patch.setattr(rasch_fit, "NARROWEST", 0.0)
        narrow = many_facet_rasch(ratings_of(tables))
    assert found.spread == pytest.approx(wider.spread, abs=1e-3)
    assert narrow.spread != pytest.approx(wider.spread, abs=1e-2)


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


def test_few_of_many_codes_are_numbered():
    found, place = rasch_sheets.compact_large(np.array([10**9, 5, 10**9, 7]))
    assert (found.tolist(), place.tolist()) == ([5, 7, 10**9], [2, 0, 2, 1])


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
