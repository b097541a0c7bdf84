"""What is left to do before an assignment is published, and what can still be changed afterwards."""

from datetime import datetime

from django.utils.translation import gettext as _

from assignments.autograde import InvalidKey, check_key
from assignments.models import Assignment, Course, Enrolment, Submission
from assignments.reporting import missing_bands

State = Assignment.State
WORDS = frozenset({"title", "instructions"})
LATENESS = frozenset({"late_rule", "late_percent_per_day", "late_days"})
REPORT = frozenset({"reporting", "report_step", "bands"})
TIMES = frozenset({"opens_at", "due_at"})
WRITING = frozenset({"attempts", "time_limit_minutes"})
SETTINGS = WORDS | TIMES | LATENESS | WRITING | REPORT | {"cooling_minutes"}


def missing_for_publication(assignment: Assignment, *, now: datetime) -> list[str]:
    """List, as sentences, what stands between a draft and its publication."""
    missing = []
    if assignment.due_at is None:
        missing.append(_("Set a due time."))
    elif assignment.due_at <= now:
        missing.append(_("The due time is over already. Set a later one."))
    questions = list(assignment.questions.all())
    if not questions:
        missing.append(_("Add a question."))
    for question in questions:
        try:
            check_key(question.kind, question.key)
        except InvalidKey as problem:
            missing.append(
                _("Question %(position)d: %(problem)s") % {"position": question.position, "problem": problem}
            )
    return missing + missing_bands(assignment.reporting, assignment.bands)


def fields_open_to_change(assignment: Assignment, *, now: datetime) -> frozenset[str]:
    """Name the settings that can still be changed at all; some of them only in the students' favour."""
    if assignment.state == State.DRAFT:
        return SETTINGS
    if assignment.state == State.PUBLISHED:
        has_opened = assignment.opens_at is None or assignment.opens_at <= now
        times = TIMES - {"opens_at"} if has_opened else TIMES
        return WORDS | LATENESS | WRITING | REPORT | times | {"cooling_minutes"}
    if assignment.state == State.CLOSED:
        return WORDS | LATENESS | REPORT
    return WORDS if assignment.state == State.RELEASED else frozenset()


def papers_begun(assignment: Assignment) -> bool:
    """Tell whether a student has seen the questions on a paper of their own."""
    return Submission.objects.filter(assignment=assignment).exists()


def student_count(course: Course) -> int:
    """Count who takes part as a student, with or without an account."""
    return Enrolment.objects.filter(course=course, role=Enrolment.Role.STUDENT, is_active=True).count()
