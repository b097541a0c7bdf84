"""The board's words on agreement, and the page with its drawings."""

import pytest
from django.urls import reverse

from edu_crowd.people.models import User
from grading.models import AgreementReport, RoundReport
from grading.queries.agreement import NAMES
from grading.services.agreement import refresh_reports
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db
EMPTY = "Agreement can be told once marks are in."


def world_of(*, marked_by: int = 0, graders: int = 3) -> World:
    world = World(seed=1, students=4, graders=graders, round_settings={"batch_minimum": 1})
    world.everybody_hands_in()
    world.open_round()
    for grader in world.crowd[:marked_by]:
        while allocation := world.claim(grader):
            world.mark(allocation, 2)
    if marked_by:
        refresh_reports(round_=world.round, now=world.now)
    return world


def page(world: World, name: str = "agreement") -> str:
    return client_of(world.teacher).get(reverse(name, args=[world.round.pk])).content.decode()


def test_before_any_mark_there_is_a_sentence() -> None:
    world = world_of()
    assert EMPTY in page(world)
    assert EMPTY in page(world, "board")


def test_one_grader_alone_is_compared_with_nobody() -> None:
    world = world_of(marked_by=1)
    text = page(world)
    assert "One grader alone has marked so far" in text
    assert "Not drawn: no paper has two readings" in text
    assert "Which levels were given" in text


def test_graders_without_a_paper_in_common_are_not_compared() -> None:
    world = world_of(marked_by=3)
    pairs = {"graders": 2, "all": 0, "enough": 0, "busiest": [], "rows": [], "least": []}
    RoundReport.objects.update(pairs=pairs)
    assert "No paper has been read by two graders yet" in page(world)


def test_page_draws_every_criterion_and_names_graders_by_pseudonym() -> None:
    world = world_of(marked_by=3)
    User.objects.filter(pk__in=[place.grader.user_id for place in world.places]).update(display_name="Hidden Name")
    text = page(world)
    assert text.count('<svg class="multiple"') == 3 * 2
    assert text.count("<title id=") == text.count("<desc id=") == 3 * 2
    for name in NAMES.values():
        assert str(name) in text
    for place in world.places[:2]:  # the third came too late
        assert place.pseudonym in text
    assert "Hidden Name" not in text
    assert "style=" not in text


def test_board_says_it_in_words_with_the_figures_behind() -> None:
    world = world_of(marked_by=3)
    text = page(world, "board")
    report = AgreementReport.objects.order_by("pk").first()
    assert text.count("How sure is this?") == 2
    assert report.panel["reading"]["en"][0] in text
    assert ">few papers</span>" in text
    assert "Standard error of one mark" in text
    assert reverse("agreement", args=[world.round.pk]) in text
    User.objects.update(locale="ja")
    assert report.panel["reading"]["ja"][0] in page(world, "board")


def test_many_papers_are_not_called_few() -> None:
    world = world_of(marked_by=3)
    for report in AgreementReport.objects.all():
        report.panel["n_units"] = 21
        report.save()
    assert ">few papers<" not in page(world) + page(world, "board")


def test_report_of_an_older_version_is_not_computed_yet() -> None:
    world = world_of(marked_by=3)
    AgreementReport.objects.update(panel={})
    RoundReport.objects.all().delete()
    text = page(world)
    assert text.count("not computed yet") == 3
    assert "<svg" not in text
    assert "not computed yet" in page(world, "board")


def test_standard_error_is_in_points() -> None:
    world = world_of(marked_by=3)
    for report in AgreementReport.objects.all():
        report.panel["sem"] = 0.4213
        report.save()
    assert "± 0.42 points" in page(world)


def test_pairs_who_agree_least_stand_with_their_interval_and_what_is_left_out() -> None:
    world = world_of(marked_by=3)
    report = RoundReport.objects.get()
    row = {**report.pairs["rows"][0], "n_units": 7, "exact": 0.25, "low": 0.1, "high": 0.5, "difference": 1.5}
    report.pairs |= {"enough": 3, "least": [row]}
    report.save()
    text = page(world)
    assert "<strong>25 %</strong>" in text
    assert "10 % to 50 %" in text
    assert "+1.50" in text
    assert "2 more pairs agree better than these." in text
