"""What all tables of one gradebook share: its assignment and zone, its rounds, questions and criteria in words."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from assignments.models import Assignment, Question
from grading.models import Round
from grading.queries.export import Extent, extent_of
from rubrics.models import Criterion


@dataclass
class Plan:
    """Read once before the first row; the tables look things up here instead of asking the database."""

    assignment: Assignment

    @cached_property
    def extent(self) -> Extent:
        return extent_of(self.assignment)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.assignment.course.time_zone)

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.assignment.questions.order_by("position"))

    @cached_property
    def rounds(self) -> list[Round]:
        return list(self.assignment.rounds.prefetch_related("questions").order_by("pk"))

    @cached_property
    def round_numbers(self) -> dict[int, int]:
        """Number the rounds of the assignment from 1: their keys say nothing to anybody."""
        return {round_.pk: number for number, round_ in enumerate(self.rounds, start=1)}

    @cached_property
    def criteria(self) -> dict[int, Criterion]:
        """Return every criterion that a round pinned, by key, as the rubrics list them."""
        pinned = Criterion.objects.filter(
            rubric__in=[place.rubric_id for round_ in self.rounds for place in round_.questions.all()]
        )
        ordered = pinned.select_related("rubric__question").order_by(
            "rubric__question__position", "position", "rubric__version"
        )
        return {criterion.pk: criterion for criterion in ordered}

    @cached_property
    def criterion_places(self) -> dict[int, int]:
        """Return which column of points a criterion has: versions of one criterion share theirs."""
        columns: dict[tuple[int | None, str], int] = {}
        return {
            key: columns.setdefault((criterion.rubric.question_id, criterion.key), len(columns))
            for key, criterion in self.criteria.items()
        }

    @cached_property
    def criterion_titles(self) -> list[str]:
        """Return the header of each column of points: the newest version's words."""
        titles: dict[int, str] = {}
        for key, place in self.criterion_places.items():
            titles[place] = self.criterion_title(self.criteria[key])
        return list(titles.values())

    def criterion_title(self, criterion: Criterion) -> str:
        return f"{self.question_title(position_of(criterion))} · {criterion.title}"

    def question_title(self, position: int | None) -> str:
        return _("whole paper") if position is None else _("Question %(number)s") % {"number": position}

    def local(self, moment: datetime | None) -> datetime | None:
        """Return a moment as the clock on the course's wall, to the second: a cell has no zone."""
        return moment.astimezone(self.zone).replace(tzinfo=None, microsecond=0) if moment else None

    def in_zone(self, title: str) -> str:
        return f"{title} ({self.assignment.course.time_zone})"


def position_of(criterion: Criterion) -> int | None:
    return criterion.rubric.question.position if criterion.rubric.question else None
