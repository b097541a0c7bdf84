"""One paper as its teacher sees it: answers, readings under pseudonyms, and how the result came about."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from assignments.models import Answer, Attachment, Question, Submission
from assignments.queries.question import line_of
from edu_crowd.shared.text import render_text
from grading.models import ConsensusScore, Decision, Feedback, Mark, MarkSheet, Override, Result, ReviewCase, Script
from grading.queries.case import sheets_of
from grading.queries.gradebook import Line
from grading.queries.outcome import Cell, Outcome, cells_of, outcome_of
from grading.queries.review import decisions_of
from grading.queries.standing import Standing
from rubrics.models import Criterion


@dataclass(frozen=True, kw_only=True)
class Option:
    text: str
    is_ticked: bool
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class CriterionMarks:
    """One criterion across all sheets; a sheet without a mark on it is None."""

    criterion: Criterion
    marks: list[Mark | None]
    score: ConsensusScore | None
    decision: Decision | None
    case: ReviewCase | None  # the newest

    @property
    def differs(self) -> bool:
        return len({mark.points for mark in self.marks if mark}) > 1


@dataclass(frozen=True, kw_only=True)
class Readings:
    """What was read of one question on one script."""

    script: Script
    sheets: list[tuple[str, MarkSheet]]  # with the pseudonym of its grader
    rows: list[CriterionMarks]


@dataclass(frozen=True, kw_only=True)
class QuestionMarks:
    question: Question
    prompt: SafeString
    answer: SafeString
    options: list[Option]
    key: list[str]  # in words; empty where the options show it, and where people mark
    files: list[Attachment]
    cell: Cell
    readings: list[Readings]


@dataclass(frozen=True, kw_only=True)
class PaperMarks:
    standing: Standing
    outcome: Outcome | None
    questions: list[QuestionMarks]
    results: QuerySet[Result]
    overrides: list[Override]
    sheets: QuerySet[Feedback]

    @property
    def newest_override(self) -> int:
        return self.overrides[0].version if self.overrides else 0


def marks_of(standing: Standing) -> PaperMarks:
    """Return a paper that was handed in, with everything that was said about it."""
    submission = standing.submission
    answers = {answer.question_id: answer for answer in submission.answers.prefetch_related("attachments")}
    read = [(script, sheets_of(script)) for script in standing.scripts]
    decisions = decisions_of(script.pk for script in standing.scripts)
    scripts = [script.pk for script in standing.scripts]
    cases = {(one.script_id, one.criterion_id): one for one in ReviewCase.objects.filter(script__in=scripts)}
    questions = [
        question_marks(
            cell,
            answers.get(cell.question.pk),
            [
                Readings(script=script, sheets=sheets, rows=rows)
                for script, sheets in read
                if (rows := rows_of(standing, script, sheets, cell.question, decisions.get(script.pk, {}), cases))
            ],
        )
        for cell in cells_of(standing)
    ]
    overrides = Override.objects.filter(submission=submission).select_related("reason", "by")
    return PaperMarks(
        standing=standing,
        outcome=outcome_of(standing),
        questions=questions,
        results=Result.objects.filter(submission=submission).defer("parts").order_by("-version"),
        overrides=list(overrides.order_by("-version")),
        sheets=Feedback.objects.filter(submission=submission).defer("body").order_by("-version"),
    )


def rows_of(
    standing: Standing,
    script: Script,
    sheets: list[tuple[str, MarkSheet]],
    question: Question,
    decisions: dict[int, Decision],
    cases: dict[tuple[int, int], ReviewCase],
) -> list[CriterionMarks]:
    marks = [{mark.criterion_id: mark for mark in sheet.marks.all()} for _, sheet in sheets]
    return [
        CriterionMarks(
            criterion=criterion,
            marks=[of_sheet.get(criterion.pk) for of_sheet in marks],
            score=standing.scores[script.pk].get(criterion.pk),
            decision=decisions.get(criterion.pk),
            case=cases.get((script.pk, criterion.pk)),
        )
        for criterion in standing.criteria[script.pk]
        if criterion.rubric.question_id == question.pk
    ]


def question_marks(cell: Cell, answer: Answer | None, readings: list[Readings]) -> QuestionMarks:
    question, line = cell.question, line_of(cell.question)
    ticked = set(answer.choices if answer else [])
    right = question.key.get("right", [])
    rights = set(right if isinstance(right, list) else [right])
    options = [
        Option(text=text, is_ticked=place in ticked, is_right=place in rights)
        for place, text in enumerate(question.key.get("options", []))
    ]
    return QuestionMarks(
        question=question,
        prompt=line.prompt,
        answer=render_text(answer.text if answer else "", language=question.language),
        options=options,
        key=[] if options else line.key or [],
        files=list(answer.attachments.all()) if answer else [],
        cell=cell,
        readings=readings,
    )


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The papers before and after one, in the order of a list; none at its ends, or where it is not in the list."""

    before: Line | None
    after: Line | None


def neighbours_of(submission: Submission, lines: list[Line]) -> Neighbours:
    with_paper = [line for line in lines if line.paper]
    place = next((n for n, line in enumerate(with_paper) if line.paper and line.paper.pk == submission.pk), None)
    if place is None:
        return Neighbours(before=None, after=None)
    return Neighbours(
        before=with_paper[place - 1] if place else None,
        after=with_paper[place + 1] if place + 1 < len(with_paper) else None,
    )
