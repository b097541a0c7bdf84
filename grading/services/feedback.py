"""Comments merged by criterion; released to the whole class at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import Assignment, Extension, Submission
from assignments.queries.submission import counting_submissions, lateness_factor
from assignments.services.assignment import mark_released, withdraw_release
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, FeedbackChanged, announce
from grading.models import Appeal, Decision, Feedback, Result, Round, Script
from grading.queries import origin
from grading.queries.mark import GivenMark, latest_sheets, sealed_marks
from grading.queries.reference import reference_marks
from grading.queries.result import current_feedback, current_override, current_result
from grading.queries.review import decisions_that_count
from grading.services.result import compute_result


class ReleaseRefused(Problem):
    """The class cannot be released yet, or its release cannot be undone any more."""


@transaction.atomic
def release(*, assignment: Assignment, now: datetime) -> int:
    """Give every student of the class their feedback at once; return how many. Raises `ReleaseRefused`."""
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
    submissions = list(counting_submissions(assignment).select_related("assignment", "enrolment"))
    unfinished = [s for s in submissions if compute_result(submission=s, reason="settled", now=now) is None]
    if unfinished:
        raise ReleaseRefused(
            ngettext(
                "%(count)s paper is not settled yet. Finish its readings and its open cases first.",
                "%(count)s papers are not settled yet. Finish their readings and their open cases first.",
                len(unfinished),
            )
            % {"count": len(unfinished)}
        )
    for submission in submissions:
        publish_feedback(submission=submission, now=now)
    mark_released(assignment=assignment)
    for round_ in Round.objects.filter(assignment=assignment, state=Round.State.CLOSED):
        Round.objects.filter(pk=round_.pk).update(state=Round.State.RELEASED, released_at=now)
        announce(BoardChanged(round_id=round_.pk), now=now)
    return len(submissions)


def students_with_more_time(assignment: Assignment, *, now: datetime) -> int:
    """Count the students whose extension runs and who have not handed in: what the class reads would help them."""
    handed_in = Submission.objects.filter(
        assignment=assignment, enrolment=OuterRef("enrolment"), state=Submission.State.HANDED_IN
    )
    running = Extension.objects.filter(assignment=assignment, due_at__gt=now, enrolment__is_active=True)
    return running.filter(~Exists(handed_in)).count()


@transaction.atomic
def undo_release(*, assignment: Assignment) -> None:
    """Take the feedback back as long as nobody has read it. Raises `ReleaseRefused`."""
    released = Feedback.objects.filter(submission__assignment=assignment).select_for_update()
    appealed = Appeal.objects.filter(feedback__submission__assignment=assignment)
    if appealed.exists() or any(feedback.read_at for feedback in released):
        raise ReleaseRefused(_("Somebody has read their feedback already. Correct single papers by an override."))
    released.delete()
    withdraw_release(assignment=assignment)
    Round.objects.filter(assignment=assignment, state=Round.State.RELEASED).update(
        state=Round.State.CLOSED, released_at=None
    )


def publish_feedback(*, submission: Submission, now: datetime) -> Feedback | None:
    """Write the next version of one student's feedback when anything they would read has changed since the last."""
    result = current_result(submission)
    before = current_feedback(submission)
    if result is None:
        return before
    body = merge(submission=submission, result=result)
    if before is not None and (before.result_id, before.body) == (result.pk, body):
        return before
    feedback = Feedback.objects.create(
        submission=submission,
        version=before.version + 1 if before else 1,
        result=result,
        body=body,
        released_at=now,
    )
    if submission.enrolment.user_id:
        announce(FeedbackChanged(user_id=submission.enrolment.user_id), now=now)
    return feedback


def merge(*, submission: Submission, result: Result) -> dict[str, Any]:
    """Return what the student reads, by question and criterion; it tells neither who said it nor on which script."""
    marks: dict[int, Sequence[GivenMark]] = {}
    decisions: dict[int, Decision] = {}
    general: list[str] = []
    for script in origin.scripts_of(submission):
        marks.update(reference_marks(script) if script.is_reference else sealed_marks(script))
        decisions |= decisions_that_count(script)
        general += general_comments(script)
    questions = []
    for part in result.parts:
        criteria = [
            criterion | said_on(marks.get(criterion["criterion"], []), decisions.get(criterion["criterion"]))
            for criterion in part["criteria"]
        ]
        questions.append(part | {"criteria": criteria})
    override = current_override(submission)
    return {
        "questions": questions,
        "comments": sorted(general),
        # The share of the points that the late rule left.
        "kept": str(lateness_factor(submission)),
        "override": override.reason.text if override else None,
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


def general_comments(script: Script) -> list[str]:
    sheets = latest_sheets().filter(allocation__script=script, comment__isnull=False).select_related("comment")
    return [sheet.comment.text for sheet in sheets if sheet.comment]


def mark_read(*, feedback: Feedback, now: datetime) -> None:
    """Remember that the student has opened it; from then on the release stands."""
    Feedback.objects.filter(pk=feedback.pk, read_at=None).update(read_at=now)
