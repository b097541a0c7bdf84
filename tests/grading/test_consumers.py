"""Sockets: two people each, including what the other must not hear, and rights that end while a socket is open."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import channel_layers
from django.conf import settings

from edu_crowd.asgi import application
from edu_crowd.people.models import User
from grading.events import BoardChanged, Event, FeedbackChanged, PaperChanged, announce
from tests.factories import NOW
from tests.flows.world import World
from tests.support.clients import client_of

pytestmark = pytest.mark.django_db(transaction=True)
VERSION = int(NOW.timestamp() * 1000)


@pytest.fixture(autouse=True)
def _fresh_layer() -> Iterator[None]:
    """A layer's queues belong to the loop that made them."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
def here() -> World:
    return World(seed=1, students=5).opened()


@pytest.fixture
def there() -> World:
    return World(seed=2, students=5).opened()


class Socket(ApplicationCommunicator):
    """A browser's socket, with its session cookie; channels' own communicator needs a server that we do not use."""

    def __init__(self, user: User | None, path: str, origin: str = "http://localhost") -> None:
        session = client_of(user).cookies.get(settings.SESSION_COOKIE_NAME) if user else None
        self.session_key = session.value if session else ""
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.session_key}"
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(b"cookie", cookie.encode()), (b"origin", origin.encode())],
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def connect(self) -> dict[str, Any]:
        await self.send_input({"type": "websocket.connect"})
        return await self.receive_output(timeout=3)

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()

    async def hears(self) -> Any:
        """The text of the next frame, or what closed the socket, or None for silence."""
        if await self.receive_nothing(timeout=0.3):
            return None
        message = await self.receive_output()
        return message if message["type"] == "websocket.close" else message["text"]


def board(world: World) -> str:
    return f"/ws/board/{world.round.pk}/"


async def say(event: Event) -> None:
    await database_sync_to_async(announce)(event, now=NOW)


def is_open(heard: Any) -> bool:
    return heard["type"] == "websocket.accept"


def is_closed(heard: Any) -> bool:
    return isinstance(heard, dict) and heard["type"] == "websocket.close"


def test_board_frame_reaches_its_teacher_and_nobody_else(here: World, there: World) -> None:
    ours, theirs = Socket(here.teacher, board(here)), Socket(there.teacher, board(there))

    async def listen() -> tuple[Any, Any]:
        assert is_open(await ours.connect())
        assert is_open(await theirs.connect())
        await say(BoardChanged(round_id=here.round.pk))
        heard = await ours.hears(), await theirs.hears()
        await ours.leave()
        await theirs.leave()
        return heard

    frame = f'{{"topic": "board:{here.round.pk}", "version": {VERSION}}}'
    assert asyncio.run(listen()) == (frame, None)


@pytest.mark.parametrize(("event", "topic"), [(FeedbackChanged, "feedback"), (PaperChanged, "paper")])
def test_frame_for_a_student_reaches_them_and_nobody_else(here: World, event: Any, topic: str) -> None:
    student, classmate = (enrolment.user for enrolment in here.enrolments[:2])
    own, other = Socket(student, "/ws/feedback/"), Socket(classmate, "/ws/feedback/")

    async def listen() -> tuple[Any, Any]:
        assert is_open(await own.connect())
        assert is_open(await other.connect())
        await say(event(user_id=student.pk))
        heard = await own.hears(), await other.hears()
        await own.leave()
        await other.leave()
        return heard

    assert asyncio.run(listen()) == (f'{{"topic": "{topic}", "version": {VERSION}}}', None)


def test_author_hears_that_the_paper_went_to_the_graders_and_a_latecomer_nothing() -> None:
    world = World(seed=1, students=6)
    last = world.enrolments.pop()
    world.everybody_hands_in()
    own, other = Socket(world.enrolments[0].user, "/ws/feedback/"), Socket(last.user, "/ws/feedback/")

    async def listen() -> tuple[Any, Any]:
        assert is_open(await own.connect())
        assert is_open(await other.connect())
        await database_sync_to_async(world.open_round)()
        heard = await own.hears(), await other.hears()
        await own.leave()
        await other.leave()
        return heard

    heard, silence = asyncio.run(listen())
    assert (heard, silence) == (f'{{"topic": "paper", "version": {int(world.now.timestamp() * 1000)}}}', None)


def test_author_hears_that_the_time_was_up() -> None:
    world = World(seed=1, students=1)
    world.assignment.time_limit_minutes = 30
    world.assignment.save()
    world.write(world.enrolments[0], "Saved in time.")
    socket = Socket(world.enrolments[0].user, "/ws/feedback/")

    async def listen() -> Any:
        assert is_open(await socket.connect())
        await database_sync_to_async(world.later)(minutes=31)
        heard = await socket.hears()
        await socket.leave()
        return heard

    assert asyncio.run(listen()) == f'{{"topic": "paper", "version": {int(world.now.timestamp() * 1000)}}}'
    assert world.assignment.submissions.get().state == "handed_in"


def test_forbidden_and_absent_boards_are_refused_alike(here: World, there: World) -> None:
    people = [None, there.teacher, here.enrolments[0].user, here.crowd[0].user]
    sockets = [Socket(person, board(here)) for person in people]
    sockets += [Socket(here.teacher, "/ws/board/1000000/"), Socket(None, "/ws/feedback/")]
    sockets += [Socket(here.teacher, board(here), origin="https://elsewhere.example")]

    async def knock() -> list[dict[str, Any]]:
        return [await socket.connect() for socket in sockets]

    answers = asyncio.run(knock())
    assert all(answer == answers[0] for answer in answers[:-1])
    assert [is_closed(answer) for answer in answers] == [True] * len(sockets)


def revoke(world: World, socket: Socket) -> None:
    world.course.courseuserobjectpermission_set.filter(user=world.teacher).delete()


def sign_out(world: World, socket: Socket) -> None:
    client = client_of(None)
    client.cookies[settings.SESSION_COOKIE_NAME] = socket.session_key
    client.logout()


def deactivate(world: World, socket: Socket) -> None:
    User.objects.filter(pk=world.teacher.pk).update(is_active=False)


def change_password(world: World, socket: Socket) -> None:
    person = User.objects.get(pk=world.teacher.pk)
    person.set_password("another, longer one")
    person.save()


@pytest.mark.parametrize("end", [revoke, sign_out, deactivate, change_password])
def test_right_withdrawn_closes_an_open_board_in_silence(here: World, end: Callable[[World, Socket], None]) -> None:
    socket = Socket(here.teacher, board(here))

    async def listen() -> list[Any]:
        assert is_open(await socket.connect())
        await database_sync_to_async(end)(here, socket)
        await say(BoardChanged(round_id=here.round.pk))
        return [await socket.hears()]

    heard = asyncio.run(listen())
    assert [is_closed(message) for message in heard] == [True]


def test_what_a_browser_sends_is_ignored(here: World) -> None:
    socket = Socket(here.teacher, board(here))

    async def chatter() -> Any:
        assert is_open(await socket.connect())
        await socket.send_input({"type": "websocket.receive", "text": "not JSON"})
        await socket.send_input({"type": "websocket.receive", "bytes": b"\0"})
        heard = await socket.hears()
        await socket.leave()
        return heard

    assert asyncio.run(chatter()) is None
