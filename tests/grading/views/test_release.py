"""A look before the release is what the student then reads, and writes nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assignments.models import Answer
from assignments.services.extension import extend
from assignments.services.settings import edit_assignment
from edu_crowd.shared.models import AuditEntry
from grading import pipeline
from grading.models import Feedback
from grading.queries.result import current_feedback, current_result
from grading.queries.script import criteria_of_script
from grading.services.feedback import ReleaseRefused, release, undo_release
from grading.services.review import decide, open_case
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Marked and closed, not released."""
    world = World(seed=1)
    world.papers = world.everybody_hands_in()
    world.open_round()
    world.everybody_marks(comment="Name the angle of the axis.")
    pipeline.close_round(round_=world.round, now=world.now)
    world.browser = client_of(world.teacher)
    return world


@contextmanager
def nothing_written() -> Iterator[None]:
    def look(execute: Any, sql: str, *rest: Any) -> Any:
        assert sql.lstrip().split()[0] in ("SELECT", "SAVEPOINT", "RELEASE"), sql
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield


def sheet_in(page: str) -> str:
    """Return the sheet alone, without what differs from one request to the next."""
    start = page.index('<h1 class="h3"')
    end = page.index("</fieldset>") if "</fieldset>" in page else page.index("</main>")
    sheet = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page[start:end])
    return re.sub(r"/feedback/\d+/appeals/", "/feedback/N/appeals/", sheet).strip()


def look(world: World, number: int = 0) -> str:
    url = reverse("release_look", args=[world.assignment.pk, world.papers[number].pk])
    with nothing_written():
        response = world.browser.get(url)
    assert response.status_code == 200
    return response.content.decode()


def read(world: World, number: int = 0) -> str:
    own = current_feedback(world.papers[number])
    return client_of(world.enrolments[number].user).get(reverse("feedback", args=[own.pk])).content.decode()


def test_look_is_the_students_page_before_and_after_the_release(world: World) -> None:
    before = look(world)
    assert not Feedback.objects.exists()
    release(assignment=world.assignment, now=world.now)
    after = look(world)
    assert Feedback.objects.exclude(read_at=None).count() == 0
    own = read(world)
    assert sheet_in(before) == sheet_in(after) == sheet_in(own)
    assert "Name the angle of the axis." in before


def test_look_tells_what_has_changed_since_and_changes_nothing(world: World) -> None:
    type(world.assignment).objects.update(late_rule="deduct", due_at=world.papers[0].handed_in_at - timedelta(hours=1))
    world.assignment.refresh_from_db()
    release(assignment=world.assignment, now=world.now)
    assert "Handed in 1 day late: 10 %" in look(world)
    extend(assignment=world.assignment, enrolment=world.enrolments[0], due_at=world.papers[0].handed_in_at)
    assert "days late" not in look(world)
    assert "Handed in 1 day late: 10 %" in read(world)
    page = world.browser.get(reverse("release", args=[world.assignment.pk])).content.decode()
    assert "1 result has moved since" in page
    assert world.browser.post(reverse("release", args=[world.assignment.pk])).status_code == 302
    assert (current_feedback(world.papers[0]).version, current_feedback(world.papers[1]).version) == (2, 1)
    assert sheet_in(look(world)) == sheet_in(read(world))


def test_look_at_what_is_not_settled_says_why(world: World) -> None:
    script = world.scripts()[0]
    case = open_case(script=script, criterion=criteria_of_script(script)[0], reason="unread", now=world.now)
    pages = [look(world, number) for number in range(len(world.papers))]
    assert sum("waits for your decision" in page for page in pages) == 1
    page = world.browser.get(reverse("release", args=[world.assignment.pk])).content.decode()
    assert f'href="{reverse("gradebook", args=[world.assignment.pk])}?show=unsettled"' in page
    assert f'href="{reverse("cases", args=[world.round.pk])}"' in page
    assert "Release to the whole class" not in page
    decide(case=case, by=world.teacher, points=2, reason="As it is.", key="1", now=world.now)
    assert AuditEntry.objects.filter(action="case.decided").count() == 1


