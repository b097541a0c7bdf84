"""Comments merged by criterion; released to the whole class at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, Submission
from assignments.queries.submission import counting_submissions
from assignments.services.assignment import mark_released, withdraw_release
from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, FeedbackChanged, announce
from grading.models import Appeal, Decision, Feedback, Result, Round
from grading.queries.mark import GivenMark, latest_sheets, sealed_marks_of
from grading.queries.outcome import outcome_of
from grading.queries.reference import reference_marks_of
from grading.queries.release import students_with_more_time
from grading.queries.result import current_feedback, current_feedbacks
from grading.queries.review import decisions_of
from grading.queries.standing import Standing, standing_of, standings_of
from grading.services.result import compute_results, result_as_of

# Papers that are loaded at once.
BATCH = 200


class ReleaseRefused(Problem):
    """The class cannot be released yet, or its release cannot be undone any more."""


@transaction.atomic
def release(*, assignment: Assignment, now: datetime) -> int:
    """Give every student of the class their feedback at once; return how many.

    Locks the assignment and the papers. Raises `ReleaseRefused`.
    """
    locked = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if locked.state not in (Assignment.State.CLOSED, Assignment.State.RELEASED):
        raise ReleaseRefused(_("Papers can still come in. Close the assignment first."))
    if still_writing := students_with_more_time(locked, now=now):
        raise ReleaseRefused(
            ngettext(
                "%(count)s student still has time by an extension. Wait for the paper, or shorten the extension.",
                "%(count)s students still have time by an extension. Wait for the papers, or shorten the extensions.",
                still_writing,
            )
            % {"count": still_writing}
        )
    running = Round.objects.filter(assignment=assignment, state__in=[Round.State.OPEN, Round.State.CLOSING])
    if running.exists():
        raise ReleaseRefused(_("A round is still being marked. Close it first."))
    submissions = list(counting_submissions(assignment).select_related("assignment__course", "enrolment"))
    # Who has feedback keeps it while something is looked at again.
    told = set(Feedback.objects.filter(submission__assignment=assignment).values_list("submission", flat=True))
    unfinished = sum(
        result is None and paper not in told
        for batch in batches_of(submissions)
        for paper, result in compute_results(assignment=locked, submissions=batch, reason="settled", now=now).items()
    )
    if unfinished:
        raise ReleaseRefused(
            ngettext(
                "%(count)s paper is not settled yet. Finish its readings and its open cases first.",
                "%(count)s papers are not settled yet. Finish their readings and their open cases first.",
                unfinished,
            )
            % {"count": unfinished}
        )
    fresh = sum(len(publish_all(standings_of(locked, batch), now=now)) for batch in batches_of(submissions))
    mark_released(assignment=assignment)
    for round_ in Round.objects.filter(assignment=assignment, state=Round.State.CLOSED):
        Round.objects.filter(pk=round_.pk).update(state=Round.State.RELEASED, released_at=now)
        announce(BoardChanged(round_id=round_.pk), now=now)
    audit.record("assignment.released", assignment, papers=len(submissions), sheets=fresh)
    return len(submissions)


def batches_of(submissions: list[Submission]) -> Iterator[list[Submission]]:
    """Take a class in pieces that fit in memory; all of them belong to one transaction."""
    for start in range(0, len(submissions), BATCH):
        yield submissions[start : start + BATCH]


@transaction.atomic
def undo_release(*, assignment: Assignment) -> None:
    """Take the feedback back as long as nobody has read it. Locks the feedback. Raises `ReleaseRefused`."""
    released = Feedback.objects.filter(submission__assignment=assignment).select_for_update()
    appealed = Appeal.objects.filter(feedback__submission__assignment=assignment)
    if appealed.exists() or any(feedback.read_at for feedback in released):
        raise ReleaseRefused(_("Somebody has read their feedback already. Correct single papers by an override."))
    sheets, _by_model = released.delete()
    withdraw_release(assignment=assignment)
    Round.objects.filter(assignment=assignment, state=Round.State.RELEASED).update(
        state=Round.State.CLOSED, released_at=None
    )
    audit.record("assignment.release_undone", assignment, sheets=sheets)


def publish_feedback(*, submission: Submission, now: datetime) -> None:
    """Write the next version of one student's feedback when anything they would read has changed since the last."""
    publish_all([standing_of(submission)], now=now)


