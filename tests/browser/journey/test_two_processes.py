"""The whole walk as it is run in service: PostgreSQL, Redis and two servers, and who hears what on which of them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from edu_crowd.people.models import User
from grading.models import Round
from grading.services.round import create_round
from tests.browser.journey import story
from tests.browser.journey.people import Cast
from tests.browser.journey.sockets import is_shut, listening
from tests.browser.sites import served
from tests.flows.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("postgresql"), pytest.mark.first]


def test_course_on_two_servers_and_each_hears_their_own(browser: Browser, tmp_path: Path, redis_url: str) -> None:
    elsewhere = World(seed=2)
    other_board = f"/ws/board/{create_round(assignment=elsewhere.assignment).pk}/"
    with served(tmp_path, processes=2, redis_url=redis_url) as [first, second]:
        cast = Cast(browser, first, second, tmp_path, has_pictures=False)
        story.set_out(cast)
        newcomer = story.papers_come_in(cast)
        board = f"/ws/board/{Round.objects.get(assignment__title='Seasons').pk}/"
        people = {one.name.split()[0]: User.objects.get(email=one.email) for one in cast.everybody}
        for outsider in (None, people["Dora"], people["Ada"], people["Aki"], elsewhere.teacher):
            assert is_shut(first, outsider, board)
        with (
            listening(second, people["Tamiko"], board) as teacher,
            listening(first, people["Dora"], "/ws/feedback/") as student,
            listening(second, people["Abe"], "/ws/feedback/") as absent,
            listening(first, elsewhere.teacher, other_board) as other_teacher,
        ):
            story.papers_are_marked(cast, newcomer)
            assert student.topics == {"paper"}
            story.results_go_out(cast, newcomer)
        assert teacher.topics == {board.removeprefix("/ws/").strip("/").replace("/", ":")}
        assert student.topics == {"paper", "feedback"}
        assert (absent.frames, other_teacher.frames) == ([], [])
        for frame in (*teacher.frames, *student.frames):
            assert set(frame) == {"topic", "version"}
            assert isinstance(frame["version"], int)
        cast.check()
