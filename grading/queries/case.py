"""One case with everything in view: all sheets of a script side by side, under pseudonyms."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from grading.models import Appeal, Decision, Enlistment, Flag, Mark, MarkSheet, ReviewCase, Round, Script
from grading.queries import origin
from grading.queries.agreement import with_pseudonym
from grading.queries.consensus import current_scores, score_before
from grading.queries.desk import DeskQuestion, Typed, questions_on
from grading.queries.mark import COUNTED, Purpose, latest_sheets
from grading.queries.review import decisions_that_count, open_cases
from grading.queries.script import criteria_of_script
from rubrics.models import Criterion


@dataclass(frozen=True, kw_only=True)
class Row:
    """One criterion across all sheets; a sheet without a mark on it is None."""

    criterion: Criterion
    marks: list[Mark | None]
    decision: Decision | None
    is_asked: bool

    @property
    def differs(self) -> bool:
        return len({mark.points for mark in self.marks if mark}) > 1


@dataclass(frozen=True, kw_only=True)
class CaseView:
    case: ReviewCase
    questions: list[DeskQuestion]
    sheets: list[tuple[str, MarkSheet]]  # with the pseudonym of its grader
    rows: list[Row]
    flags: list[Flag]
    appeal: Appeal | None
    decision: Decision | None
    standing: Decimal | None  # the score that counts now
    lowest: Decimal | None  # an appeal never lowers the score that stood before it


def view_of(case: ReviewCase) -> CaseView:
    script = case.script
    sheets = sheets_of(script)
    decisions = decisions_that_count(script)
    marks = [{mark.criterion_id: mark for mark in sheet.marks.all()} for _, sheet in sheets]
    rows = [
        Row(
            criterion=criterion,
            marks=[of_sheet.get(criterion.pk) for of_sheet in marks],
            decision=decisions.get(criterion.pk),
            is_asked=criterion.pk == case.criterion_id,
        )
        for criterion in criteria_of_script(script)
    ]
    score = current_scores(script).get(case.criterion_id)
    before = score_before(case) if case.reason == ReviewCase.Reason.APPEAL else None
    flags = with_pseudonym(Flag.objects.filter(script=script, cleared_at=None)).select_related("criterion")
    return CaseView(
        case=case,
        questions=questions_on(script, Typed()),
        sheets=sheets,
        rows=sorted(rows, key=lambda row: (not row.is_asked, not row.differs)),
        flags=list(flags.order_by("criterion__position", "pk")),
        appeal=appeal_behind(case),
        decision=Decision.objects.filter(case=case).select_related("reason").order_by("-pk").first(),
        standing=score.points if score else None,
        lowest=before.points if before else None,
    )


def sheets_of(script: Script) -> list[tuple[str, MarkSheet]]:
    """Return the sheets of a script that count, each with its grader's pseudonym, in the pseudonyms' order."""
    names = dict(Enlistment.objects.filter(round=script.round_id).values_list("grader", "pseudonym"))
    marks = Mark.objects.select_related("level", "comment")
    sheets = (
        latest_sheets((*COUNTED, Purpose.APPEAL))
        .filter(allocation__script=script)
        .select_related("allocation", "comment")
        .prefetch_related(Prefetch("marks", marks))
    )
    return sorted(((names.get(sheet.allocation.grader_id, "–"), sheet) for sheet in sheets), key=lambda pair: pair[0])


def appeal_behind(case: ReviewCase) -> Appeal | None:
    """Return the student's words where an appeal asked for the case."""
    if case.reason != ReviewCase.Reason.APPEAL:
        return None
    paper = origin.submission_of(case.script)
    appeals = Appeal.objects.filter(feedback__submission=paper, criterion=case.criterion_id)
    return appeals.select_related("reason").order_by("-pk").first()


def next_open_case(case: ReviewCase) -> ReviewCase | None:
    """Return another open case, of the same script if there is one."""
    waiting: QuerySet[ReviewCase] = open_cases(case.script.round).exclude(pk=case.pk)
    return waiting.filter(script=case.script_id).first() or waiting.first()


def unit_of(case: ReviewCase) -> str | None:
    """Return what an imported file calls the paper of a case; for those who may see names."""
    if case.script.round.kind != Round.Kind.IMPORT:
        return None
    return origin.submission_of(case.script).enrolment.student_number
