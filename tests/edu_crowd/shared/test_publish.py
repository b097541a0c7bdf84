import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import channel_layers, get_channel_layer
from django.db import transaction

from edu_crowd.shared.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)
FRAME = {"type": "topic.changed", "topic": "round 1", "version": 7}


@pytest.fixture(params=["memory", "redis"])
def layer(request: pytest.FixtureRequest, settings: Any) -> Iterator[Any]:
    """Both layers: the newcomer's and production's."""
    config: dict[str, Any] = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        config = {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [url]}}
    settings.CHANNEL_LAYERS = {"default": config}
    channel_layers.backends.clear()
    yield get_channel_layer()
    channel_layers.backends.clear()


class Listener:
    """Somebody in a group. One event loop for the whole test: a layer's queues belong to the loop that made them."""

    def __init__(self, layer: Any, group: str, runner: asyncio.Runner) -> None:
        self.layer, self.runner = layer, runner
        self.channel = runner.run(self.subscribe(group))

    async def subscribe(self, group: str) -> str:
        channel: str = await self.layer.new_channel()
        await self.layer.group_add(group, channel)
        return channel

    async def receive(self) -> Any:
        try:
            return await asyncio.wait_for(self.layer.receive(self.channel), 0.2)
        except TimeoutError:
            return None

    def heard(self) -> Any:
        return self.runner.run(self.receive())


@pytest.fixture
def listener(layer: Any) -> Iterator[Listener]:
    with asyncio.Runner() as runner:
        yield Listener(layer, "people", runner)
        runner.run(layer.flush())
        if hasattr(layer, "close_pools"):
            runner.run(layer.close_pools())


def test_publish_is_heard_after_commit(listener):
    with transaction.atomic():
        publish(group="people", topic="round 1", version=7)
        assert listener.heard() is None
    assert listener.heard() == FRAME


def test_publish_rolled_back_is_not_heard(listener):
    with transaction.atomic():
        publish(group="people", topic="round 1", version=7)
        transaction.set_rollback(True)
    assert listener.heard() is None


def test_publish_reaches_its_group_only(listener):
    publish(group="others", topic="round 1", version=7)
    assert listener.heard() is None


@pytest.fixture
def hung_port() -> Iterator[int]:
    """A server that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("state", ["down", "hung"])
def test_publish_layer_that_does_not_answer_loses_no_work_and_no_time(settings, caplog, hung_port, state):
    url = f"redis://127.0.0.1:{hung_port if state == 'hung' else 1}"
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [url]}}
    }
    began = time.monotonic()
    channel_layers.backends.clear()
    with caplog.at_level(logging.WARNING), transaction.atomic():
        for student in range(30):
            publish(group=f"student {student}", topic="round 1", version=7)
    channel_layers.backends.clear()
    assert time.monotonic() - began < 3
    assert [record.message for record in caplog.records] == [
        "not live: the channel layer did not take a frame for student 0"
    ]


def test_publish_without_layer_does_nothing(settings):
    settings.CHANNEL_LAYERS = {}
    channel_layers.backends.clear()
    publish(group="people", topic="round 1", version=7)
    channel_layers.backends.clear()
