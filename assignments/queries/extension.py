"""Who has more time, and what hangs on it."""

from django.db.models import QuerySet

from assignments.models import Assignment, Course, Enrolment, Extension, Submission
from edu_crowd.shared.listing import matching

NAMED_BY = ("student_number", "family_name", "given_name", "reading", "user__display_name")


def extensions_of(assignment: Assignment, *, search: str = "") -> QuerySet[Extension]:
    """Return the extensions in the order of the roster."""
    rows = (
        Extension.objects.filter(assignment=assignment)
        .select_related("enrolment__user")
        .order_by("enrolment__family_name", "enrolment__given_name", "pk")
    )
    return matching(rows, search, *(f"enrolment__{name}" for name in NAMED_BY))


def students_of(course: Course) -> QuerySet[Enrolment]:
    """Return who takes part as a student."""
    return (
        Enrolment.objects.filter(course=course, role=Enrolment.Role.STUDENT, is_active=True)
        .select_related("user")
        .order_by("family_name", "given_name", "pk")
    )


def hangs_on(extension: Extension) -> tuple[Submission | None, bool]:
    """Return the student's last paper, and whether it is late without the extension."""
    assignment = extension.assignment
    paper = Submission.objects.filter(assignment=assignment, enrolment=extension.enrolment).order_by("-attempt").first()
    if paper is None or paper.handed_in_at is None or assignment.due_at is None:
        return paper, False
    return paper, paper.handed_in_at > assignment.due_at
