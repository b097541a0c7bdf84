"""What services tell the pages that are open. The only place where an event or a group is spelled.

An event says that something changed, never what: whoever is told reads again under their own rights.
"""

from dataclasses import dataclass
from datetime import datetime

from edu_crowd.shared.publish import publish


def board_group(round_id: int) -> str:
    return f"board.{round_id}"


def student_group(user_id: int) -> str:
    return f"student.{user_id}"


@dataclass(frozen=True, kw_only=True)
class BoardChanged:
    """Something on the quality board of a round moved: progress, agreement, flags or cases."""

    round_id: int

    @property
    def group(self) -> str:
        return board_group(self.round_id)

    @property
    def topic(self) -> str:
        return f"board:{self.round_id}"


@dataclass(frozen=True, kw_only=True)
class FeedbackChanged:
    """A student has something new to read."""

    user_id: int

    @property
    def group(self) -> str:
        return student_group(self.user_id)

    @property
    def topic(self) -> str:
        return "feedback"


@dataclass(frozen=True, kw_only=True)
class PaperChanged:
    """A student's paper went a step on its way by itself: its time ran out, or it went to the graders."""

    user_id: int

    @property
    def group(self) -> str:
        return student_group(self.user_id)

    @property
    def topic(self) -> str:
        return "paper"


Event = BoardChanged | FeedbackChanged | PaperChanged


def announce(event: Event, *, now: datetime) -> None:
    """Send an event after commit; its version is the instant in milliseconds."""
    publish(group=event.group, topic=event.topic, version=int(now.timestamp() * 1000))
