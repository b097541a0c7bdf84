"""What a round's base readings say is kept with its reports; worlds of a few papers, marked through the desk."""

from importlib import import_module

import pytest
from django.apps import apps

from edu_crowd.shared.access import grant
from grading.agreement import Reason
from grading.models import AgreementReport, Mark, RoundReport
from grading.queries import measured
from grading.queries.agreement import REASONS, agreement_in
from grading.queries.charts import details_in, heat_of, place
from grading.queries.pairs import criteria_of, pairs_of, report_of
from grading.queries.script import criteria_of_round
from grading.services.agreement import refresh_reports
from grading.workbooks.round_text import round_lines
from rubrics.models import Criterion, Level
from tests.flows.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Four papers, each read by two of three graders; the last of them gives a point less than the others."""
    world = World(seed=1, students=4, graders=3, round_settings={"batch_minimum": 1})
    world.everybody_hands_in()
    world.open_round()
    severe = world.crowd[-1]
    while claimed := [allocation for grader in world.crowd if (allocation := world.claim(grader))]:
        for allocation in claimed:
            world.mark(allocation, 1 if allocation.grader == severe else 2)
    refresh_reports(round_=world.round, now=world.now)
    return world


def test_report_keeps_figures_panel_and_levels_against_each_other(world: World) -> None:
    report = AgreementReport.objects.order_by("pk").first()
    assert set(report.coefficients) >= {"percent_exact", "percent_within_one", "krippendorff_alpha", "gwet_ac"}
    panel = report.panel
    assert (panel["n_units"], panel["n_graders"], panel["n_ratings"]) == (4, 3, 8)
    assert set(panel["reading"]) == {"en", "ja"}
    assert (panel["levels"], sum(panel["given"])) == ([0, 1, 2, 3], 1)
    confusion = panel["confusion"]
    assert sum(map(sum, confusion)) == 8
    assert confusion[1][2] == confusion[2][1]
    assert confusion[1][2] + confusion[2][2] == sum(confusion[2])


def test_pairs_of_a_round_count_papers_and_all_marks(world: World) -> None:
    """Two criteria on one sheet: the severe grader gives two points a paper less."""
    pairs = pairs_of(report_of(world.round))
    names = {place.grader_id: place.pseudonym for place in world.places}
    severe = names[world.crowd[-1].pk]
    assert (pairs.graders, pairs.enough, pairs.least) == (3, 0, [])
    assert pairs.all == 3
    cells = {(cell.first, cell.second): cell for row in pairs.matrix for cell in row.cells if cell}
    assert sum(cell.papers for cell in cells.values()) == 2 * 4
    for (first, second), cell in cells.items():
        expected = (0.0, "+2.00") if second == severe else (0.0, "−2.00") if first == severe else (1.0, "0.00")
        assert (cell.exact, cell.difference_text) == expected
        assert cells[second, first].exact == cell.exact
    assert {row.grader for row in pairs.matrix} == set(names.values())


def test_pairs_with_enough_papers_are_named_the_least_alike_first(world: World, monkeypatch) -> None:
    monkeypatch.setattr(measured, "ENOUGH_SHARED", 1)
    monkeypatch.setattr(measured, "MOST_PAIRS", 2)
    refresh_reports(round_=world.round, now=world.now)
    pairs = pairs_of(report_of(world.round))
    assert (len(pairs.least), pairs.left_out) == (2, 1)
    assert [pair.exact for pair in pairs.least] == [0, 0]


def test_criteria_of_one_sheet_stand_against_each_other(world: World) -> None:
    criteria = list(criteria_of_round(world.round))
    (table,) = criteria_of(report_of(world.round), criteria)
    assert [row.criterion for row in table] == criteria
    assert [[bool(cell) for cell in row.cells] for row in table] == [[False, False], [True, False]]
    found = table[1].cells[0].figure
    assert (found.text, found.n) == ("1.00", 4)
    report = report_of(world.round)
    report.criteria[0]["spearman"] |= {"value": None, "low": None, "high": None, "reason": "no_variation"}
    (table,) = criteria_of(report, criteria)
    assert str(table[1].cells[0].figure.reason) == "on one of the two all papers have the same mark"
    assert table[1].cells[0].shade == 0


def test_names_of_levels_neither_correlate_nor_differ_in_points(world: World) -> None:
    Criterion.objects.update(scale="nominal")
    refresh_reports(round_=world.round, now=world.now)
    report = report_of(world.round)
    assert report.criteria == []
    assert criteria_of(report, list(criteria_of_round(world.round))) == []
    assert {row["difference"] for row in report.pairs["rows"]} == {None}
    assert pairs_of(report).matrix[0].cells[1].difference_text == "–"


def test_marks_off_the_levels_are_not_drawn_by_level(world: World) -> None:
    mark = Mark.objects.order_by("pk").first()
    # A mark is never changed; one of an import may have such points.
    Level.objects.filter(criterion=mark.criterion, points=mark.points).update(points=mark.points + 20)
    refresh_reports(round_=world.round, now=world.now)
    detail = next(one for one in details_in(world.round) if one.agreement.criterion == mark.criterion)
    assert (detail.bars, detail.heat) == ([], None)
    assert detail.agreement.reading


def test_many_levels_are_not_drawn(world: World) -> None:
    criterion = criteria_of_round(world.round)[0]
    for more in range(measured.MOST_LEVELS):
        Level.objects.create(criterion=criterion, position=100 + more, points=100 + more, label=f"more {more}")
    assert [bool(one.heat) for one in details_in(world.round)] == [False, True]  # they are not the levels of before
    refresh_reports(round_=world.round, now=world.now)
    assert [bool(one.heat) for one in details_in(world.round)] == [False, True]


def test_old_report_says_that_nothing_is_computed(world: World) -> None:
    for report in AgreementReport.objects.all():
        for key in ("gwet_ac", "icc_a_1", "icc_a_k"):
            del report.coefficients[key]
        report.panel = {}
        report.save()
    for one in agreement_in(world.round):
        assert (one.reading, one.error, one.papers, one.has_few) == ([], None, 0, False)
        assert {str(named.figure.reason) for named in one.figures[3:]} == {"not computed yet"}
        assert {named.figure.n for named in one.figures[:3]} == {4}
    assert [one.heat for one in details_in(world.round)] == [None, None]
    assert "\n".join(round_lines(world.round)).count("not_computed") == 2 * 3


def test_migration_lets_the_clock_bring_old_reports_up(world: World) -> None:
    AgreementReport.objects.update(stale_since=None)
    import_module("grading.migrations.0007_reports_stale").make_stale(apps, None)
    assert all(report.stale_since == report.computed_at for report in AgreementReport.objects.all())


def test_text_of_a_round_has_a_line_per_criterion_and_table(world: World) -> None:
    lines = list(round_lines(world.round))
    heads = [place for place, line in enumerate(lines) if line.startswith(("Agreement of base", "Beyond chance"))]
    assert len(heads) == 2
    for head in heads:
        assert [line.split()[0] for line in lines[head + 1 : head + 3]] == ["Content", "Language"]
        assert {len(line) for line in lines[head : head + 3]} == {len(lines[head])}


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(Reason)


def test_drawings_keep_to_their_ground() -> None:
    assert (place(-0.2), place(1), place(-3), place(7)) == (8, 312, 8, 312)
    heat = heat_of([0, 1, 2], [[1, 1, 0], [1, 5, 0], [0, 0, 0]])
    assert [[cell.share for cell in row.cells] for row in heat.rows] == [
        [0.5, 0.5, 0.0],
        [pytest.approx(1 / 6), pytest.approx(5 / 6), 0.0],
        [None, None, None],
    ]
    assert [[cell.percent for cell in row.cells] for row in heat.rows][2] == [0, 0, 0]
    assert max(cell.x + heat.size for row in heat.rows for cell in row.cells) <= 320
    wide = heat_of(list(range(12)), [[0.0] * 12] * 12)
    assert not wide.has_numbers
    assert max(cell.x + wide.size for row in wide.rows for cell in row.cells) <= 320
    assert wide.height <= 320


def test_round_report_is_one_and_follows(world: World) -> None:
    refresh_reports(round_=world.round, now=world.now)
    assert RoundReport.objects.count() == 1


def test_readings_of_who_may_see_names_do_not_count_in_agreement(world: World) -> None:
    round_, criterion = world.round, AgreementReport.objects.order_by("pk")[0].criterion
    severe = world.crowd[-1]
    grant(severe.user, ["view_identity"], world.course)
    assert measured.measure(round_, criterion).ratings.n_ratings == 8  # nobody who may see names marks in a blind round
    round_.is_blind = False
    ratings = measured.measure(round_, criterion).ratings
    assert set(ratings.values.tolist()) == {2.0}
    assert ratings.n_ratings < 8
