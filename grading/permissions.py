"""Gates: the only way a view, a socket or a route gets an object of the flow."""

from typing import Any

from assignments.models import Attachment, Submission
from assignments.permissions import access_assignment_as_teacher
from edu_crowd.people.addresses import proved_addresses
from edu_crowd.shared.access import has_right
from edu_crowd.shared.errors import Refused
from grading.models import (
    Allocation,
    Enlistment,
    Export,
    Feedback,
    Flag,
    Grader,
    Invitation,
    Rendition,
    ReviewCase,
    Round,
    Script,
)
from grading.queries.agreement import with_pseudonym

ON_DESK = (Allocation.State.CLAIMED, Allocation.State.EXPIRED, Allocation.State.SEALED)


def access_round_as_teacher(user: Any, /, *, round_id: int) -> Round:
    """Who reviews marks in the course sees the board and the queue of its rounds."""
    round_ = Round.objects.select_related("assignment__course").filter(pk=round_id).first()
    if round_ is None or round_.assignment is None or not has_right(user, "review_marks", round_.assignment.course):
        raise Refused
    return round_


def access_case(user: Any, /, *, case_id: int) -> ReviewCase:
    """Who reviews marks in the course decides its cases."""
    case = (
        ReviewCase.objects.select_related("script__round__assignment__course", "criterion").filter(pk=case_id).first()
    )
    if case is None:
        raise Refused
    access_round_as_teacher(user, round_id=case.script.round_id)
    return case


def access_round_as_manager(user: Any, /, *, round_id: int) -> Round:
    """Who manages the course closes its rounds and lets papers into them."""
    round_ = Round.objects.select_related("assignment__course").filter(pk=round_id).first()
    if round_ is None or round_.assignment is None or not has_right(user, "manage_course", round_.assignment.course):
        raise Refused
    return round_


def access_enlistment_as_manager(user: Any, /, *, enlistment_id: int) -> Enlistment:
    """Who manages the course pauses, calls back and ends the places in its rounds."""
    place = Enlistment.objects.select_related("round", "grader__user").filter(pk=enlistment_id).first()
    if place is None:
        raise Refused
    access_round_as_manager(user, round_id=place.round_id)
    return place


def access_own_invitation(user: Any, /, *, invitation_id: int) -> Invitation:
    """An invitation is its reader's who has proved to own the mail address."""
    invitation = (
        Invitation.objects.select_related("round__assignment").filter(pk=invitation_id).first()
        if user.is_authenticated
        else None
    )
    if invitation is None or invitation.email.lower() not in proved_addresses(user):
        raise Refused
    return invitation


def access_case_page(user: Any, /, *, case_id: int, position: int) -> Rendition:
    """One drawn page of a script that somebody must decide on."""
    return page_of(access_case(user, case_id=case_id).script_id, position)


def access_reference(user: Any, /, *, script_id: int) -> Script:
    """Who reviews marks in the course marks its reference papers."""
    script = (
        Script.objects.select_related("round__assignment__course", "question")
        .filter(pk=script_id, is_reference=True)
        .first()
    )
    if script is None:
        raise Refused
    access_round_as_teacher(user, round_id=script.round_id)
    return script


def access_reference_page(user: Any, /, *, script_id: int, position: int) -> Rendition:
    """One drawn page of a reference paper."""
    return page_of(access_reference(user, script_id=script_id).pk, position)


def access_flag(user: Any, /, *, flag_id: int) -> Flag:
    """Who reviews marks in the course answers what its graders ask; other flags have no page."""
    flag = (
        with_pseudonym(Flag.objects.filter(pk=flag_id, reason=Flag.Reason.CALLED))
        .select_related("script__round__assignment__course", "script__question", "allocation")
        .first()
    )
    if flag is None:
        raise Refused
    access_round_as_teacher(user, round_id=flag.script.round_id)
    return flag


