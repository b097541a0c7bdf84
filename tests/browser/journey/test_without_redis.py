"""Redis goes away while papers are marked, and comes back: nothing but the boards notices."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from edu_crowd.people.models import User
from grading.models import MarkSheet, Round
from tests.browser.journey import deciding, marking
from tests.browser.journey.people import Person
from tests.browser.sites import served
from tests.factories import UserFactory
from tests.flows.world import World
from tests.support.redis_server import MISSING, answers
from tests.support.servers import free_port, may_start, running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("postgresql")]
NOTE = "Is the second sentence a quotation?"
DISPUTED = "Reason 1"
# The page of a board looks by itself every 10 seconds.
POLLED_SECONDS = 14


@pytest.fixture
def world(transactional_db: None) -> World:
    return World(seed=1, students=3, graders=3, round_settings={"batch_minimum": 1, "readings_max": 2}).opened()


@pytest.fixture
def redis(tmp_path: Path) -> tuple[str, Callable[[], AbstractContextManager[None]]]:
    """The address of a Redis of our own, and how to let it live for a while."""
    program = shutil.which("redis-server") if may_start() else None
    if not program:
        pytest.skip(MISSING)
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    return url, lambda: running(command, answers=lambda: answers(url), folder=tmp_path, user=None)


class Marking:
    """Graders take turns; of the disputed answer the first reader thinks everything and the second nothing."""

    def __init__(self, graders: list[Person]) -> None:
        self.graders = graders
        self.levels = [3, 0]

    def read_one(self, grader: Person) -> bool:
        text = marking.take(grader)
        if text is not None:
            marking.mark(grader, [self.levels.pop(0) if DISPUTED in text else 2, 2], "Name the angle.")
        return text is not None


def expect_chip(board: Person, words: str, *, seconds: float = 15) -> None:
    expect(board.page.locator("[data-live-state]")).to_have_text(words, timeout=seconds * 1000)


def test_marking_goes_on_while_redis_is_away(
    browser: Browser, tmp_path: Path, world: World, redis: tuple[str, Callable[[], AbstractContextManager[None]]]
) -> None:
    url, alive = redis

    def enter(server: str, person: User) -> Person:
        return Person(browser, server, person, tmp_path, has_pictures=False)

    with ExitStack() as servers:
        with alive():
            first, second = servers.enter_context(served(tmp_path, processes=2, redis_url=url))
            teacher = enter(first, world.teacher)
            graders = [enter(second, grader.user) for grader in world.crowd]
            crew = Marking(graders)
            teacher.go(f"/rounds/{world.round.pk}/")
            expect_chip(teacher, "live")
            assert crew.read_one(graders[0])
            deciding.sees(teacher, "readings sealed: 1 of 6", seconds=5)

        # Away. A page that is open says so, and so does one that is loaded now; work goes on.
        expect_chip(teacher, "not live: looks again every 10 seconds")
        marking.take(graders[1])
        marking.ask_teacher(graders[1], NOTE)
        while sum(crew.read_one(grader) for grader in graders):
            pass
        assert MarkSheet.objects.count() == 6
        deciding.sees(teacher, "readings sealed: 6 of 6", seconds=POLLED_SECONDS)
        deciding.sees(teacher, "Decide the case that waits", seconds=POLLED_SECONDS)
        deciding.answer_flag(teacher, NOTE)
        assert deciding.decide_all(teacher, points="1.5", reason="Half of it is there.") == 1
        deciding.sees(teacher, "Nothing waits for a decision.", seconds=POLLED_SECONDS)
        deciding.sees(teacher, "settled: 3", seconds=POLLED_SECONDS)
        administrator = enter(first, UserFactory(is_staff=True))
        expect(administrator.go("/site/health/").get_by_text("Redis does not answer.")).to_be_visible()

        # Back. Nobody has to load the page again.
        with alive():
            expect_chip(teacher, "live", seconds=20)
            colleague = enter(second, world.teacher)
            colleague.go(f"/rounds/{world.round.pk}/")
            deciding.close_round(colleague)
            deciding.sees(teacher, "state: closed", seconds=5)
            assert Round.objects.get().state == "closed"
            servers.close()
