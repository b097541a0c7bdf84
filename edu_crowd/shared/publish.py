"""The only sender to the channel layer."""

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)


def publish(*, group: str, topic: str, version: int) -> None:
    """Tell a group, after commit, that a topic has a new version. A frame carries nothing else."""
    frame = {"type": "topic.changed", "topic": topic, "version": version}

    def send() -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        try:
            async_to_sync(layer.group_send)(group, frame)
        except Exception:  # marking goes on without live boards, whatever the layer's failure is called
            log.warning("not live: the channel layer did not take a frame for %s", group, exc_info=True)

    transaction.on_commit(send)
