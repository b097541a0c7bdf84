"""One case with everything in view: all sheets of a script side by side, under pseudonyms."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from grading.models import Appeal, Decision, Enlistment, Flag, Mark, MarkSheet, ReviewCase, Round, Script
from grading.queries import origin
from grading.queries.agreement import with_pseudonym
from grading.queries.consensus import current_scores, score_before
from grading.queries.desk import DeskQuestion, Typed, questions_on
from grading.queries.mark import COUNTED, GivenMark, Purpose, latest_sheets
from grading.queries.reference import reference_marks
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
    own: list[GivenMark]  # the teacher's, on a reference paper

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
    score = current_scores(script).get(case.criterion_id)
    before = score_before(case) if case.reason == ReviewCase.Reason.APPEAL else None
    told = Flag.objects.filter(Q(cleared_at=None) | Q(reason=Flag.Reason.CALLED), script=script)
    flags = with_pseudonym(told).select_related("script__question", "criterion")
    return CaseView(
        case=case,
        questions=questions_on(script, Typed()),
        sheets=sheets,
        rows=rows_of(script, sheets, asked=case.criterion_id),
        flags=list(flags.order_by("criterion__position", "pk")),
        appeal=appeal_behind(case),
        decision=Decision.objects.filter(case=case).select_related("reason").order_by("-pk").first(),
        standing=score.points if score else None,
        lowest=before.points if before else None,
    )


def rows_of(script: Script, sheets: list[tuple[str, MarkSheet]], *, asked: int | None = None) -> list[Row]:
    """Return the criteria of a script across these sheets: first the one that is asked about, then what differs."""
    decisions = decisions_that_count(script)
    own = reference_marks(script) if script.is_reference else {}
    marks = [{mark.criterion_id: mark for mark in sheet.marks.all()} for _, sheet in sheets]
    rows = [
        Row(
            criterion=criterion,
            marks=[of_sheet.get(criterion.pk) for of_sheet in marks],
            decision=decisions.get(criterion.pk),
            is_asked=criterion.pk == asked,
            own=own.get(criterion.pk, []),
        )
        for criterion in criteria_of_script(script)
    ]
    return sorted(rows, key=lambda row: (not row.is_asked, not row.differs))


def sheets_of(script: Script) -> list[tuple[str, MarkSheet]]:
    """Return the sheets of a script, each with its grader's pseudonym, in the pseudonyms' order; practice is none."""
    names = dict(Enlistment.objects.filter(round=script.round_id).values_list("grader", "pseudonym"))
    marks = Mark.objects.select_related("level", "comment")
    sheets = (
        latest_sheets((*COUNTED, Purpose.APPEAL, Purpose.SEED))
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