def test_look_finds_by_name_and_refuses_other_assignments_papers(world: World) -> None:
    url = reverse("release_look", args=[world.assignment.pk, world.papers[0].pk])
    page = world.browser.get(url, {"q": "1-3"}).content.decode()
    assert reverse("release_look", args=[world.assignment.pk, world.papers[3].pk]) in page
    assert "No paper of somebody called so" in world.browser.get(url, {"q": "nobody"}).content.decode()
    other = World(seed=2).assignment
    assert world.browser.get(reverse("release_look", args=[other.pk, world.papers[0].pk])).status_code == 404


def test_checklist_leads_to_what_resolves_it(world: World) -> None:
    more = timezone.now() + timedelta(days=1)
    world.assignment.submissions.filter(pk=world.papers[4].pk).update(state="withdrawn")
    extend(assignment=world.assignment, enrolment=world.enrolments[4], due_at=more)
    type(world.round).objects.update(state="closing")
    page = world.browser.get(reverse("release", args=[world.assignment.pk])).content.decode()
    assert "1 student still has time by an extension." in page
    assert "A round is still being marked. Close it first." in page
    assert "1 student has handed in no paper" in page
    assert "What stands in the way" in page
    with pytest.raises(ReleaseRefused):
        release(assignment=world.assignment, now=world.now)


def test_bands_say_how_many_get_which(world: World) -> None:
    bands = [{"label": "A", "from": "75"}, {"label": "B", "from": "10"}]
    type(world.assignment).objects.update(reporting="bands", bands=bands)
    page = world.browser.get(reverse("release", args=[world.assignment.pk])).content.decode()
    rows = re.findall(r'lang="en">(\w)</th><td class="text-end">(\d+)<', page)
    assert rows == [("A", "2"), ("B", "3")]


def test_release_and_undo_are_in_the_trail(world: World) -> None:
    release(assignment=world.assignment, now=world.now)
    undo_release(assignment=world.assignment)
    trail = AuditEntry.objects.filter(action__startswith="assignment.").order_by("pk")
    assert [(entry.action, entry.details) for entry in trail if "release" in entry.action] == [
        ("assignment.released", {"papers": 5, "sheets": 5}),
        ("assignment.release_undone", {"sheets": 5}),
    ]


def test_release_does_not_ask_more_often_for_a_larger_class() -> None:
    asked = []
    for students in (5, 25):
        world = World(seed=students, students=students)
        world.everybody_hands_in()
        world.open_round()
        world.everybody_marks()
        pipeline.close_round(round_=world.round, now=world.now)
        with CaptureQueriesContext(connection) as queries:
            release(assignment=world.assignment, now=world.now)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_cut_scores_changed_after_settling_are_what_students_are_told(world: World) -> None:
    bands = [{"label": "best", "from": "0"}]
    before = {paper.pk: current_result(paper) for paper in world.papers}
    assert all(result is not None for result in before.values())
    edit_assignment(assignment=world.assignment, changes={"reporting": "bands", "bands": bands}, now=world.now)
    release(assignment=world.assignment, now=world.now)
    assert {sheet.result.reported for sheet in Feedback.objects.select_related("result")} == {"best"}
    assert (
        "best"
        in client_of(world.enrolments[0].user)
        .get(reverse("feedback", args=[current_feedback(world.papers[0]).pk]))
        .content.decode()
    )


def test_answer_of_wide_spaces_alone_holds_nobody_up() -> None:
    world = World(seed=1, students=6)
    world.papers = world.everybody_hands_in()
    Answer.objects.filter(submission=world.papers[0], question=world.essay).update(text="\u2003\u3000 \u00a0")
    world.open_round()
    world.everybody_marks()
    pipeline.close_round(round_=world.round, now=world.now)
    assert release(assignment=world.assignment, now=world.now) == 6
