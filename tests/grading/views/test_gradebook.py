"""The gradebook: every student, what is missing and why, and as many queries for a class as for one."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.services.extension import extend
from assignments.services.submission import hand_in
from grading import pipeline
from grading.queries.gradebook import Show, gradebook_of
from grading.queries.outcome import Waits
from grading.queries.result import current_feedback
from grading.queries.totals import totals_of
from grading.services.appeal import file_appeal
from grading.services.result import override
from tests.factories import EnrolmentFactory
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(seed=1)


def page(world: World, query: str = "") -> str:
    url = reverse("gradebook", args=[world.assignment.pk])
    return client_of(world.teacher).get(url + query).content.decode()


def test_before_marking_machine_points_stand_and_the_rest_says_why(world: World) -> None:
    world.everybody_hands_in()
    line = gradebook_of(world.assignment).lines[1]
    choice, essay = line.cells
    assert (choice.part.points, choice.waits) == (Decimal("2.00"), None)
    assert (essay.part, essay.waits) == (None, Waits.OUTSIDE)
    assert (line.outcome, line.total, line.is_unsettled) == (None, None, True)
    assert "in no round yet" in page(world)
    assert "None of the 5 papers is settled yet" in page(world)
    world.open_round()
    assert gradebook_of(world.assignment).lines[1].cells[1].waits == Waits.READING


def test_settled_class_has_totals_and_what_was_recorded_is_what_is_shown(world: World) -> None:
    world.release_all()
    book = gradebook_of(world.assignment)
    assert [line.total for line in book.lines] == [Decimal(n) for n in ("4", "6", "4", "6", "4")]
    assert all(line.outcome.parts == line.standing.recorded.parts for line in book.lines)
    assert (book.maximum, [line.has_moved for line in book.lines]) == (8, [False] * 5)
    text = page(world)
    assert "Settled: 5 of 5 papers." in text
    assert 'aria-labelledby="histogram-title histogram-description"' in text


def test_missing_late_and_draft(world: World) -> None:
    hand_in(submission=world.write(world.enrolments[0], "On time."), now=world.now)
    world.write(world.enrolments[1], "Still writing.")
    extend(assignment=world.assignment, enrolment=world.enrolments[2], due_at=world.now + timedelta(days=3))
    left = EnrolmentFactory(course=world.course)
    type(left).objects.filter(pk=left.pk).update(is_active=False)
    lines = {line.enrolment: line for line in gradebook_of(world.assignment).lines}
    assert left not in lines
    assert [lines[one].is_missing for one in world.enrolments] == [False, True, True, True, True]
    world.assignment.late_rule, world.assignment.due_at = "deduct", world.now - timedelta(hours=30)
    world.assignment.save()
    late = gradebook_of(world.assignment).chosen(show=Show.LATE)
    assert [(line.enrolment, line.standing.late_days) for line in late] == [(world.enrolments[0], 2)]
    text = page(world, "?show=missing")
    assert "4 students have handed in no paper" in text
    assert "being written" in text
    assert "more time until" in text
    assert "2 days late" not in text


def test_sums_of_late_papers_add_up(world: World) -> None:
    hand_in(submission=world.write(world.enrolments[0], " "), now=world.now)
    world.assignment.late_rule, world.assignment.due_at = "deduct", world.now - timedelta(hours=30)
    world.assignment.save()
    line = next(line for line in gradebook_of(world.assignment).lines if line.outcome)
    assert (sum(cell.part.points for cell in line.cells), line.outcome.deducted, line.total) == (
        *(2, Decimal("0.4"), Decimal("1.6")),
    )
    read = client_of(world.teacher).get(reverse("paper_marks", args=[line.paper.pk])).content.decode()
    assert ["−0.4 late" in text for text in (page(world), read)] == [True, True]
    override(submission=line.paper, points=5, by=world.teacher, reason="Agreed.", now=world.now)
    assert "−0.4 late" not in page(world)


def test_teacher_abroad_reads_one_page_in_one_zone(world: World) -> None:
    type(world.teacher).objects.filter(pk=world.teacher.pk).update(time_zone="Europe/London")
    extend(assignment=world.assignment, enrolment=world.enrolments[0], due_at=datetime(2030, 1, 2, 12, tzinfo=UTC))
    text = page(world)
    assert "more time until Jan. 2, 2030, 9 p.m." in text
    assert "times are in Asia/Tokyo" in text


def test_who_left_with_a_paper_stays_in_the_list(world: World) -> None:
    world.everybody_hands_in()
    type(world.enrolments[0]).objects.filter(pk=world.enrolments[0].pk).update(is_active=False)
    assert len(gradebook_of(world.assignment).lines) == 5
    assert "has left the course" in page(world)


def test_blank_answer_is_nobodys_and_needs_no_round(world: World) -> None:
    hand_in(submission=world.write(world.enrolments[0], " \u3000\n\u00a0"), now=world.now)
    line = next(line for line in gradebook_of(world.assignment).lines if line.standing)
    assert (line.cells[1].part.marked_by, line.total) == ("nobody", Decimal("2.0000"))


def test_filters_search_and_sort(world: World) -> None:
    papers = world.release_all().papers
    pipeline.override_total(
        submission=papers[0], points=Decimal(8), by=world.teacher, reason="Said in class.", now=world.now
    )
    criterion = world.essay.rubrics.get().criteria.first()
    file_appeal(feedback=current_feedback(papers[1]), criterion=criterion, reason="Look.", now=world.now)
    book = gradebook_of(world.assignment)
    assert {show: n for show, n in book.counts().items() if n} == {
        Show.UNSETTLED: 1,
        Show.OVERRIDDEN: 1,
        Show.APPEAL: 1,
    }
    assert [line.paper for line in book.chosen(show="overridden")] == [papers[0]]
    assert [line.total for line in book.chosen(sort="total")] == [8, 6, 6, 4, 4]
    assert [line.enrolment for line in book.chosen(text="１－３")] == [world.enrolments[3]]
    assert [line.enrolment for line in book.chosen(sort="number")] == world.enrolments
    assert len(book.chosen(show="nonsense")) == 5
    text = page(world, "?show=overridden&q=&sort=total")
    assert f'href="/papers/{papers[0].pk}/marks/?show=overridden&amp;sort=total"' in text
    assert f"/papers/{papers[1].pk}/marks/" not in text
    assert "Nobody of the class is meant by this." in page(world, "?q=nobody-called-so")


def test_totals_say_their_n_and_why_a_figure_is_missing() -> None:
    none = totals_of([], papers=3, maximum=Decimal(8))
    assert (none.n, none.median, none.mean, none.bars) == (0, None, None, [])
    one = totals_of([Decimal(3)], papers=3, maximum=Decimal(8))
    assert (one.median, one.lower_quartile, one.deviation) == (3, None, None)
    four = totals_of([Decimal(n) for n in (1, 2, 7, 8)], papers=4, maximum=Decimal(8))
    assert (four.lower_quartile, four.median, four.upper_quartile) == (Decimal("1.75"), Decimal("4.5"), Decimal("7.25"))
    assert [bar.n for bar in four.bars] == [0, 1, 1, 0, 0, 0, 0, 2]
    assert max(bar.height for bar in four.bars) == 160
    uneven = totals_of([Decimal(26)], papers=1, maximum=Decimal(26))
    assert [(bar.low, bar.high) for bar in uneven.bars][-1] == (25, 26)
    assert [bar.n for bar in uneven.bars] == [0, 0, 0, 0, 0, 1]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.mark.parametrize("students", [1, 30])
def test_budget(students: int) -> None:
    world = World(seed=1, students=students, round_settings={"batch_minimum": 1}).release_all()
    client, assignment = client_of(world.teacher), world.assignment.pk
    criterion = world.essay.rubrics.get().criteria.first()
    for paper in world.papers:
        file_appeal(feedback=current_feedback(paper), criterion=criterion, reason="Look.", now=world.now)
    pages = {
        reverse("gradebook", args=[assignment]): 23,
        reverse("release", args=[assignment]): 26,
        reverse("appeals", args=[assignment]): 14,
        reverse("paper_marks", args=[world.papers[0].pk]): 35,
        reverse("release_look", args=[assignment, world.papers[0].pk]): 36,
    }
    assert {url: queries(client, url) for url in pages} == pages
