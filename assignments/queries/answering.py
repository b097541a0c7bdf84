"""What a student has before them: the terms of an assignment, and a paper to write on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assignments.models import Answer, Assignment, Attachment, Enrolment, Question, Submission
from assignments.queries import submission as papers
from edu_crowd.shared.text import parse_quantity, render_text

Kind = Question.Kind
State = Submission.State


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Until when, how long and how often one student may write."""

    assignment: Assignment
    due_at: datetime
    last_moment: datetime
    is_extended: bool
    minutes: int | None  # on the clock, extra ones included; none without a time limit
    extra_minutes: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.assignment.attempts - self.used)

    @property
    def takes_late(self) -> bool:
        return self.last_moment > self.due_at

    def lateness(self, now: datetime) -> "Lateness":
        days = papers.days_late(now.astimezone(UTC), self.due_at)
        return Lateness(days=days, percent_lost=(1 - papers.share_kept(self.assignment, days)) * 100)


@dataclass(frozen=True, kw_only=True)
class Lateness:
    """What handing in at some moment would cost."""

    days: int
    percent_lost: Decimal


def terms_of(assignment: Assignment, enrolment: Enrolment, attempts: Iterable[Submission]) -> Terms:
    """Return the terms as one student's extension makes them. Raises `NoDueTime`."""
    extension = papers.extension_of(assignment, enrolment)
    due = papers.due_with(assignment, extension)
    extra = extension.extra_minutes if extension else 0
    limit = assignment.time_limit_minutes
    return Terms(
        assignment=assignment,
        due_at=due,
        last_moment=papers.last_moment_after(assignment, due),
        is_extended=assignment.due_at is not None and due > assignment.due_at,
        minutes=None if limit is None else limit + extra,
        extra_minutes=0 if limit is None else extra,
        used=sum(attempt.state == State.HANDED_IN for attempt in attempts),
    )


@dataclass(frozen=True, kw_only=True)
class Option:
    position: int
    label: str
    is_ticked: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question as it lies before a student, with what was answered so far."""

    question: Question
    text: str = ""
    choices: tuple[int, ...] = ()
    saved_at: datetime | None = None
    files: tuple[Attachment, ...] = ()
    problem: str = ""  # what was said against it when it was last sent
    # Set where text and choices are not stored: what is, and whether that came from elsewhere.
    stored: "Asked | None" = None
    was_changed_elsewhere: bool = False

    @cached_property
    def prompt(self) -> SafeString:
        return render_text(self.question.prompt, language=self.question.language)

    @cached_property
    def look(self) -> SafeString:
        """The text as its readers see it."""
        return render_text(self.text, language=self.question.language)

    @property
    def options(self) -> list[Option]:
        labels = self.question.key.get("options", [])
        return [
            Option(position=place, label=label, is_ticked=place in self.choices) for place, label in enumerate(labels)
        ]

    @property
    def chosen(self) -> list[str]:
        return [option.label for option in self.options if option.is_ticked]

    @property
    def is_answered(self) -> bool:
        return bool(self.text.strip() or self.choices or self.files)

    @property
    def hint(self) -> str:
        return hint_on(self.question, self.text)

    @property
    def takes_files(self) -> bool:
        return not self.question.is_machine_marked

    @property
    def is_formatted(self) -> bool:
        """Whether readers see the text otherwise than it is typed."""
        return self.question.kind in (Kind.LONG_TEXT, Kind.MATHS)


def hint_on(question: Question, text: str) -> str:
    """Return what to mind about an answer that is taken as it is; it says nothing about being right."""
    if question.kind == Kind.NUMERIC and text.strip() and parse_quantity(text) is None:
        return _("This cannot be read as a number. Write it like 2.5, with the unit behind it if one is asked for.")
    return ""


def asked_on(paper: Submission) -> list[Asked]:
    """Return the questions of a paper in order."""
    answers = {answer.question_id: answer for answer in paper.answers.prefetch_related("attachments")}
    return [asked(question, answers.get(question.pk)) for question in questions_of(paper.assignment)]


def asked_of_nobody(assignment: Assignment) -> list[Asked]:
    """Return the questions of an assignment as they lie before whoever has answered none."""
    return [asked(question, None) for question in questions_of(assignment)]


def asked(question: Question, answer: Answer | None) -> Asked:
    if answer is None:
        return Asked(question=question)
    return Asked(
        question=question,
        text=answer.text,
        choices=tuple(answer.choices),
        saved_at=answer.saved_at,
        files=tuple(answer.attachments.all()),
    )


def questions_of(assignment: Assignment) -> list[Question]:
    return list(assignment.questions.order_by("position"))


def writing_ends_at(paper: Submission) -> datetime | None:
    """Return when the clock of a timed paper stops, if it has one; never after the last moment that takes papers."""
    up_at = papers.time_up_at(paper)
    return None if up_at is None else min(up_at, papers.last_moment(paper.assignment, paper.enrolment))


def take_back_until(paper: Submission) -> datetime | None:
    """Return until when a paper that is handed in can be taken back: as long as it could still be handed in again."""
    cooled = papers.cooled_at(paper)
    if paper.state != State.HANDED_IN or cooled is None:
        return None
    ends = writing_ends_at(paper) or papers.last_moment(paper.assignment, paper.enrolment)
    return min(cooled, ends)
