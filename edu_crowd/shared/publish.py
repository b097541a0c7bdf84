"""The only sender to the channel layer."""

import asyncio
import logging
from time import monotonic
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)
# A frame is worth no more waiting than this: whoever misses one sees the next, or loads the page again.
PATIENCE_SECONDS = 1
# After a frame that was not taken nobody waits for the next ones: a class that is released is a frame per student.
SILENCE_SECONDS = 5.0


class Silence:
    """Until when this process sends nothing."""

    until = 0.0


def publish(*, group: str, topic: str, version: int) -> None:
    """Tell a group, after commit, that a topic has a new version. A frame carries nothing else."""
    frame = {"type": "topic.changed", "topic": topic, "version": version}

    def send() -> None:
        layer = get_channel_layer()
        if layer is None or monotonic() < Silence.until:
            return
        try:
            async_to_sync(send_in_time)(layer, group, frame)
        except Exception:  # marking goes on without live boards, whatever the layer's failure is called
            Silence.until = monotonic() + SILENCE_SECONDS
            log.warning("not live: the channel layer did not take a frame for %s", group, exc_info=True)

    transaction.on_commit(send)


def takes_frames() -> bool:
    """Whether the channel layer takes a frame; nobody listens to this group."""
    try:
        async_to_sync(send_in_time)(get_channel_layer(), "health", {"type": "topic.changed"})
    except Exception:  # whatever the layer's failure is called, pages are not live
        return False
    return True


async def send_in_time(layer: Any, group: str, frame: dict[str, Any]) -> None:
    """Send, or raise `TimeoutError`: a server that takes a connection and never answers must hold up nobody's work."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await layer.group_send(group, frame)
