"""What a teacher should know before a round is opened: counts of papers and graders, and what each means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Q

from assignments.models import Answer, Assignment, Course, Enrolment, Submission
from assignments.queries.submission import counting_submissions, due_for_intake
from grading.models import Allocation, MarkSheet, Round
from grading.queries.enlistment import Readers, readers_of, students_without_account
from grading.queries.reference import reference_counts
from grading.queries.roster_terms import Listed, RosterTerms
from grading.queries.round import RubricChoice, rubrics_to_pin
from grading.queries.script import answers_waiting, papers_waiting

# What goes around a term in a text, in signs on either side.
CONTEXT = 30
MOST_TIMES = 5000


@dataclass(frozen=True, kw_only=True)
class Papers:
    """Where the papers of an assignment stand, one per student."""

    ready: int  # in this round's hands as soon as it opens
    in_elsewhere: int  # handed in for good, with nothing for this round: another round has it, or it is empty
    cooling: int
    being_written: int
    absent: int


def papers_of(round_: Round, *, now: datetime) -> Papers:
    assignment = round_.assignment
    assert assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    seats = Enrolment.objects.filter(course=assignment.course, role=Enrolment.Role.STUDENT, is_active=True).count()
    counting = counting_submissions(assignment)
    handed_in = counting.count()
    cooled = due_for_intake(now=now).filter(assignment=assignment).count()
    ready = papers_waiting(round_, now=now).count()
    written = Submission.objects.filter(
        ~Q(enrolment__in=counting.values("enrolment")), assignment=assignment, state=Submission.State.DRAFT
    )
    being_written = written.values("enrolment").distinct().count()
    return Papers(
        ready=ready,
        in_elsewhere=cooled - ready,
        cooling=handed_in - cooled,
        being_written=being_written,
        absent=max(0, seats - handed_in - being_written),
    )


@dataclass(frozen=True, kw_only=True)
class TermInText:
    """A place in a paper that tells who wrote it, or whom it is about."""

    paper: Enrolment
    position: int
    language: str
    before: str
    term: str
    behind: str
    kind: str
    is_own: bool
    whose: Enrolment | None


def terms_in_papers(round_: Round) -> Iterator[TermInText]:
    """Look for everybody on the roster in the texts that were handed in for this round's questions."""
    assignment = round_.assignment
    assert assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    roster = {seat.pk: seat for seat in Enrolment.objects.filter(course=assignment.course).select_related("user")}
    terms = RosterTerms(listed(seat) for seat in roster.values())
    answers = (
        Answer.objects.filter(
            submission__in=counting_submissions(assignment).values("pk"),
            question__in=round_.questions.values("question"),
        )
        .exclude(text="")
        .order_by("submission__enrolment__family_name", "submission__enrolment", "question__position")
        .values_list("submission__enrolment", "question__position", "question__language", "text")
    )
    for seat, position, language, text in answers.iterator():
        for one in terms.find(text):
            yield TermInText(
                paper=roster[seat],
                position=position,
                language=language,
                before=text[max(0, one.start - CONTEXT) : one.start],
                term=text[one.start : one.end],
                behind=text[one.end : one.end + CONTEXT],
                kind=one.kind,
                is_own=one.key == seat,
                whose=roster[one.key] if one.key is not None else None,
            )


def listed(seat: Enrolment) -> Listed:
    """Return what somebody is known by; by the name of the account where the roster has none."""
    named = seat.family_name or seat.given_name
    account = seat.user
    return Listed(
        key=seat.pk,
        family=seat.family_name if named or account is None else account.display_name,
        given=seat.given_name,
        reading=seat.reading,
        number=seat.student_number,
        email=seat.email or (account.email if account else ""),
    )


@dataclass(frozen=True, kw_only=True)
class ReadingTime:
    """Active minutes per reading in earlier rounds of a course; None of them where nothing was measured."""

    n: int
    minutes: float | None
    low: float | None
    high: float | None


def reading_time(course: Course, *, unit: str) -> ReadingTime:
    """Return the median and the range of what readings of this unit took so far, the newest ones."""
    sheets = MarkSheet.objects.filter(
        allocation__script__round__assignment__course=course,
        allocation__script__round__unit=unit,
        allocation__purpose__in=(Allocation.Purpose.BASE, Allocation.Purpose.FURTHER),
        version=1,
        active_ms__gt=0,
    )
    times = [ms / 60_000 for ms in sheets.order_by("-pk").values_list("active_ms", flat=True)[:MOST_TIMES]]
    if not times:
        return ReadingTime(n=0, minutes=None, low=None, high=None)
    return ReadingTime(n=len(times), minutes=median(times), low=min(times), high=max(times))


@dataclass(frozen=True, kw_only=True)
class Preflight:
    """All counts of a draft round."""

    round: Round
    papers: Papers
    rubrics: list[RubricChoice]
    readers: Readers
    without_account: int
    references: tuple[int, int]
    time: ReadingTime
    scripts: int

    @property
    def needed(self) -> int:
        """Graders that a paper needs to get the readings wanted: nobody reads their own."""
        return self.round.readings_wanted + self.own

    @property
    def own(self) -> int:
        return 1 if self.round.pool == Round.Pool.CLASSMATES else 0

    @property
    def most(self) -> int:
        return self.round.readings_max + self.own

    @property
    def has_older_rubric(self) -> bool:
        return any(not choice.is_newest for choice in self.rubrics)

    @property
    def readings(self) -> int:
        return self.scripts * self.round.readings_wanted

    @property
    def readings_at_most(self) -> int:
        return self.scripts * self.round.readings_max

    @property
    def takes_papers(self) -> bool:
        """Whether papers can come in at all: the assignment is out, and its class was not told its results."""
        assignment = self.round.assignment
        return assignment is not None and assignment.state in (Assignment.State.PUBLISHED, Assignment.State.CLOSED)

    @property
    def has_problem(self) -> bool:
        """Whether opening it now would lead nowhere."""
        return not self.takes_papers or not self.rubrics or self.readers.all < self.needed


def preflight_of(round_: Round, *, now: datetime) -> Preflight:
    assignment = round_.assignment
    assert assignment is not None  # noqa: S101  # the gate let in a teacher of its course
    papers = papers_of(round_, now=now)
    rubrics = rubrics_to_pin(round_)
    return Preflight(
        round=round_,
        papers=papers,
        rubrics=rubrics,
        readers=readers_of(round_),
        without_account=students_without_account(assignment.course),
        references=reference_counts(round_),
        time=reading_time(assignment.course, unit=round_.unit),
        scripts=answers_waiting(round_, now=now).count() if round_.unit == Round.Unit.QUESTION else papers.ready,
    )
