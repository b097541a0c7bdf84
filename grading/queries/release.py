"""What stands between a class and its feedback, and what a release would tell."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from assignments.models import Assignment, Extension, Submission
from assignments.queries.submission import Cooling, cooling_of
from grading.models import Round
from grading.queries.gradebook import Gradebook, Show, gradebook_of
from grading.queries.round import with_progress
from grading.queries.totals import Totals, totals_of


@dataclass(frozen=True, kw_only=True)
class Outlook:
    assignment: Assignment
    gradebook: Gradebook
    rounds: list[Round]  # with their progress
    still_writing: int
    cooling: Cooling
    totals: Totals
    grades: list[tuple[str, int]]  # the reported grades, with how many get each

    @property
    def papers(self) -> int:
        return len(self.gradebook.counting)

    @property
    def running(self) -> list[Round]:
        return [one for one in self.rounds if one.state in (Round.State.OPEN, Round.State.CLOSING)]

    @property
    def with_cases(self) -> list[Round]:
        return [one for one in self.rounds if one.case_count]  # type: ignore[attr-defined]  # by with_progress

    @property
    def unsettled(self) -> int:
        """How many papers hold the release up; who has feedback keeps it while something is looked at again."""
        return sum(line.is_unsettled and line.told is None for line in self.gradebook.lines)

    @property
    def missing(self) -> int:
        return self.gradebook.counts()[Show.MISSING]

    @property
    def is_open(self) -> bool:
        return self.assignment.state in (Assignment.State.DRAFT, Assignment.State.PUBLISHED)

    @property
    def is_ready(self) -> bool:
        return not (self.is_open or self.running or self.unsettled or self.still_writing)

    @property
    def released(self) -> int:
        return sum(line.told is not None for line in self.gradebook.lines)

    @property
    def read(self) -> int:
        return sum(line.told is not None and line.told.read_at is not None for line in self.gradebook.lines)

    @property
    def moved(self) -> int:
        """How many students would read another total or grade than they were given."""
        return sum(line.has_moved for line in self.gradebook.lines)

    @property
    def untold(self) -> int:
        """How many settled papers have no feedback yet, although the class was released."""
        return sum(line.outcome is not None and line.told is None for line in self.gradebook.lines)


def outlook_of(assignment: Assignment, *, now: datetime) -> Outlook:
    gradebook = gradebook_of(assignment)
    outcomes = [line.outcome for line in gradebook.lines if line.outcome]
    given = Counter(outcome.reported for outcome in outcomes)
    bands = [str(band["label"]) for band in assignment.bands]
    grades = [] if assignment.reporting == Assignment.Reporting.POINTS else [(label, given[label]) for label in bands]
    if grades:
        grades += [(label, n) for label, n in given.items() if label not in bands]
    return Outlook(
        assignment=assignment,
        gradebook=gradebook,
        rounds=list(with_progress(Round.objects.filter(assignment=assignment)).order_by("pk")),
        still_writing=students_with_more_time(assignment, now=now),
        cooling=cooling_of(assignment, now=now),
        totals=totals_of(
            [outcome.total for outcome in outcomes], papers=len(gradebook.counting), maximum=gradebook.maximum
        ),
        grades=grades,
    )


def students_with_more_time(assignment: Assignment, *, now: datetime) -> int:
    """Count the students whose extension runs and who have not handed in: what the class reads would help them."""
    handed_in = Submission.objects.filter(
        assignment=assignment, enrolment=OuterRef("enrolment"), state=Submission.State.HANDED_IN
    )
    running = Extension.objects.filter(assignment=assignment, due_at__gt=now, enrolment__is_active=True)
    return running.filter(~Exists(handed_in)).count()