def publish_all(standings: Sequence[Standing], *, now: datetime) -> list[Feedback]:
    """Write the next version of each sheet that has changed, from the recorded results; return the new ones."""
    said = said_in(standings)
    before = current_feedbacks(standing.submission.pk for standing in standings)
    fresh = [
        sheet
        for standing in standings
        if standing.recorded is not None
        and (sheet := sheet_as_of(standing, standing.recorded, said, before.get(standing.submission.pk), now=now)).pk
        is None
    ]
    Feedback.objects.bulk_create(fresh)
    for sheet in fresh:
        if student := sheet.submission.enrolment.user_id:
            announce(FeedbackChanged(user_id=student), now=now)
    return fresh


def preview(*, standing: Standing, now: datetime) -> Feedback | None:
    """Return the sheet the student would read if the class were released now; nothing is written.

    It is the one they have where nothing changed, or where something is looked at again; else it is not saved. None
    while the paper is not settled for the first time.
    """
    before = current_feedback(standing.submission)
    outcome = outcome_of(standing)
    if outcome is None:
        return before
    result = result_as_of(standing, outcome, reason="settled", now=now)
    return sheet_as_of(standing, result, said_in([standing]), before, now=now)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said on scripts, by script: marks and decisions by criterion, and comments on the whole."""

    marks: Mapping[int, Mapping[int, Sequence[GivenMark]]]
    decisions: dict[int, dict[int, Decision]]
    comments: dict[int, list[str]]


def said_in(standings: Sequence[Standing]) -> Said:
    scripts = [script.pk for standing in standings for script in standing.scripts]
    references = [script.pk for standing in standings for script in standing.scripts if script.is_reference]
    comments: dict[int, list[str]] = {}
    sheets = latest_sheets().filter(allocation__script__in=scripts, comment__isnull=False)
    for script, text in sheets.order_by("pk").values_list("allocation__script", "comment__text"):
        comments.setdefault(script, []).append(text)
    marks: dict[int, Mapping[int, Sequence[GivenMark]]] = {}
    marks.update(sealed_marks_of(scripts))
    marks.update(reference_marks_of(references))
    return Said(marks=marks, decisions=decisions_of(scripts), comments=comments)


def sheet_as_of(standing: Standing, result: Result, said: Said, before: Feedback | None, *, now: datetime) -> Feedback:
    """Return the sheet that stands, or the next version, not saved, where it would say something else."""
    body = merge(standing=standing, result=result, said=said)
    if before is not None and (before.result_id, before.body) == (result.pk, body):
        return before
    return Feedback(
        submission=standing.submission,
        version=before.version + 1 if before else 1,
        result=result,
        body=body,
        released_at=now,
    )


def merge(*, standing: Standing, result: Result, said: Said) -> dict[str, Any]:
    """Return what the student reads, by question and criterion; it tells neither who said it nor on which script."""
    marks: dict[int, Sequence[GivenMark]] = {}
    decisions: dict[int, Decision] = {}
    general: list[str] = []
    for script in standing.scripts:
        marks.update(said.marks.get(script.pk, {}))
        decisions |= said.decisions.get(script.pk, {})
        general += said.comments.get(script.pk, [])
    questions = []
    for part in result.parts:
        criteria = [
            criterion | said_on(marks.get(criterion["criterion"], []), decisions.get(criterion["criterion"]))
            for criterion in part["criteria"]
        ]
        questions.append(part | {"criteria": criteria})
    return {
        "questions": questions,
        "comments": sorted(general),
        "late_days": standing.late_days,
        # The share of the points that the late rule left.
        "kept": str(standing.share_kept),
        "override": standing.override.reason.text if standing.override else None,
    }


def said_on(marks: Sequence[GivenMark], decision: Decision | None) -> dict[str, Any]:
    """Return what was said on one criterion: the same comment once, with how many said it; the order tells nothing."""
    counts: dict[str, int] = {}
    for mark in marks:
        if mark.comment:
            counts[mark.comment] = counts.get(mark.comment, 0) + 1
    return {
        "said": [
            {"text": text, "graders": count, "of": len(marks)}
            for text, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ],
        "contested": len({mark.points for mark in marks}) > 1,
        "decision": decision.reason.text if decision else None,
    }


def mark_read(*, feedback: Feedback, now: datetime) -> None:
    """Remember that the student has opened it; from then on the release stands."""
    Feedback.objects.filter(pk=feedback.pk, read_at=None).update(read_at=now)
