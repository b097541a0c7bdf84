"""What lies on a grader's desk. Reads no row that leads to an author."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from assignments.models import Question
from edu_crowd.shared.text import render_text
from grading.models import Allocation, MarkDraft, MarkSheet, Rendition, RoundQuestion, Script
from grading.queries.script import criteria_of_script
from rubrics.models import Criterion, Level


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a grader has chosen and typed so far: a level id and a comment by criterion id."""

    levels: Mapping[int, int] = field(default_factory=dict)
    comments: Mapping[int, str] = field(default_factory=dict)
    comment: str = ""
    active_ms: int = 0

    @classmethod
    def of_draft(cls, draft: MarkDraft) -> "Typed":
        body = draft.body
        return cls(
            levels={int(key): int(level) for key, level in body.get("marks", {}).items()},
            comments={int(key): text for key, text in body.get("comments", {}).items()},
            comment=body.get("comment", ""),
            active_ms=body.get("active_ms", 0),
        )

    @classmethod
    def of_sheet(cls, sheet: MarkSheet) -> "Typed":
        marks = list(sheet.marks.select_related("comment"))
        return cls(
            levels={mark.criterion_id: mark.level_id for mark in marks if mark.level_id},
            comments={mark.criterion_id: mark.comment.text for mark in marks if mark.comment},
            comment=sheet.comment.text if sheet.comment else "",
        )

    def as_body(self) -> dict[str, Any]:
        return {
            "marks": {str(key): level for key, level in self.levels.items()},
            "comments": {str(key): text for key, text in self.comments.items() if text},
            "comment": self.comment,
            "active_ms": self.active_ms,
        }


@dataclass(frozen=True, kw_only=True)
class Choice:
    level: Level
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class DeskCriterion:
    criterion: Criterion
    choices: list[Choice]
    comment: str

    @property
    def chosen(self) -> Level | None:
        return next((choice.level for choice in self.choices if choice.is_chosen), None)


@dataclass(frozen=True, kw_only=True)
class DeskQuestion:
    """One question on the desk: what was asked, what was answered, and what to mark."""

    question: Question
    prompt: SafeString
    renditions: list[Rendition]
    criteria: list[DeskCriterion]


def questions_on(script: Script, typed: Typed) -> list[DeskQuestion]:
    """Return the questions of a script in order, with what was typed on each criterion."""
    asked = RoundQuestion.objects.filter(round=script.round_id).select_related("question")
    if script.question_id:
        asked = asked.filter(question=script.question_id)
    renditions = list(Rendition.objects.filter(script=script).order_by("position"))
    criteria = list(criteria_of_script(script))
    return [
        DeskQuestion(
            question=item.question,
            prompt=render_text(item.question.prompt, language=item.question.language),
            renditions=[piece for piece in renditions if piece.question_id == item.question_id],
            criteria=[filled(one, typed) for one in criteria if one.rubric_id == item.rubric_id],
        )
        for item in asked.order_by("question__position")
    ]


def filled(criterion: Criterion, typed: Typed) -> DeskCriterion:
    chosen = typed.levels.get(criterion.pk)
    return DeskCriterion(
        criterion=criterion,
        choices=[Choice(level=level, is_chosen=level.pk == chosen) for level in criterion.levels.all()],
        comment=typed.comments.get(criterion.pk, ""),
    )


def draft_of(allocation: Allocation) -> MarkDraft | None:
    return MarkDraft.objects.filter(allocation=allocation).first()


def newest_sheet(allocation: Allocation) -> MarkSheet | None:
    return MarkSheet.objects.filter(allocation=allocation).select_related("comment").order_by("-version").first()
