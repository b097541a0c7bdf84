"""The page that says what the file is, what its rounds were, and what its columns mean."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from grading.models import Round
from grading.workbooks.gradebook.cells import Column
from grading.workbooks.gradebook.plan import Plan


class Table(Protocol):
    title: str
    freeze: str

    @property
    def columns(self) -> list[Column]: ...

    def rows(self) -> Iterator[list[Any]]: ...


class About:
    freeze = "A2"

    def __init__(self, plan: Plan, tables: Sequence[Table], *, written_at: datetime) -> None:
        self.plan, self.tables, self.written_at = plan, tables, written_at
        self.title = _("About")

    @property
    def columns(self) -> list[Column]:
        return [Column(_("What"), 40), Column(_("Meaning"), 100)]

    def rows(self) -> Iterator[list[Any]]:
        assignment, written_at = self.plan.assignment, timezone.localtime(self.written_at)
        yield [_("Assignment"), assignment.title]
        yield [_("Course"), assignment.course.title]
        zone = timezone.get_current_timezone_name()
        yield [_("Written"), f"{written_at:%Y-%m-%d %H:%M} ({zone})"]
        yield [_("Time zone of the tables"), assignment.course.time_zone]
        for round_ in self.plan.rounds:
            yield [_("Round %(number)s") % {"number": self.plan.round_numbers[round_.pk]}, self.settings_of(round_)]
        for table in self.tables:
            for column in table.columns:
                if column.about:
                    yield [f"{table.title} · {column.title}", column.about]

    def settings_of(self, round_: Round) -> str:
        opened = self.plan.local(round_.opened_at)
        return " · ".join(
            [
                f"{round_.get_kind_display()}",
                f"{round_.get_state_display()}",
                _("opened %(time)s") % {"time": f"{opened:%Y-%m-%d %H:%M}"} if opened else _("not opened yet"),
                f"{round_.get_pool_display()}",
                f"{round_.get_unit_display()}",
                _("readings: %(wanted)s, at most %(most)s")
                % {"wanted": round_.readings_wanted, "most": round_.readings_max},
                _("settled by the %(policy)s") % {"policy": round_.get_policy_display()},
                _("blind") if round_.is_blind else _("names are shown to graders in this round"),
            ]
        )
