"""A student's feedback and papers, as the student reads them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from assignments.models import Answer, Attachment, Question
from assignments.queries.submission import late_days
from edu_crowd.shared.text import render_text
from grading.models import Appeal, Feedback, Override, Round
from grading.queries.result import current_feedback, current_override
from rubrics.models import Level


@dataclass(frozen=True, kw_only=True)
class CriterionRead:
    """How one criterion was settled; the appeal that was filed on it, if any."""

    criterion: int
    title: str
    weight: Decimal
    points: Decimal
    level: Level | None  # the one of the settled points, where they are those of a level
    maximum: Decimal
    policy: str
    readings: int
    said: list[dict[str, Any]]
    contested: bool
    decision: str | None
    appeal: Appeal | None


@dataclass(frozen=True, kw_only=True)
class QuestionRead:
    question: Question
    prompt: SafeString
    points: Decimal
    maximum: Decimal
    marked_by: str
    answer: SafeString
    chosen: list[str]
    files: list[Attachment]
    criteria: list[CriterionRead]

    @property
    def within_reach(self) -> Decimal:
        """The weighted points that the criteria could give; the question's points are scaled from them."""
        return sum((one.weight * one.maximum for one in self.criteria), Decimal(0))

    @property
    def is_scaled(self) -> bool:
        return self.within_reach != self.maximum


@dataclass(frozen=True, kw_only=True)
class FeedbackRead:
    feedback: Feedback
    questions: list[QuestionRead]
    comments: list[str]
    earned: Decimal  # before lateness and override
    late_days: int
    percent_lost: Decimal
    override: Override | None
    newest: Feedback
    is_blind: bool  # none of those who read it could know whose it was

    @property
    def address(self) -> int:
        """What an appeal names; 0 for a sheet that was not given to anybody yet."""
        return self.feedback.pk or 0


def read(feedback: Feedback, *, newest: Feedback | None = None) -> FeedbackRead:
    """Return a sheet as its student reads it; who looks ahead at one names it the newest."""
    paper, result = feedback.submission, feedback.result
    asked = {question.pk: question for question in paper.assignment.questions.all()}
    filed = Appeal.objects.filter(feedback__submission=paper).select_related("reason").order_by("pk")
    appeals = {appeal.criterion_id: appeal for appeal in filed}
    answers = {answer.question_id: answer for answer in paper.answers.prefetch_related("attachments")}
    parts = feedback.body["questions"]
    shown = [one["criterion"] for part in parts for one in part["criteria"]]
    levels = {(level.criterion_id, level.points): level for level in Level.objects.filter(criterion__in=shown)}
    questions = [
        question_read(
            part,
            asked[part["question"]],
            answers.get(part["question"]),
            [
                criterion_read(
                    one, appeals.get(one["criterion"]), levels.get((one["criterion"], Decimal(one["points"])))
                )
                for one in part["criteria"]
            ],
        )
        for part in parts
    ]
    override = current_override(paper)
    return FeedbackRead(
        feedback=feedback,
        questions=questions,
        comments=feedback.body["comments"],
        earned=sum((question.points for question in questions), Decimal(0)),
        # As it was told: an extension given since changes nothing on a sheet that was released.
        late_days=feedback.body["late_days"] if "late_days" in feedback.body else late_days(paper),
        percent_lost=(1 - Decimal(feedback.body["kept"])) * 100,
        override=override if override and override.points == result.total else None,
        newest=newest or current_feedback(paper) or feedback,
        is_blind=not Round.objects.filter(assignment=paper.assignment_id, is_blind=False)
        .exclude(opened_at=None)
        .exists(),
    )


def question_read(
    part: dict[str, Any], question: Question, answer: Answer | None, criteria: list[CriterionRead]
) -> QuestionRead:
    options = question.key.get("options", [])
    return QuestionRead(
        question=question,
        prompt=render_text(question.prompt, language=question.language),
        points=Decimal(part["points"]),
        maximum=Decimal(part["maximum"]),
        marked_by=part["marked_by"],
        answer=render_text(answer.text if answer else "", language=question.language),
        chosen=[options[place] for place in (answer.choices if answer else []) if 0 <= place < len(options)],
        files=list(answer.attachments.all()) if answer else [],
        criteria=criteria,
    )


def criterion_read(one: dict[str, Any], appeal: Appeal | None, level: Level | None) -> CriterionRead:
    return CriterionRead(
        criterion=one["criterion"],
        title=one["title"],
        weight=Decimal(one["weight"]),
        level=level,
        points=Decimal(one["points"]),
        maximum=Decimal(one["maximum"]),
        policy=one["policy"],
        readings=one["readings"],
        said=one["said"],
        contested=one["contested"],
        decision=one["decision"],
        appeal=appeal,
    )