def access_flag_page(user: Any, /, *, flag_id: int, position: int) -> Rendition:
    """One drawn page of a script that a grader asks about."""
    return page_of(access_flag(user, flag_id=flag_id).script_id, position)


def access_round_as_grader(user: Any, /, *, round_id: int) -> Enlistment:
    """Whoever has an active place in a round marks in it."""
    place = (
        Enlistment.objects.select_related("round", "grader")
        .filter(round=round_id, grader__user=user.pk, state=Enlistment.State.ACTIVE)
        .exclude(round__state=Round.State.DRAFT)
        .first()
        if user.is_authenticated
        else None
    )
    if place is None:
        raise Refused
    return place


def access_desk(user: Any, /, *, public_id: str) -> Allocation:
    """A grader's own allocation, while it lies on their desk or after they sealed it."""
    allocation = (
        Allocation.objects.select_related("script__round", "script__question", "grader")
        .filter(public_id=public_id, grader__user=user.pk, state__in=ON_DESK)
        .first()
        if user.is_authenticated
        else None
    )
    if allocation is None:
        raise Refused
    access_round_as_grader(user, round_id=allocation.script.round_id)
    return allocation


def access_page(user: Any, /, *, public_id: str, position: int) -> Rendition:
    """One drawn page of a script on the grader's desk."""
    return page_of(access_desk(user, public_id=public_id).script_id, position)


def page_of(script_id: int, position: int) -> Rendition:
    page = Rendition.objects.filter(script=script_id, position=position).exclude(image="").first()
    if page is None:
        raise Refused
    return page


def access_own_feedback(user: Any, /, *, feedback_id: int) -> Feedback:
    """A student's own released feedback."""
    feedback = (
        Feedback.objects.select_related("submission__assignment__course", "result")
        .filter(pk=feedback_id, submission__enrolment__user=user.pk)
        .first()
        if user.is_authenticated
        else None
    )
    if feedback is None or not has_right(user, "hand_in", feedback.submission.assignment.course):
        raise Refused
    return feedback


def access_grader(user: Any, /) -> list[Grader]:
    """Whoever is a grader of any kind sees their own rounds."""
    graders = list(Grader.objects.filter(user=user.pk)) if user.is_authenticated else []
    if not graders:
        raise Refused
    return graders


def access_export(user: Any, /, *, export_id: int) -> Export:
    """A file that the person asked for, as long as they manage the course."""
    export = (
        Export.objects.select_related("assignment__course").filter(pk=export_id, by=user.pk).first()
        if user.is_authenticated
        else None
    )
    if export is None:
        raise Refused
    access_assignment_as_teacher(user, assignment_id=export.assignment_id)
    return export


def access_paper_as_teacher(user: Any, /, *, submission_id: int) -> Submission:
    """Who manages the course, and may see whose paper it is, reads any paper of it."""
    paper = Submission.objects.select_related("assignment__course", "enrolment__user").filter(pk=submission_id).first()
    if paper is None:
        raise Refused
    access_assignment_as_teacher(user, assignment_id=paper.assignment_id)
    if not has_right(user, "view_identity", paper.assignment.course):
        raise Refused
    return paper


def access_paper_of(user: Any, /, *, assignment_id: int, submission_id: int) -> Submission:
    """One paper of this assignment, for its teacher."""
    paper = access_paper_as_teacher(user, submission_id=submission_id)
    if paper.assignment_id != assignment_id:
        raise Refused
    return paper


def access_paper_file(user: Any, /, *, submission_id: int, attachment_id: int) -> Attachment:
    """A file as a student handed it in, for the teacher alone: graders see drawn pages."""
    paper = access_paper_as_teacher(user, submission_id=submission_id)
    handed_in = paper.state == Submission.State.HANDED_IN
    file = Attachment.objects.filter(pk=attachment_id, answer__submission=paper).first() if handed_in else None
    if file is None:
        raise Refused
    return file
