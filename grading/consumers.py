"""Sockets. A frame says that a topic has a new version, never what it is.

The right is read from the database when a socket connects and again before each frame: the session must still be
there, the person active, and the gate open. Absent and forbidden close the same way.
"""

from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.utils.module_loading import import_string

from edu_crowd.shared.access import Gate, signed_in
from edu_crowd.shared.errors import Refused
from grading.events import board_group, student_group
from grading.permissions import access_round_as_teacher

SessionStore = import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class TopicConsumer(AsyncJsonWebsocketConsumer):
    """Passes on what is published to one group, to whoever may open the gate."""

    gate: Gate

    async def connect(self) -> None:
        user = await self.viewer()
        if user is None:
            await self.close()
            return
        self.group = self.group_of(user)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "group"):
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def topic_changed(self, frame: dict[str, Any]) -> None:
        if await self.viewer() is None:
            await self.close()
            return
        await self.send_json({"topic": frame["topic"], "version": frame["version"]})

    async def receive(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is said to us through a socket."""

    @database_sync_to_async
    def viewer(self) -> Any:
        """Return who is looking, read afresh; None for whoever may not."""
        session = SessionStore(self.scope["session"].session_key)
        user = get_user(SimpleNamespace(session=session))  # type: ignore[arg-type]  # it reads the session alone
        try:
            type(self).gate(user, **self.scope["url_route"]["kwargs"])
        except Refused:
            return None
        return user

    def group_of(self, user: Any) -> str:
        raise NotImplementedError


class BoardConsumer(TopicConsumer):
    gate = staticmethod(access_round_as_teacher)

    def group_of(self, user: Any) -> str:
        return board_group(self.scope["url_route"]["kwargs"]["round_id"])


class FeedbackConsumer(TopicConsumer):
    gate = staticmethod(signed_in)

    def group_of(self, user: Any) -> str:
        return student_group(user.pk)
