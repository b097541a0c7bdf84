"""A paper, from the first word to the moment it can no longer be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assignments import autograde
from assignments.models import Answer, Assignment, Attachment, Enrolment, Question, Submission
from assignments.queries import submission as papers
from edu_crowd.shared.audit import record
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.text import clean_text

State = Submission.State
MAX_CHARACTERS = 100_000


class NotTaken(Problem):
    """Papers of this assignment are not taken, not yet, or not any more."""


class TimeUp(Problem):
    """The clock of a timed paper has run out."""


class NoAttemptLeft(Problem):
    """All attempts are used."""


class NotDraft(Problem):
    """The paper was handed in or taken back; its answers stay as they are."""


class CannotTakeBack(Problem):
    """The paper was not handed in, or its time to be taken back is over."""


class NotAnAnswer(Problem):
    """What was given does not fit the question."""


class AnswerChanged(Problem):
    """Another window, or another device, has stored something else since; `current` is what is stored."""

    def __init__(self, message: str, current: Answer) -> None:
        super().__init__(message)
        self.current = current


@dataclass(frozen=True)
class Seen:
    """Which stored answer a writer had before them; none where none was stored."""

    saved_at: datetime | None


def start(*, assignment: Assignment, enrolment: Enrolment, now: datetime) -> Submission:
    """Return the student's draft, or begin one; after a paper was taken back it begins with what was in that one.

    Locks the enrolment. Raises `NotTaken`, `NoAttemptLeft`.
    """
    with transaction.atomic():
        enrolment.refresh_from_db(from_queryset=Enrolment.objects.select_for_update(no_key=True))
        attempts = list(Submission.objects.filter(assignment=assignment, enrolment=enrolment).order_by("attempt"))
        last = attempts[-1] if attempts else None
        if last is not None and last.state == State.DRAFT:
            return last
        check_can_start(assignment, enrolment, attempts, now)
        taken_back = last if last is not None and last.state == State.WITHDRAWN else None
        draft = Submission.objects.create(
            assignment=assignment,
            enrolment=enrolment,
            attempt=last.attempt + 1 if last else 1,
            # Taking a paper back does not set its clock back.
            started_at=taken_back.started_at if taken_back else now,
        )
        if taken_back:
            _copy_answers(taken_back, draft)
        record("submission.started", draft, attempt=draft.attempt)
    return draft


def check_can_start(
    assignment: Assignment, enrolment: Enrolment, attempts: Sequence[Submission], now: datetime
) -> None:
    """Refuse another paper beside these. Raises `NotTaken`, `NoAttemptLeft`."""
    _check_place(assignment, enrolment)
    check_window(assignment, enrolment, now)
    if sum(attempt.state == State.HANDED_IN for attempt in attempts) >= assignment.attempts:
        raise NoAttemptLeft(_("You have handed this in already, and no attempt is left."))


def save_answer(
    *,
    submission: Submission,
    question: Question,
    text: str = "",
    choices: Sequence[int] = (),
    seen: Seen | None = None,
    now: datetime,
) -> Answer:
    """Keep what a student has typed or ticked; with `seen`, unless something else was stored since.

    Locks the paper. Raises `NotDraft`, `NotTaken`, `TimeUp`, `NotAnAnswer`, `AnswerChanged`.
    """
    with transaction.atomic():
        check_can_write(submission, question, now)
        given = {"text": _clean(text), "choices": _positions(question, choices)}
        stored = Answer.objects.filter(submission=submission, question=question).first()
        if stored is not None and {"text": stored.text, "choices": stored.choices} == given:
            return stored
        if stored is not None and seen is not None and stored.saved_at != seen.saved_at:
            raise AnswerChanged(
                _("This answer was changed in another window. Both are here: choose the one that counts."), stored
            )
        answer, _created = Answer.objects.update_or_create(
            submission=submission, question=question, defaults={**given, "saved_at": now}
        )
    return answer


def hand_in(*, submission: Submission, now: datetime) -> None:
    """Hand a paper in, and mark by machine what a machine can; handing in twice is handing in once.

    A timed paper whose clock has run out is handed in as it was saved in time.
    Locks the paper. Raises `NotDraft`, `NotTaken`.
    """
    with transaction.atomic():
        lock_paper(submission)
        if submission.state == State.HANDED_IN:
            return
        _check_draft(submission)
        check_window(submission.assignment, submission.enrolment, now)
        put_in(submission, at=now)


def put_in(submission: Submission, *, at: datetime) -> None:
    """Hand a locked draft in as of some moment, and mark by machine what a machine can."""
    _mark_by_machine(submission, at)
    submission.state, submission.handed_in_at = State.HANDED_IN, at
    submission.save(update_fields=["state", "handed_in_at"])
    record("submission.handed_in", submission, attempt=submission.attempt)


def take_back(*, submission: Submission, now: datetime) -> None:
    """Take a paper back while it can still be handed in again; `start` then goes on where it ended.

    Locks the paper. Raises `CannotTakeBack`, `NotTaken`, `TimeUp`.
    """
    with transaction.atomic():
        lock_paper(submission)
        if submission.state == State.WITHDRAWN:
            return
        check_can_take_back(submission, now)
        submission.state = State.WITHDRAWN
        submission.save(update_fields=["state"])
        record("submission.taken_back", submission, attempt=submission.attempt)


def check_can_take_back(submission: Submission, now: datetime) -> None:
    """Raises `CannotTakeBack`, `NotTaken`, `TimeUp`."""
    until = papers.cooled_at(submission)
    if submission.state != State.HANDED_IN or until is None or until <= now:
        raise CannotTakeBack(_("The paper can no longer be taken back. Ask your teacher if something is wrong."))
    if Submission.objects.filter(
        assignment=submission.assignment, enrolment=submission.enrolment, attempt__gt=submission.attempt
    ).exists():
        raise CannotTakeBack(_("You have begun another attempt. Hand that one in; the last one counts."))
    check_window(submission.assignment, submission.enrolment, now)
    check_clock(submission, now)


def check_window(assignment: Assignment, enrolment: Enrolment, now: datetime) -> None:
    """Refuse what comes too early or too late; after the close only a recorded extension counts. Raises `NotTaken`."""
    extension = papers.extension_of(assignment, enrolment)
    extended = extension.due_at if extension else None
    is_open = assignment.state == Assignment.State.PUBLISHED
    if not is_open and not (assignment.state == Assignment.State.CLOSED and extended and now <= extended):
        raise NotTaken(_("Papers of this assignment are not taken now. Ask your teacher for more time."))
    if assignment.opens_at is not None and now < assignment.opens_at:
        raise NotTaken(_("The assignment opens on %(time)s. Come back then.") % {"time": _local(assignment.opens_at)})
    last = papers.last_moment(assignment, enrolment)
    if now > last:
        raise NotTaken(_("Papers were taken until %(time)s. Ask your teacher for more time.") % {"time": _local(last)})


def check_clock(submission: Submission, now: datetime) -> None:
    up_at = papers.time_up_at(submission)
    if up_at is not None and now > up_at:
        raise TimeUp(_("The time is up. What was saved until then is handed in by itself in a moment."))


def check_can_write(submission: Submission, question: Question, now: datetime) -> None:
    """Lock a paper to change an answer of it. Raises `NotDraft`, `NotAnAnswer`, `NotTaken`, `TimeUp`."""
    lock_paper(submission)
    _check_draft(submission)
    if question.assignment_id != submission.assignment_id:
        raise NotAnAnswer(_("The question belongs to another assignment. Load the page again."))
    check_window(submission.assignment, submission.enrolment, now)
    check_clock(submission, now)


def lock_paper(submission: Submission) -> None:
    rows = Submission.objects.select_related("assignment", "enrolment")
    submission.refresh_from_db(from_queryset=rows.select_for_update(no_key=True, of=("self",)))


def _check_place(assignment: Assignment, enrolment: Enrolment) -> None:
    is_student = enrolment.role == Enrolment.Role.STUDENT and enrolment.is_active
    if enrolment.course_id != assignment.course_id or not is_student:
        raise NotTaken(_("Only students of the course hand in papers. Ask your teacher to enrol you."))


def _check_draft(submission: Submission) -> None:
    if submission.state == State.HANDED_IN:
        raise NotDraft(_("The paper is handed in. Take it back to change it."))
    if submission.state == State.WITHDRAWN:
        raise NotDraft(_("This paper was taken back. Go on in the new one; your answers are in it."))


def _clean(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise NotAnAnswer(_("The answer is longer than %(limit)d characters. Shorten it.") % {"limit": MAX_CHARACTERS})
    return clean_text(text)


def _positions(question: Question, choices: Sequence[int]) -> list[int]:
    ticked = sorted(set(choices))
    options = range(len(question.key.get("options", [])))
    at_most = 1 if question.kind == Question.Kind.SINGLE else len(options)
    if len(ticked) > at_most or not all(tick in options for tick in ticked):
        raise NotAnAnswer(_("These options cannot be chosen here. Load the page again."))
    return ticked


def _mark_by_machine(submission: Submission, now: datetime) -> None:
    answers = {answer.question_id: answer for answer in submission.answers.all()}
    for question in submission.assignment.questions.filter(kind__in=Question.MACHINE_MARKED):
        answer = answers.get(question.pk) or Answer(submission=submission, question=question, saved_at=now)
        answer.machine_points = autograde.mark(
            kind=question.kind, key=question.key, points=question.points, text=answer.text, choices=answer.choices
        )
        answer.save()


def _copy_answers(source: Submission, target: Submission) -> None:
    for answer in source.answers.prefetch_related("attachments"):
        copy = Answer.objects.create(
            submission=target,
            question_id=answer.question_id,
            text=answer.text,
            choices=answer.choices,
            saved_at=answer.saved_at,
        )
        Attachment.objects.bulk_create(
            Attachment(answer=copy, file=one.file.name, name=one.name, kind=one.kind, size=one.size, sha256=one.sha256)
            for one in answer.attachments.all()
        )


def _local(instant: datetime) -> str:
    moment = date_format(timezone.localtime(instant), "DATETIME_FORMAT")
    return f"{moment} ({timezone.get_current_timezone_name()})"
