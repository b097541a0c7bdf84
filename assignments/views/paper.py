"""What the pages of a paper share: how its form is read and kept, and how the paper is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime

from assignments.models import Answer, Attachment, Question, Submission
from assignments.queries.answering import Asked, asked_on, questions_of, take_back_until, writing_ends_at
from assignments.services.attachment import MAX_FILES, attach
from assignments.services.standing import can_take_back, standing_of
from assignments.services.submission import AnswerChanged, NotAnAnswer, Seen, save_answer
from edu_crowd.shared import drawing
from edu_crowd.shared.errors import Problem
from edu_crowd.shared.kept import forget, keep, kept
from edu_crowd.shared.text import clean_text, render_text

TEXT, CHOICE, BASE, FILE = "text-", "choice-", "base-", "file-"
# A sentence about one answer; whatever else is refused concerns the whole paper.
OF_ONE_ANSWER = (NotAnAnswer, AnswerChanged)


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form holds for one question, and which stored answer it was typed over."""

    text: str
    choices: tuple[int, ...]
    seen: Seen

    def is_in(self, answer: Answer | None) -> bool:
        """Whether this is stored already; nothing typed where nothing is stored counts as stored."""
        stored = (answer.text, answer.choices) if answer else ("", [])
        return stored == (self.text, list(self.choices))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What of a form was refused, by question; all the rest is stored."""

    answers: dict[int, tuple[Typed, Problem]] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.answers or self.files)

    @property
    def of_the_paper(self) -> str:
        whole = (problem for _, problem in self.answers.values() if not isinstance(problem, OF_ONE_ANSWER))
        return str(next(whole, ""))

    @property
    def status(self) -> int:
        is_invalid = any(isinstance(problem, NotAnAnswer) for _, problem in self.answers.values())
        return 422 if is_invalid or (self.files and not self.answers) else 409


def typed_on(data: QueryDict, question: Question) -> Typed | None:
    """Read one question's fields; None where the form did not have the question."""
    base = data.get(f"{BASE}{question.pk}")
    if base is None:
        return None
    return Typed(
        text=clean_text(data.get(f"{TEXT}{question.pk}", "").replace("\r\n", "\n")),
        choices=tuple(sorted({as_position(tick) for tick in data.getlist(f"{CHOICE}{question.pk}")})),
        seen=Seen(as_instant(base)),
    )


def as_position(text: str) -> int:
    """Read a position that our own form wrote; whatever else came is none that exists."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


def as_instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def keep_typed(paper: Submission, data: QueryDict, files: MultiValueDict[str, UploadedFile], now: datetime) -> Outcome:
    """Store whatever a form holds, each answer by itself, so that one refused answer costs no other."""
    stored = {answer.question_id: answer for answer in paper.answers.all()}
    outcome = Outcome()
    for question in questions_of(paper.assignment):
        typed = typed_on(data, question)
        if typed is not None and not typed.is_in(stored.get(question.pk)):
            try:
                save_answer(
                    submission=paper,
                    question=question,
                    text=typed.text,
                    choices=typed.choices,
                    seen=typed.seen,
                    now=now,
                )
            except Problem as problem:
                outcome.answers[question.pk] = (typed, problem)
        for file in files.getlist(f"{FILE}{question.pk}"):
            try:
                take_file(paper, question, file, now)
            except Problem as problem:
                outcome.files[question.pk] = f"{file.name}: {problem}"
    return outcome


def take_file(paper: Submission, question: Question, file: UploadedFile, now: datetime) -> Attachment:
    drawing.check_size(file.size or 0)
    return attach(submission=paper, question=question, name=file.name or "", content=file.read(), now=now)


def name_of(paper: Submission) -> str:
    return f"paper {paper.pk}"


def page_of(
    request: HttpRequest, paper: Submission, *, outcome: Outcome | None = None, status: int = 200
) -> HttpResponse:
    """Show a paper; what was refused stands in its fields, and beside it what is stored."""
    now = timezone.now()
    items = asked_on(paper)
    if outcome is not None:
        unsaved = {pk: typed for pk, (typed, problem) in outcome.answers.items()}
        said = {
            pk: str(problem) for pk, (typed, problem) in outcome.answers.items() if isinstance(problem, OF_ONE_ANSWER)
        }
        if unsaved:
            form = request.POST.copy()
            form.pop("csrfmiddlewaretoken", None)
            keep(request, name_of(paper), {"form": form.urlencode()})
        said |= {pk: sentence for pk, sentence in outcome.files.items() if pk not in said}
    else:
        unsaved, said = kept_on(request, paper, items), {}
    standing = standing_of(paper, now)
    context: dict[str, Any] = {
        "paper": paper,
        "assignment": paper.assignment,
        "items": [shown(item, unsaved.get(item.question.pk), said.get(item.question.pk, "")) for item in items],
        "answered": sum(item.is_answered for item in items),
        "instructions": render_text(paper.assignment.instructions),
        "standing": standing,
        "take_back_until": take_back_until(paper) if can_take_back(paper, now) else None,
        "problem": outcome.of_the_paper if outcome else "",
        "ends_at": writing_ends_at(paper) if standing.is_writing else None,
        "now": now,
        **file_limits(),
    }
    template = "write" if standing.is_writing else "read"
    return render(request, f"assignments/answering/{template}.html", context, status=status)


def file_limits() -> dict[str, int]:
    return {
        "most_files": MAX_FILES,
        "largest_bytes": settings.UPLOAD_MAX_BYTES,
        "largest_mb": settings.UPLOAD_MAX_BYTES // 2**20,
    }


def shown(item: Asked, unsaved: Typed | None, problem: str) -> Asked:
    """Lay what is not stored over what is, and keep both."""
    if unsaved is None:
        return replace(item, problem=problem)
    return replace(
        item,
        text=unsaved.text,
        choices=unsaved.choices,
        problem=problem,
        stored=item,
        was_changed_elsewhere=item.saved_at is not None and unsaved.seen.saved_at != item.saved_at,
    )


def kept_on(request: HttpRequest, paper: Submission, items: Iterable[Asked]) -> dict[int, Typed]:
    """Return what was refused before and is still not stored."""
    refused = kept(request, name_of(paper))
    if refused is None:
        return {}
    form = QueryDict(refused["form"])
    found = {item.question.pk: (typed_on(form, item.question), item) for item in items}
    return {
        pk: typed
        for pk, (typed, item) in found.items()
        if typed is not None and (typed.text, typed.choices) != (item.text, item.choices)
    }


def forget_typed(request: HttpRequest, paper: Submission) -> None:
    forget(request, name_of(paper))
