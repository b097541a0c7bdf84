"""A paper that can be written on now: pages go by the real clock."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from assignments.models import Answer, Question, Submission
from assignments.services.submission import save_answer
from tests.factories import AssignmentFactory, QuestionFactory, SubmissionFactory
from tests.support.clients import client_of

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
JSON = {"headers": {"accept": "application/json"}}


class Writing:
    """One student's draft of an assignment due tomorrow, with a question of each kind."""

    def __init__(self, *kinds: str, **fields: Any) -> None:
        self.now: datetime = timezone.now()
        self.assignment = AssignmentFactory(due_at=self.now + DAY, **fields)
        self.questions: list[Question] = [
            QuestionFactory(assignment=self.assignment, kind=kind, prompt=f"Asked as {kind}?")
            for kind in kinds or Question.Kind.values
        ]
        self.paper: Submission = SubmissionFactory(assignment=self.assignment, now=None)
        self.paper.started_at = self.now
        self.paper.save()
        self.client: Client = client_of(self.paper.enrolment.user)
        self.url = f"/papers/{self.paper.pk}/"

    def of(self, kind: str) -> Question:
        return next(question for question in self.questions if question.kind == kind)

    def store(self, kind: str, text: str = "", **fields: Any) -> Answer:
        return save_answer(submission=self.paper, question=self.of(kind), text=text, now=self.now, **fields)

    def stored(self, kind: str) -> tuple[str, list[int]] | None:
        answer = Answer.objects.filter(submission=self.paper, question=self.of(kind)).first()
        return (answer.text, answer.choices) if answer else None

    def base(self, kind: str) -> str:
        answer = Answer.objects.filter(submission=self.paper, question=self.of(kind)).first()
        return answer.saved_at.isoformat() if answer else ""

    def form(
        self, kind: str, text: str = "", *, base: str | None = None, choices: tuple[int, ...] = ()
    ) -> dict[str, Any]:
        number = self.of(kind).pk
        return {
            f"base-{number}": self.base(kind) if base is None else base,
            f"text-{number}": text,
            f"choice-{number}": list(choices),
        }

    def save(self, kind: str, text: str = "", **more: Any) -> Any:
        """Save one answer as the page's script does."""
        return self.client.post(f"{self.url}answers/{self.of(kind).pk}/", self.form(kind, text, **more), **JSON)

    def page(self) -> str:
        return self.client.get(self.url).content.decode()
