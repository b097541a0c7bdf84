"""One criterion is looked at again; a fresh grader re-marks it blind, mixed among other work.

The fresh reading is no vote (docs/decisions/0003-appeals.md): if it gives no more than the score that stands, the score
stands; if it gives more, the teacher decides with everything in view. An appeal never lowers a score.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from edu_crowd.shared import audit
from edu_crowd.shared.errors import Problem
from grading.events import BoardChanged, FeedbackChanged, announce
from grading.models import Allocation, Appeal, Feedback, ReviewCase, Script, TextBody
from grading.queries import origin
from grading.queries.consensus import current_scores
from grading.queries.mark import sealed_marks
from grading.queries.script import criteria_of_script
from grading.services.allocation import call_reading
from grading.services.review import open_case
from grading.services.script import lock_script
from rubrics.models import Criterion


class AppealRefused(Problem):
    """This appeal cannot be filed."""


@transaction.atomic
def file_appeal(*, feedback: Feedback, criterion: Criterion, reason: str, now: datetime) -> Appeal:
    """File a student's appeal and open a place for a fresh reading. A criterion of a paper is appealed once.

    Locks the script, so that two appeals at once ask for one reading. Raises `AppealRefused`.
    """
    script = script_with(feedback=feedback, criterion=criterion)
    if script is None:
        raise AppealRefused(_("Nobody marked this part by hand, so there is nothing to read again. Ask your teacher."))
    script = lock_script(script.pk)
    if known := Appeal.objects.filter(feedback__submission=feedback.submission_id, criterion=criterion).first():
        return known
    if not reason.strip():
        raise AppealRefused(_("Say in a sentence what the graders may have overlooked."))
    body = TextBody.of(reason.strip())
    body.save()
    appeal = Appeal.objects.create(feedback=feedback, criterion=criterion, reason=body, filed_at=now)
    audit.record("appeal.filed", appeal, criterion=criterion.pk)
    if not has_reading_underway(script):
        call_reading(script=script, purpose=Allocation.Purpose.APPEAL, now=now)
    announce(BoardChanged(round_id=script.round_id), now=now)
    return appeal


def script_with(*, feedback: Feedback, criterion: Criterion) -> Script | None:
    """Return the script of this paper on which the criterion was settled."""
    for script in origin.scripts_of(feedback.submission):
        if criterion.pk in current_scores(script):
            return script
    return None


def has_reading_underway(script: Script) -> bool:
    """An appeal on another criterion of the same script has asked for the same fresh reading already."""
    on_desk = script.allocations.filter(purpose=Allocation.Purpose.APPEAL, state=Allocation.State.CLAIMED)
    return (script.is_open and script.next_purpose == Allocation.Purpose.APPEAL) or on_desk.exists()


def pending_appeals(script: Script) -> list[Appeal]:
    submission = origin.submission_of(script)
    criteria = [criterion.pk for criterion in criteria_of_script(script)]
    return list(
        Appeal.objects.select_for_update(of=("self",))
        .filter(feedback__submission=submission, criterion__in=criteria, state__in=Appeal.PENDING)
        .select_related("criterion", "feedback__result", "feedback__submission__enrolment")
    )


@transaction.atomic
def weigh_appeals(*, script: Script, now: datetime) -> None:
    """After the fresh reading: the score stands, or the teacher is asked."""
    fresh = sealed_marks(script, (Allocation.Purpose.APPEAL,))
    standing = current_scores(script)
    for appeal in pending_appeals(script):
        readings = fresh.get(appeal.criterion_id, [])
        if appeal.state != Appeal.State.WAITING or not readings:
            continue
        if readings[-1].points > standing[appeal.criterion_id].points:
            send_to_teacher(appeal=appeal, script=script, now=now)
        else:
            close(appeal=appeal, state=Appeal.State.DISMISSED, now=now)


@transaction.atomic
def send_pending_to_teacher(*, script: Script, now: datetime) -> None:
    """Nobody is left for a fresh reading: the teacher looks instead."""
    for appeal in pending_appeals(script):
        if appeal.state == Appeal.State.WAITING:
            send_to_teacher(appeal=appeal, script=script, now=now)


def send_to_teacher(*, appeal: Appeal, script: Script, now: datetime) -> None:
    open_case(script=script, criterion=appeal.criterion, reason=ReviewCase.Reason.APPEAL, now=now)
    Appeal.objects.filter(pk=appeal.pk).update(state=Appeal.State.REVIEW)


@transaction.atomic
def close_decided(*, script: Script, now: datetime) -> None:
    """After the teacher's decision: upheld when it gives more than the student had, else dismissed."""
    standing = current_scores(script)
    for appeal in pending_appeals(script):
        if appeal.state != Appeal.State.REVIEW or still_open(script, appeal.criterion_id):
            continue
        had = points_released(appeal)
        upheld = standing[appeal.criterion_id].points > had
        close(appeal=appeal, state=Appeal.State.UPHELD if upheld else Appeal.State.DISMISSED, now=now)


def still_open(script: Script, criterion_id: int) -> bool:
    return ReviewCase.objects.filter(script=script, criterion=criterion_id, state=ReviewCase.State.OPEN).exists()


def points_released(appeal: Appeal) -> Decimal:
    """Return what the student was told for the criterion."""
    criteria = [c for part in appeal.feedback.result.parts for c in part["criteria"]]
    return next(Decimal(c["points"]) for c in criteria if c["criterion"] == appeal.criterion_id)


def close(*, appeal: Appeal, state: str, now: datetime) -> None:
    Appeal.objects.filter(pk=appeal.pk).update(state=state, settled_at=now)
    student = appeal.feedback.submission.enrolment.user_id
    if student:
        announce(FeedbackChanged(user_id=student), now=now)
